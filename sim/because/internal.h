/* Shared by the files that word decisions. */
#ifndef SIM_BECAUSE_INTERNAL_H
#define SIM_BECAUSE_INTERNAL_H

#include "because.h"
#include "phrases.h"
#include "sup/event.h"
#include "sup/grounds.h"

/* A decision, and what is said of it. */
struct sim__said {
    struct sim__text *text;
    const struct sup_event *event;
    const struct sup_grounds *grounds;
};

/* ---- limits.c ---- */
/* "restart-limit: start 6 of 5 in 10s, window opened at 0s": of the service, or of its life. */
void sim__say_limit(const struct sim__said *said);
/* The same of the group that has decided; `whole`: with its window, as at the instant at which it
 * was exhausted. */
enum sim__window_told { SIM__WINDOW_LEFT_OUT, SIM__WINDOW_TOLD };
void sim__say_group_limit(const struct sim__said *said, enum sim__window_told window);

/* ---- waits.c ---- */
void sim__say_wait(const struct sim__said *said);

/* ---- stops.c ---- */
/* Whose wish it is that it stops. */
void sim__say_wish(const struct sim__said *said);
void sim__say_cancel(const struct sim__said *said);
void sim__say_deadline(const struct sim__said *said);
void sim__say_abort(const struct sim__said *said);
void sim__say_abandoned(const struct sim__said *said);
void sim__say_stale(const struct sim__said *said);

/* ---- ends.c ---- */
void sim__say_ended(const struct sim__said *said);
void sim__say_terminated(const struct sim__said *said);
void sim__say_breaker(const struct sim__said *said);

/* ---- operators.c ---- */
void sim__say_operation(const struct sim__said *said);
void sim__say_refused(const struct sim__said *said);
void sim__say_shutdown(const struct sim__said *said);
void sim__say_group(const struct sim__said *said);

static inline void sim__say(const struct sim__said *said, const char *words)
{
    sim__text_put(said->text, words);
}

static inline void sim__say_length(const struct sim__said *said, struct sup_duration length)
{
    sim__text_duration(said->text, length);
}

static inline void sim__say_instant(const struct sim__said *said, struct sup_instant at)
{
    sim__text_duration(said->text, SUP_NS(at.ns));
}

#endif

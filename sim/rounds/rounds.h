/* Rounds: the one loop by which an instant is played, and instants follow each other.
 *
 * Whoever has a supervisor, attempts that report to it, and a timeline of actions plays
 * them through this loop: the simulator, the coroutine world, and the runs in real time.
 * It knows none of them: it is told, by a face of a few functions, when the first thing
 * of each kind is due, and has it done; the clock is a hook of the face.
 *
 * In which order things are done that are due together, `enum sim_rounds_order` says.
 * Every order ends an instant only when nothing at all is due any more.
 *
 * The functions are inline and take their face by pointer to a constant, so that a
 * caller that hands over a `static const` face pays for no indirect call.
 */
#ifndef SIM_ROUNDS_H
#define SIM_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/time.h"

/* What may be due. Where two kinds are due at one instant and the order is by due
 * time, the one that stands first here is done first. */
enum sim_due {
    SIM_DUE_REPORT, /* an attempt ends, reports ready, beats, goes a step on */
    SIM_DUE_ACTION, /* an entry of the timeline */
    SIM_DUE_TIMER,  /* the supervisor's next step */
    SIM_DUE_LOOK,   /* an expectation wants to look at the settled state */
    SIM_DUE_NOTHING,
};

enum sim_rounds_order {
    /* In rounds: all reports, all actions, one step of the supervisor; again until
     * nothing is due. Looks come when the instant is settled. */
    SIM_ROUNDS_FIFO,
    /* One thing after the other, whichever the face's `choose` picks. */
    SIM_ROUNDS_CHOSEN,
    /* A loop that wakes late, as a host's does: all reports, as they have arrived, then
     * what was due first of everything else; and again, so that what has come meanwhile
     * is heard before what is due next. While timers are fired the clock is held back
     * at what was due next, so that a late wake-up does not turn the two around. */
    SIM_ROUNDS_BY_DUE,
};

struct sim_rounds_face {
    /* When the first thing of this kind is due; never: there is none. LOOK is asked of
     * callers by due time only. */
    struct sup_instant (*due)(void *context, enum sim_due kind);
    /* Does the first thing of this kind, which is due. */
    void (*take)(void *context, enum sim_due kind);
    /* CHOSEN: does one of all that is due, of the caller's choice; false: nothing is. */
    bool (*take_chosen)(void *context);
    /* No more at this instant: the run has ended, or its supervisor gets no processor. */
    bool (*halted)(void *context);
    /* No more at all. */
    bool (*ended)(void *context);
    /* The clock's hook: from now on it shows `now`. */
    void (*clock)(void *context, struct sup_instant now);
    /* A new instant begins. */
    void (*begin)(void *context);
    /* Nothing is due any more at this instant. */
    void (*settle)(void *context);
    /* When the loop wakes next; never: nothing is to come. An instant that has passed
     * already stands for the present one. */
    struct sup_instant (*wake)(void *context);
};

#define SIM_ROUNDS_INLINE static inline __attribute__((always_inline))

SIM_ROUNDS_INLINE bool sim__rounds_is_due(const struct sim_rounds_face *face, void *context,
                                          enum sim_due kind, struct sup_instant now)
{
    return face->due(context, kind).ns <= now.ns;
}

SIM_ROUNDS_INLINE bool sim__rounds_all(const struct sim_rounds_face *face, void *context,
                                       enum sim_due kind, struct sup_instant now)
{
    bool any = false;
    for (; sim__rounds_is_due(face, context, kind, now) && !face->halted(context); any = true) {
        face->take(context, kind);
    }
    return any;
}

SIM_ROUNDS_INLINE void sim__rounds_fifo(const struct sim_rounds_face *face, void *context,
                                        struct sup_instant now)
{
    bool any = true;
    while (any) {
        any = sim__rounds_all(face, context, SIM_DUE_REPORT, now);
        any |= sim__rounds_all(face, context, SIM_DUE_ACTION, now);
        if (sim__rounds_is_due(face, context, SIM_DUE_TIMER, now) && !face->halted(context)) {
            face->take(context, SIM_DUE_TIMER);
            any = true;
        }
    }
}

/* The first of actions, timers and looks; a tie goes to the kind that stands first. */
SIM_ROUNDS_INLINE enum sim_due sim__rounds_first(const struct sim_rounds_face *face, void *context,
                                                 struct sup_instant now)
{
    enum sim_due first = SIM_DUE_NOTHING;
    uint64_t least = now.ns;
    for (enum sim_due kind = SIM_DUE_LOOK; kind > SIM_DUE_REPORT; kind--) {
        uint64_t at = face->due(context, kind).ns;
        if (at <= least) {
            first = kind;
            least = at;
        }
    }
    return first;
}

/* Where the clock stands while late timers are fired: before the next action, and not
 * after the next look. */
SIM_ROUNDS_INLINE struct sup_instant sim__rounds_held(const struct sim_rounds_face *face,
                                                      void *context, struct sup_instant now)
{
    uint64_t action = face->due(context, SIM_DUE_ACTION).ns;
    uint64_t look = face->due(context, SIM_DUE_LOOK).ns;
    uint64_t held = action <= now.ns ? action - 1 : now.ns;
    return (struct sup_instant){look < held ? look : held};
}

/* What comes first of the actions, all those of one instant, of the timers and of the
 * looks that are due; false: nothing is. */
SIM_ROUNDS_INLINE bool sim__rounds_take_first(const struct sim_rounds_face *face, void *context,
                                              struct sup_instant now)
{
    enum sim_due kind = sim__rounds_first(face, context, now);
    if (kind == SIM_DUE_NOTHING) {
        return false;
    }
    if (kind == SIM_DUE_TIMER) {
        face->clock(context, sim__rounds_held(face, context, now));
        face->take(context, kind);
        face->clock(context, now);
        return true;
    }
    struct sup_instant due = face->due(context, kind);
    do {
        face->take(context, kind);
    } while (kind == SIM_DUE_ACTION && !face->halted(context) &&
             face->due(context, kind).ns == due.ns);
    return true;
}

/* Plays one instant to its end: nothing is due any more, or it is over. */
SIM_ROUNDS_INLINE void sim__rounds_instant(const struct sim_rounds_face *face, void *context,
                                           enum sim_rounds_order order, struct sup_instant now)
{
    switch (order) {
    case SIM_ROUNDS_FIFO:
        sim__rounds_fifo(face, context, now);
        break;
    case SIM_ROUNDS_CHOSEN:
        while (!face->halted(context) && face->take_chosen(context)) {
        }
        break;
    case SIM_ROUNDS_BY_DUE:
        do {
            (void)sim__rounds_all(face, context, SIM_DUE_REPORT, now);
        } while (!face->halted(context) && sim__rounds_take_first(face, context, now));
        break;
    }
}

/* Plays instant after instant, from `first` to `until` inclusive, or until nothing is
 * to come; where `until` is stated and was reached, the clock ends there. */
SIM_ROUNDS_INLINE void sim__rounds_pass(const struct sim_rounds_face *face, void *context,
                                        enum sim_rounds_order order, struct sup_instant first,
                                        struct sup_instant until)
{
    struct sup_instant now = first;
    bool begins = true;
    while (now.ns != SUP_NEVER_NS && now.ns <= until.ns) {
        face->clock(context, now);
        if (begins) {
            face->begin(context);
        }
        sim__rounds_instant(face, context, order, now);
        if (face->ended(context)) {
            return;
        }
        face->settle(context);
        if (face->ended(context)) {
            return;
        }
        struct sup_instant next = face->wake(context);
        begins = next.ns > now.ns;
        now = begins ? next : now;
    }
    if (until.ns != SUP_NEVER_NS) {
        face->clock(context, until);
    }
}

#endif

/* Diagnostics: collected, sorted by place, given once each, and rendered as
 *
 *     file:line:col: error: message
 *     the offending line
 *         ^
 */
#ifndef SIM_SCENARIO_DIAGNOSTIC_H
#define SIM_SCENARIO_DIAGNOSTIC_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario.h"
#include "sim/base/table.h"

/* How many are shown; the rest is counted. */
#define SIM__ERRORS_SHOWN 100u
/* How many are kept to choose those from. */
#define SIM__ERRORS_KEPT 2000u

struct sim__diagnostic {
    struct sim_place place;
    const char *text;
    uint32_t sequence;
};

struct sim__diagnosis {
    struct sim_arena *arena;
    struct sim__table given; /* one error of `defaults` shows in every service */
    struct sim__diagnostic *list;
    uint32_t count;
    uint64_t total;
};

void sim__diagnosis_init(struct sim__diagnosis *diagnosis, struct sim_arena *arena);
/* Line 0 stands for the file as a whole. */
void sim__diagnose(struct sim__diagnosis *diagnosis, struct sim_place place, const char *text);
/* Whether another one would still be kept: finding a hint is worth the time. */
bool sim__diagnosis_open(const struct sim__diagnosis *diagnosis);
struct sim__source {
    const char *bytes;
    size_t length;
};
/* The whole text, for free(); SUP_ENOMEM or 0. */
int sim__diagnosis_render(struct sim__diagnosis *diagnosis, const char *file,
                          const struct sim__source *source,
                          struct sim_diagnostics *ret_diagnostics) SUP_WARN_UNUSED;

/* User's bytes made fit for a message: control characters replaced, at most
 * about 60 bytes. From the arena; never NULL. */
const char *sim__quotable(struct sim_arena *arena, const char *text, size_t length);

#endif

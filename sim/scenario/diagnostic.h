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

#include "codes.h"
#include "sim/base/arena.h"
#include "sim/scenario.h"
#include "sources.h"
#include "sim/base/table.h"

/* How many are shown; the rest is counted. */
#define SIM__ERRORS_SHOWN 100u
/* How many are kept to choose those from. */
#define SIM__ERRORS_KEPT 2000u

/* Stands in a text before the part that is a hint: people read on, tools are given the
 * two apart. No text of a user's holds it. */
#define SIM__HINT "\x1f"

enum sim__severity { SIM__ERROR, SIM__WARNING };

struct sim__diagnostic {
    struct sim_place place;
    const char *code;
    const char *text;
    uint32_t sequence;
};

struct sim__diagnosis {
    struct sim_arena *arena;
    enum sim__severity severity; /* of all of them */
    uint32_t file;               /* the text that is being taken apart: places in it get this */
    struct sim__table given;     /* one error of `defaults` shows in every service */
    struct sim__diagnostic *list;
    uint32_t count;
    uint64_t total;
};

void sim__diagnosis_init(struct sim__diagnosis *diagnosis, struct sim_arena *arena);
/* Line 0 stands for the file as a whole. */
void sim__diagnose(struct sim__diagnosis *diagnosis, struct sim_place place, const char *code,
                   const char *text);
/* Whether another one would still be kept: finding a hint is worth the time. */
bool sim__diagnosis_open(const struct sim__diagnosis *diagnosis);
/* Puts them in order; how many of them are shown. */
uint32_t sim__diagnosis_sort(struct sim__diagnosis *diagnosis);
/* What is said of the rest: how many, of which severity. */
#define SIM__MORE "%" PRIu64 " more %ss are not shown"
/* The whole text, for free(); SUP_ENOMEM or 0. */
int sim__diagnosis_render(struct sim__diagnosis *diagnosis, const struct sim__sources *sources,
                          struct sim_diagnostics *ret_diagnostics) SUP_WARN_UNUSED;

/* The same diagnostics one by one, for tools. */
struct sim__told {
    struct sim_place place; /* line 0: the file as a whole */
    const char *file;       /* one that is included; NULL: the scenario's own */
    uint32_t end_column;    /* behind the last character of what is meant, in the same line */
    enum sim__severity severity;
    const char *code;
    const char *message;
    const char *hint; /* "" when there is none */
};
struct sim__told_list {
    struct sim__told *list;
    uint32_t count;
    char *texts; /* of all of them */
};
/* "error" or "warning" */
const char *sim__severity_name(enum sim__severity severity);
/* As sim__diagnosis_render. sim__told_release in every case but SUP_ENOMEM. */
int sim__diagnosis_tell(struct sim__diagnosis *diagnosis, const struct sim__sources *sources,
                        struct sim__told_list *ret_told) SUP_WARN_UNUSED;
/* One of the file as a whole. */
int sim__told_whole(const char *code, const char *message,
                    struct sim__told_list *ret_told) SUP_WARN_UNUSED;
void sim__told_release(struct sim__told_list *told);

/* User's bytes made fit for a message: control characters replaced, at most
 * about 60 bytes. From the arena; never NULL. */
const char *sim__quotable(struct sim_arena *arena, const char *text, size_t length);

#endif

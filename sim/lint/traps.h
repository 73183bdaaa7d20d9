/* The traps, each once: its function, its name (which is the code of its warnings, and
 * stays) and what it is; and what they share.
 */
#ifndef SIM_LINT_TRAPS_H
#define SIM_LINT_TRAPS_H

#include "sim/base/arena.h"
#include "sim/scenario.h"
#include "sim/scenario/diagnostic.h"
#include "sim/scenario/node.h"

/* clang-format off */

/* X(function, "name", SCOPE): SERVICE is asked of each service and each spawn, FILE once. */
#define SIM__TRAP_LIST(X)                                            \
    X(group_nearly_declared, "group-nearly-declared", SERVICE)       \
    X(breaker_cannot_trip, "breaker-cannot-trip", SERVICE)           \
    X(limit_cannot_trip, "limit-cannot-trip", SERVICE)               \
    X(group_limit_cannot_trip, "group-limit-cannot-trip", FILE)      \
    X(escalates_to_nobody, "escalates-to-nobody", SERVICE)           \
    X(base_above_max, "base-above-max", SERVICE)                     \
    X(never_beats, "never-beats", SERVICE)                           \
    X(beats_too_late, "beats-too-late", SERVICE)                     \
    X(never_ready, "never-ready", SERVICE)                           \
    X(policy_without_restarts, "policy-without-restarts", SERVICE)   \
    X(script_never_reached, "script-never-reached", SERVICE)         \
    X(endless_restarts, "endless-restarts", SERVICE)                 \
    X(no_expectations, "no-expectations", FILE)                      \
    X(field_never_there, "field-never-there", FILE)                  \
    X(state_nearly_up, "state-nearly-up", FILE)                      \
    X(seeds_without_draws, "seeds-without-draws", FILE)

/* clang-format on */

/* One service of the file, or one that its timeline spawns. */
struct sim__subject {
    const struct sim_service *service;
    uint32_t index; /* of the entry in `services` or in `timeline` */
    bool spawned;
};

/* What a script has in it, whichever attempt follows which item. */
struct sim__script_facts {
    const struct sim_behaviour *script; /* whose facts these are, with */
    const struct sim_need *needs;       /* what is done while a condition is down */
    uint64_t actions;                   /* of `do` steps: bits 1 << enum sim_action_kind */
    uint64_t steps;                     /* bits 1 << enum sim_step_kind */
    bool timed;     /* failures come from `fail` and `crash` with a time alone */
    bool draws;     /* something in it is drawn */
    bool beats;     /* an item or a step beats */
    bool ready;     /* an item or a step reports ready */
    uint64_t least; /* ns that an attempt lives before it fails; UINT64_MAX: none fails */
};

#define SIM__MENTIONS_KEPT 16u

struct sim__lint {
    const struct sim_scenario *scenario;
    struct sim_arena *arena;
    struct sim__diagnosis diagnosis;
    struct sim__node *root; /* the file's tree, read again when a place is asked for */
    bool root_read;
    uint64_t seeds;
    const char *trap; /* the name of the one that looks */
    uint64_t actions; /* of the timeline and of all scripts: bits 1 << enum sim_action_kind */
    bool draws;       /* some script draws */
    bool together;    /* some group restarts its services together */
    bool limited;     /* some group, or the root, has a limit */
    bool beats;       /* some script beats */
    struct sim__script_facts facts; /* of the script looked at last */
    uint64_t spent;                 /* of the work that a file is worth */
    struct {
        const char *words;
        bool found;
    } mentions[SIM__MENTIONS_KEPT]; /* what was asked of the expectations before */
};

#define SIM__X_SERVICE(function) \
    void sim__trap_##function(struct sim__lint *lint, const struct sim__subject *subject);
#define SIM__X_FILE(function) void sim__trap_##function(struct sim__lint *lint);
#define SIM__X(function, name, scope) SIM__X_##scope(function)
SIM__TRAP_LIST(SIM__X)
#undef SIM__X
#undef SIM__X_FILE
#undef SIM__X_SERVICE

/* ---- saying it ---- */

__attribute__((format(printf, 3, 4))) void sim__warn(struct sim__lint *lint, struct sim_place place,
                                                     const char *format, ...);

/* Some questions cost the square of a file. False when so much has been spent that this
 * one is to be left: a file of that size gets fewer warnings, and gets them soon. */
bool sim__lint_spend(struct sim__lint *lint, uint64_t units);

/* ---- places; find.c ---- */

/* The file's tree, with what it includes; NULL when there is no memory. */
const struct sim__node *sim__lint_root(struct sim__lint *lint);
/* Where a key of the service stands: in its own map, in the policy that it names, in
 * `defaults`, or in the policy that these name; `under` NULL, or the map that holds it.
 * The service's own place when it stands nowhere. */
struct sim_place sim__lint_place(struct sim__lint *lint, const struct sim__subject *subject,
                                 const char *under, const char *key);
/* Whether the service's own map has the key. */
bool sim__lint_own(struct sim__lint *lint, const struct sim__subject *subject, const char *key);
/* Whether the timeline has an `any`. */
bool sim__lint_leaves_open(struct sim__lint *lint);
/* Whether what is expected anywhere in the file has one of the words, which are
 * separated by spaces: then it is meant. */
bool sim__lint_mentions(struct sim__lint *lint, const char *words);

/* ---- what may happen; happen.c ---- */

/* Fills in what concerns the whole file. */
void sim__lint_survey(struct sim__lint *lint);
#define SIM__ACT(kind) (UINT64_C(1) << SIM_ACT_##kind)
#define SIM__STEP(kind) (UINT64_C(1) << SIM_STEP_##kind)
/* Valid until it is asked of another service. */
const struct sim__script_facts *sim__lint_script(struct sim__lint *lint,
                                                 const struct sim_service *service);
/* The least that a drawn duration can be. */
struct sup_duration sim__lint_least(const struct sim_draw *draw);
/* The least time from one failure of the service to the one `gaps` failures later:
 * the waits, and how long its attempts live before they fail. */
struct sup_duration sim__lint_gaps(struct sim__lint *lint, const struct sim_service *service,
                                   uint32_t gaps);
/* What follows the end of an attempt that the item serves; ends.c. */
enum sim__lint_end {
    SIM__LINT_LAST,    /* nothing, or who knows */
    SIM__LINT_FREE,    /* another one, which no limit counts */
    SIM__LINT_COUNTED, /* another one */
};
enum sim__lint_end sim__lint_end(const struct sim_service *service,
                                 const struct sim_behaviour *item);
bool sim__lint_never_restarts(const struct sup_policy *policy);
bool sim__lint_asks_ready(const struct sup_rules *rules);
/* Whether something besides the script can end an attempt, or start one early. */
bool sim__lint_disturbed(const struct sim__lint *lint);
#endif

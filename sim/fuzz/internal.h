/* What the generator's subjects share: what the seed has drawn, and what was made so far.
 *
 * No two draws stand in one call: which of its arguments comes first is the compiler's to
 * choose, and a seed would be another scenario with another compiler.
 */
#ifndef SIM_FUZZ_INTERNAL_H
#define SIM_FUZZ_INTERNAL_H

#include "generate.h"
#include "sup/random.h"

#define SIM__FUZZ_PALETTE 5u
#define SIM__FUZZ_INSTANTS 8u
#define SIM__FUZZ_NAMES 96u
#define SIM__FUZZ_GROUPS 6u
#define SIM__FUZZ_CONDITIONS 3u
#define SIM__FUZZ_BEHAVIOURS 5u

/* The longest of what was drawn, of which the time follows by which everything settles. */
struct sim__fuzz_longest {
    uint64_t wait_ns;  /* backoff, cooldown, interval, what a start waits for */
    uint64_t stop_ns;  /* grace and abort-wait */
    uint64_t stall_ns; /* all stalls together */
    uint64_t drain_ns;
};

struct sim__fuzz {
    struct sim_arena *arena;
    struct sup_random random; /* of the subject at hand */
    struct sim__fuzz_drawn drawn;
    uint64_t tick_ns;
    uint32_t palette[SIM__FUZZ_PALETTE];   /* lengths, in ticks; ascending */
    uint32_t span;                         /* ticks in which things are done to services */
    uint32_t instants[SIM__FUZZ_INSTANTS]; /* in ticks, at which much happens at once */
    /* Of fail, crash, succeed, hang and run, as an attempt's behaviour. */
    uint32_t weights[SIM__FUZZ_BEHAVIOURS];
    const char *names[SIM__FUZZ_NAMES]; /* what an action may mean: names and globs */
    const char *recent; /* whom an action has meant; what was begun may be gone on with */
    uint32_t name_count;
    const char *groups[SIM__FUZZ_GROUPS];
    uint32_t group_count;
    const char *conditions[SIM__FUZZ_CONDITIONS];
    uint32_t condition_count;
    const char *policies[2];
    uint32_t policy_count;
    uint64_t end_ns; /* of all that is done to services */
    struct sim__fuzz_longest longest;
    bool pools;     /* some service waits for a slot of the blocking pool */
    uint32_t depth; /* of steps in steps */
};

/* ---- draws ---- */

/* The stream of a subject: what is drawn of one changes no other. */
void sim__fuzz_subject(struct sim__fuzz *f, const char *subject, uint32_t index);
/* 0 to n - 1; n is at least 1. */
uint32_t sim__fuzz_below(struct sim__fuzz *f, uint32_t n);
/* low to high, both included. */
uint32_t sim__fuzz_between(struct sim__fuzz *f, uint32_t low, uint32_t high);
bool sim__fuzz_chance(struct sim__fuzz *f, uint32_t percent);
/* The feature is on, and this is one of the `percent` cases in which it shows. */
bool sim__fuzz_shows(struct sim__fuzz *f, enum sim__fuzz_feature feature, uint32_t percent);

/* ---- lengths and instants ---- */

enum sim__fuzz_zero { SIM__FUZZ_ABOVE_ZERO, SIM__FUZZ_ZERO_TOO };
uint64_t sim__fuzz_length(struct sim__fuzz *f, enum sim__fuzz_zero zero);
/* One of the longer ones. */
uint64_t sim__fuzz_long(struct sim__fuzz *f);
/* Of a grid point of the span. */
uint64_t sim__fuzz_instant(struct sim__fuzz *f);

/* ---- nodes ---- */

static inline struct sim__node *sim__fuzz_map(struct sim__fuzz *f)
{
    return sim__tree_map(f->arena);
}
static inline struct sim__node *sim__fuzz_word(struct sim__fuzz *f, const char *word)
{
    return sim__tree_word(f->arena, word);
}
static inline struct sim__node *sim__fuzz_number(struct sim__fuzz *f, uint64_t number)
{
    return sim__tree_number(f->arena, number);
}
static inline struct sim__node *sim__fuzz_time(struct sim__fuzz *f, struct sup_duration length)
{
    return sim__tree_duration(f->arena, length);
}
static inline void sim__fuzz_put(struct sim__fuzz *f, struct sim__node *map, const char *key,
                                 struct sim__node *value)
{
    sim__tree_put(f->arena, map, key, value);
}
static inline void sim__fuzz_add(struct sim__fuzz *f, struct sim__node *list,
                                 struct sim__node *value)
{
    sim__tree_add(f->arena, list, value);
}
/* A length as a script takes it: fixed, or drawn. */
struct sim__node *sim__fuzz_drawn_time(struct sim__fuzz *f, enum sim__fuzz_zero zero);
/* A name that is kept for actions to mean. */
void sim__fuzz_keep_name(struct sim__fuzz *f, const char *name);

/* ---- subjects ---- */

/* `supervisor`, with its groups. */
struct sim__node *sim__fuzz_supervisor(struct sim__fuzz *f);
/* Policy keys, added to a service, to `defaults` or to a policy. */
void sim__fuzz_policy(struct sim__fuzz *f, struct sim__node *service);
/* `kind` and what belongs to it. */
enum sim__fuzz_kind {
    SIM__FUZZ_SERVICE,
    SIM__FUZZ_TASK,
    SIM__FUZZ_POOLED,
    SIM__FUZZ_CALLED,
};
enum sim__fuzz_kind sim__fuzz_kind(struct sim__fuzz *f, struct sim__node *service);
/* `ready`, `heartbeat`, `stop`. */
void sim__fuzz_liveness(struct sim__fuzz *f, struct sim__node *service);
/* `script`. */
void sim__fuzz_script(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind);
/* One behaviour with its modifiers, as an item of a script. */
enum sim__fuzz_times { SIM__FUZZ_TIMES, SIM__FUZZ_WITHOUT_TIMES };
struct sim__node *sim__fuzz_item(struct sim__fuzz *f, enum sim__fuzz_kind kind,
                                 enum sim__fuzz_times times);
struct sim__node *sim__fuzz_steps(struct sim__fuzz *f);
/* A service whose name is still to be put. */
struct sim__node *sim__fuzz_service(struct sim__fuzz *f, enum sim__fuzz_kind *ret_kind);
struct sim__node *sim__fuzz_services(struct sim__fuzz *f);
/* `conditions`; `needs` of a service; the entries that set them, added to the timeline. */
struct sim__node *sim__fuzz_conditions(struct sim__fuzz *f);
void sim__fuzz_needs(struct sim__fuzz *f, struct sim__node *service);
void sim__fuzz_sets(struct sim__fuzz *f, struct sim__node *timeline);
/* `timeline`: everything that is done to the services. */
struct sim__node *sim__fuzz_timeline(struct sim__fuzz *f);
/* What comes when all that is over: calm, and `expect` of where everything settles. Added to
 * the timeline, and to the root. */
void sim__fuzz_second_phase(struct sim__fuzz *f, struct sim__node *root,
                            struct sim__node *timeline);
/* One entry of a timeline, of any kind that there is. */
struct sim__node *sim__fuzz_entry(struct sim__fuzz *f);
/* Features and weights of the seed; nothing is made yet, and there is no grid. */
void sim__fuzz_begin(struct sim__fuzz *ret_f, struct sim_arena *arena, uint64_t seed);
/* One action without its instant, for a `do`. */
struct sim__node *sim__fuzz_action(struct sim__fuzz *f);

#endif

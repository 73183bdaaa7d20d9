/* What the generator's subjects share: what the seed has drawn, and what was made so far.
 *
 * No two draws stand in one call: which of its arguments comes first is the compiler's to
 * choose, and a seed would be another scenario with another compiler.
 */
#ifndef SIM_FUZZ_INTERNAL_H
#define SIM_FUZZ_INTERNAL_H

#include "foretell.h"
#include "generate.h"
#include "sup/random.h"

#define SIM__FUZZ_PALETTE 5u
#define SIM__FUZZ_INSTANTS 8u
#define SIM__FUZZ_NAMES 96u
#define SIM__FUZZ_SPAWNED 15u /* names that only the timeline has */
#define SIM__FUZZ_MOST_CONDITIONS 3u
#define SIM__FUZZ_BEHAVIOURS 5u
#define SIM__FUZZ_WRITTEN 64u /* a power of two */

/* The longest of what was drawn, of which the time follows by which everything settles. */
struct sim__fuzz_longest {
    uint64_t wait_ns; /* backoff, cooldown, interval, what a start waits for */
    uint64_t stop_ns; /* grace and abort-wait */
    uint64_t finish_ns;
    uint64_t lag_ns;   /* of a start, an end, a timer and a look, all together */
    uint64_t stall_ns; /* all stalls together */
    uint64_t drain_ns;
};

/* A length as it is written. They come from a few values, and so one text serves many. */
struct sim__fuzz_written {
    uint64_t ns;
    const char *text; /* NULL: none is kept here */
    size_t length;
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
    const char *groups[SIM__FUZZ_MOST_GROUPS];
    uint32_t group_count;
    bool shuts_down[SIM__FUZZ_MOST_GROUPS]; /* when a significant one of the group has ended */
    bool limited[SIM__FUZZ_MOST_GROUPS];
    const char *brittle[SIM__FUZZ_MOST_BRITTLE]; /* groups that nobody else is in */
    const char *brittle_names[SIM__FUZZ_MOST_BRITTLE];
    uint32_t brittle_count;
    bool brittle_falls; /* and all with them: the limit of all is as small */
    const char *conditions[SIM__FUZZ_MOST_CONDITIONS];
    uint32_t condition_count;
    const char *policies[2];
    uint32_t policy_count;
    uint64_t end_ns; /* of all that is done to services */
    struct sim__fuzz_longest longest;
    bool pools;     /* some service waits for a slot of the blocking pool */
    bool restless;  /* some service is started again and again, however calm it is */
    uint32_t depth; /* of steps in steps */
    bool unspelt;   /* lengths are written out later, if at all */
    struct sim__fuzz_written written[SIM__FUZZ_WRITTEN];
    struct sim__fuzz_pace pace; /* last, as its services are: they are not zeroed */
};

/* ---- draws ---- */

/* The stream of a subject: what is drawn of one changes no other. */
void sim__fuzz_subject(struct sim__fuzz *f, const char *subject, uint32_t index);
/* The same by its whole name, which is "fuzz SUBJECT INDEX". */
void sim__fuzz_stream(struct sim__fuzz *f, const char *name, size_t length);
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
/* Of a drain: often as long as one of its services may take to stop. */
uint64_t sim__fuzz_drain(struct sim__fuzz *f);
/* How long a window reaches back: a longer length, or for ever. */
struct sim__node *sim__fuzz_within(struct sim__fuzz *f, struct sup_duration within);
/* Of a grid point of the span. */
uint64_t sim__fuzz_instant(struct sim__fuzz *f);

/* ---- pace ---- */

/* What is built in becomes usual; a service begins, with what is usual; what is at hand becomes
 * usual. */
void sim__fuzz_pace_built_in(struct sim__fuzz *f, struct sup_duration clean_exit_delay);
void sim__fuzz_pace_begin(struct sim__fuzz *f);
void sim__fuzz_pace_usual(struct sim__fuzz *f);
/* The pace at hand is that of a policy; the service at hand has it. */
void sim__fuzz_pace_policy(struct sim__fuzz *f, uint32_t policy);
void sim__fuzz_pace_as_policy(struct sim__fuzz *f, uint32_t policy);
/* A behaviour begins; it ends so, after the length that was drawn last; it is an item of the
 * script. */
void sim__fuzz_pace_behaviour(struct sim__fuzz *f);
void sim__fuzz_pace_end(struct sim__fuzz *f, enum sim__fuzz_end end);
void sim__fuzz_pace_item(struct sim__fuzz *f, uint32_t times);
/* In place of what is usual it has none of these. */
void sim__fuzz_pace_none(struct sim__fuzz *f, enum sim__key key);
/* The service at hand is in the group, which is the one that is being made. */
void sim__fuzz_pace_group(struct sim__fuzz *f, uint32_t group);
struct sim__fuzz_bond *sim__fuzz_pace_bond(struct sim__fuzz *f);
/* It is done, and there are so many of it. */
void sim__fuzz_pace_service(struct sim__fuzz *f, uint32_t count);
/* In ticks; of the services that were made. */
uint32_t sim__fuzz_pace_span(struct sim__fuzz *f);

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
struct sim__node *sim__fuzz_time(struct sim__fuzz *f, struct sup_duration length);
/* Both texts one after the other; and the number behind them. */
struct sim__node *sim__fuzz_joined(struct sim__fuzz *f, const char *first, const char *rest);
struct sim__node *sim__fuzz_numbered(struct sim__fuzz *f, const char *first, const char *rest,
                                     uint64_t number);
#define KEY(id) SIM__KEY_##id
static inline void sim__fuzz_put(struct sim__fuzz *f, struct sim__node *map, enum sim__key key,
                                 struct sim__node *value)
{
    sim__tree_set(f->arena, map, key, value);
}
/* A map of one key. */
static inline struct sim__node *sim__fuzz_pair(struct sim__fuzz *f, enum sim__key key,
                                               struct sim__node *value)
{
    return sim__tree_one(f->arena, key, value);
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
/* Sets of ends: which of them restart it, are clean, end it or are forced. */
void sim__fuzz_exits(struct sim__fuzz *f, struct sim__node *service);
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
/* Readiness by time, where waits begin, and what is waited after a ready attempt. */
void sim__fuzz_anchors(struct sim__fuzz *f, struct sim__node *service);
/* Windows, counts and pauses of its limit, and what its forgiveness runs from. */
void sim__fuzz_limits(struct sim__fuzz *f, struct sim__node *service);
/* How long its attempts may run, and how they are stopped. */
void sim__fuzz_lifetime(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind);
/* `lag`. */
void sim__fuzz_lag(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind);
/* The group is SIM__FUZZ_MOST_GROUPS for none of those that are numbered. */
void sim__fuzz_operators(struct sim__fuzz *f, struct sim__node *service, uint32_t group);
void sim__fuzz_tree(struct sim__fuzz *f, struct sim__node *map, uint32_t group, uint32_t parent);
/* `script`. */
void sim__fuzz_script(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind);
/* One behaviour with its modifiers, as an item of a script. */
enum sim__fuzz_times { SIM__FUZZ_TIMES, SIM__FUZZ_WITHOUT_TIMES };
struct sim__node *sim__fuzz_item(struct sim__fuzz *f, enum sim__fuzz_kind kind,
                                 enum sim__fuzz_times times);
struct sim__node *sim__fuzz_steps(struct sim__fuzz *f);
/* A service whose name is still to be put. */
struct sim__node *sim__fuzz_service(struct sim__fuzz *f, enum sim__fuzz_kind *ret_kind);
/* One that runs, and comes back in a few ticks. */
struct sim__node *sim__fuzz_plain(struct sim__fuzz *f, struct sim__node *name);
struct sim__node *sim__fuzz_services(struct sim__fuzz *f);
/* `conditions`; `needs` of a service; the entries that set them, added to the timeline. */
struct sim__node *sim__fuzz_conditions(struct sim__fuzz *f);
void sim__fuzz_needs(struct sim__fuzz *f, struct sim__node *service);
/* Of what others add to: the simplest ones. */
void sim__fuzz_plain_needs(struct sim__fuzz *f, struct sim__node *service);
void sim__fuzz_sets(struct sim__fuzz *f, struct sim__node *timeline);
/* `timeline`: everything that is done to the services. */
struct sim__node *sim__fuzz_timeline(struct sim__fuzz *f);
/* What comes when all that is over: calm, and `expect` of where everything settles. Added to
 * the timeline, and to the root. */
void sim__fuzz_second_phase(struct sim__fuzz *f, struct sim__node *root,
                            struct sim__node *timeline);
/* Groups in which things go wrong together, if the seed has some: added to the list of groups;
 * their members, of which it says how many there are; and what is done to these. */
void sim__fuzz_brittle_groups(struct sim__fuzz *f, struct sim__node *groups);
uint32_t sim__fuzz_brittle_services(struct sim__fuzz *f, struct sim__node *services);
void sim__fuzz_brittle_acts(struct sim__fuzz *f, struct sim__node *timeline);
/* One entry of a timeline, of any kind that there is. */
struct sim__node *sim__fuzz_entry(struct sim__fuzz *f);
/* Features and weights of the seed; nothing is made yet, and there is no grid. */
void sim__fuzz_begin(struct sim__fuzz *ret_f, struct sim_arena *arena, uint64_t seed);
/* One action without its instant, for a `do`. */
struct sim__node *sim__fuzz_action(struct sim__fuzz *f);

#endif

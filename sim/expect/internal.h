/* Shared by the files of the expectations' evaluation.
 *
 * An entry of the scenario becomes a sim__entry. Entries with an instant wait in
 * order of it; those that are looked at again and again (`by`, `always`, `never`,
 * `sometimes`) are in a list until they are decided; whole-run entries listen to
 * the events and are decided at the end.
 *
 * Looking at a fleet again at every instant would cost as much as the fleet is
 * large. Where the facts asked for change only with an event of the service, an
 * entry keeps how many of its services fit, and only those that had events are
 * looked at again (sim__tally).
 */
#ifndef SIM_EXPECT_INTERNAL_H
#define SIM_EXPECT_INTERNAL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "roll.h"
#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/expect.h"
#include "sim/measure.h"
#include "sim/words.h"
#include "sup/snapshot.h"
#include "sup/time.h"

#define SIM__FAILURES_MAX 1000u /* a run that fails more often tells no more */
#define SIM__CONCERNED_MAX 8u   /* services named in a failure */
#define SIM__SENTENCE_BYTES 1024u
#define SIM__NAMES_SHOWN 4u /* in a sentence about more */

/* The services that a `service:` names: exact names, sorted, each once; and globs,
 * with the slots that matched so far. */
struct sim__target {
    const char **names;
    uint32_t name_count;
    const char **globs;
    uint32_t glob_count;
    uint32_t *slots; /* where they are looked at again and again: keeps_slots */
    uint32_t slot_count;
    uint32_t slot_capacity;
    bool keeps_slots;
};

/* How many of an entry's services fit, kept up to date. */
struct sim__tally {
    uint8_t *slots; /* by slot, of enum sim__tallied */
    uint32_t registered;
    uint32_t fits;
    uint32_t named; /* registered ones that are named, not matched by a glob */
};

enum sim__tallied {
    SIM__TALLIED_MEMBER = 1,
    SIM__TALLIED_NAMED = 2,
    SIM__TALLIED_REGISTERED = 4,
    SIM__TALLIED_FITS = 8,
};

struct sim__entry {
    const struct sim_expectation *expectation;
    struct sim__target target;
    struct sim__tally tally;
    const char *const *states; /* of the conditions */
    bool tallies;              /* ongoing, and its facts come with events */
    bool evaluated;
    bool decided;    /* nothing more to look at */
    bool held;       /* by, sometimes: at some instant */
    uint32_t part;   /* its first series, its story, or what it counts */
    uint32_t spread; /* its first series of several, or with bounds */
};

/* starts or delays of one name, compared as they come. */
struct sim__series {
    const struct sim_series *wanted;
    bool delays;
    uint64_t *found; /* the first wanted->count + 1 */
    uint64_t total;
};

/* An `events:` entry: how far it has come. */
struct sim__story {
    uint32_t entry;
    uint32_t next; /* pattern */
    bool wrong;    /* exactly: something else happened */
    struct sup_instant wrong_at;
    char *found; /* that event, as a line of the trace */
    /* The next pattern's event came at another instant: at the first one after that
     * which is wanted, or else at the last one before it. */
    bool strayed;
    struct sup_instant strayed_at;
};

/* starts or delays that are bounded, or of what a glob matches: what of each slot is
 * left to know. */
struct sim__heard {
    uint32_t known; /* of enum sim__heard_known */
    uint64_t total;
    uint64_t wrong; /* the first that does not fit, from 1; 0: none */
    uint64_t wrong_ns;
};
enum sim__heard_known { SIM__UNHEARD, SIM__NOT_ASKED, SIM__ASKED };
struct sim__spread {
    const struct sim_series *wanted;
    bool delays;
    struct sim__heard *heard; /* by slot */
    uint32_t room;
};

struct sim__counted;   /* counted.h: an entry that counts events */
struct sim__measuring; /* measure.h: a measure */

/* An `events:` entry of several services: each has a story. */
struct sim__stories {
    uint32_t entry;
    struct sim__target target;
    struct sim__story *list;
    uint32_t count;
    uint32_t room;
    struct sim__roll roll; /* its number is its place in the list plus 1 */
};

/* A `same-story:` entry. Who comes to a place of the story first says what has to be there;
 * what all have passed is dropped. */
struct sim__told {
    struct sup_instant at;
    uint64_t value;
    enum sup_event_type type;
    uint32_t slot;   /* whose it is */
    uint32_t passed; /* how many have come here */
};
struct sim__tale { /* one of those that are compared */
    struct sim__told *told;
    uint32_t room;
    uint32_t first; /* in use: [first, count) */
    uint32_t count;
    uint64_t dropped; /* before the array's beginning */
};
struct sim__teller {
    uint32_t slot;
    uint64_t heard[SIM_SAMES];
    bool wrong;
    enum sim_same same; /* the first that differs, its place from 0, and both */
    uint64_t place;
    struct sim__told wanted, found;
};
struct sim__same {
    uint32_t entry;
    struct sim__target target;
    struct sim__tale tales[SIM_SAMES];
    uint32_t wrong; /* so many of the tellers have gone astray */
    struct sim__teller *tellers;
    uint32_t count;
    uint32_t room;
    uint32_t *by_slot; /* its place among the tellers plus 1, or that it is none */
    uint32_t slot_room;
};

/* An instant at which somebody wants to look. */
struct sim__mark {
    struct sup_instant at;
    uint32_t entry;
};

struct sim_trace_options;

struct sim_expect {
    const struct sim_scenario *scenario;
    const char **states; /* of the conditions, now */
    struct sim__entry *entries;
    uint32_t entry_count;
    struct sim__mark *marks; /* by instant, then by entry */
    uint32_t mark_count;
    uint32_t mark_next;
    uint32_t *ongoing; /* entries, in the order of the file */
    uint32_t ongoing_count;
    struct sim__series *series; /* in the order of the file */
    struct sim__series **series_by_name;
    uint32_t series_count;
    struct sim__spread *spreads; /* in the order of the file */
    uint32_t spread_count;
    struct sim__same *same;
    uint32_t same_count;
    struct sim__stories *casts; /* of entries of several services */
    uint32_t cast_count;
    struct sim__story *stories;
    uint32_t story_count;
    struct sim__counted *counted;
    uint32_t counted_count;
    struct sim__measuring *measures;
    uint32_t measure_count;
    uint64_t *values;              /* of the measures, at the end */
    bool measured;                 /* that has come */
    struct sup_instant last_event; /* of the types that somebody listens to */
    uint32_t *slot_series;         /* by slot: its first place in series_by_name, plus 1 */
    uint32_t slot_capacity;
    bool has_tallies;
    bool *touched; /* by slot: it had events since the last settled instant */
    uint32_t *touched_slots;
    uint32_t touched_count;
    uint32_t touched_capacity;
    uint32_t types;       /* event types that somebody listens to, one bit each */
    enum sim_check check; /* what is being decided */
    struct sim_failure *failures;
    uint32_t failure_count;
    uint32_t failure_capacity;
    uint32_t evaluated;
    bool asking; /* only whether something holds: what fails is not told */
    bool denied; /* it does not */
    bool failed; /* out of memory */
    const struct sim_trace_options *asked; /* who say why an event came; NULL: nobody does */
};

/* What fails from here on is of this entry. */
static inline void sim__expect_decide(struct sim_expect *expect, const struct sim__entry *entry)
{
    expect->check =
        (enum sim_check)((uint32_t)SIM_CHECK_SERVICE + (uint32_t)entry->expectation->what);
}

/* Whether `now` is later than `within` after `since`. */
static inline bool sim__passed(struct sup_instant since, struct sup_instant now,
                               struct sup_duration within)
{
    return sup_instant_add(since, within).ns < now.ns;
}

static_assert(SUP_EVENT_TYPES <= 32, "event types are kept as a set of bits");

/* ---- failure.c ---- */
/* What a failure is to say, while it is being found out. */
struct sim__finding {
    const char *detail; /* as in sim_failure */
    struct sim__text expected;
    struct sim__text found;
    const char *services[SIM__CONCERNED_MAX]; /* valid until the next call of sup */
    uint32_t service_count;
    char expected_bytes[SIM__SENTENCE_BYTES];
    char found_bytes[SIM__SENTENCE_BYTES];
};
void sim__finding_init(struct sim__finding *finding);
void sim__finding_concerns(struct sim__finding *finding, const char *service);
void sim__expect_add(struct sim_expect *expect, struct sim_place place, struct sup_instant at,
                     const struct sim__finding *finding);
void sim__failures_release(struct sim_expect *expect);

/* ---- target.c ---- */
/* Sorts names, each once; returns how many are left. */
uint32_t sim__names_sort(const char **names, uint32_t count);
#define SIM__NO_NAME UINT32_MAX
/* Where it stands in sorted names, or SIM__NO_NAME. */
uint32_t sim__names_find(const char *const *names, uint32_t count, const char *name);
int sim__target_init(struct sim__target *target, const struct sim_target *wanted);
void sim__target_release(struct sim__target *target);
/* A slot was registered; SUP_ENOMEM. */
int sim__target_note(struct sim__target *target, uint32_t slot, const char *name);
/* Calls fn with each service that the target names now: exact names first, NULL
 * for those that are not registered. fn returns false to stop. Where its slots are
 * kept these are looked at, else all services by their names. */
typedef bool (*sim__target_fn)(void *context, const char *name,
                               const struct sup_snapshot *snapshot);
void sim__target_each(const struct sim__target *target, struct sup *sup, sim__target_fn fn,
                      void *context);
void sim__target_text(struct sim__text *out, const struct sim_target *target);

/* Exactly by its name, or only by a glob? */
bool sim__target_names(const struct sim__target *target, const char *name);
bool sim__target_globs(const struct sim__target *target, const char *name);

/* ---- tally.c ---- */
bool sim__tally_possible(const struct sim_scenario *scenario, const struct sim_expectation *e);
void sim__tally_event(struct sim_expect *expect, const struct sup_event *event);
/* Looks again at what had events. */
void sim__tally_settle(struct sim_expect *expect, struct sup *sup);
void sim__tally_release(struct sim_expect *expect);

/* ---- state.c: what can be asked at one instant ---- */
/* Does it hold now, of all services that it is about? `never` asks for any of them. */
enum sim__of { SIM__OF_ALL, SIM__OF_ANY };
bool sim__state_holds(struct sim__entry *entry, struct sup *sup, enum sim__of of);
/* How many of the services that are registered fit now. */
uint32_t sim__state_count(const struct sim__entry *entry, struct sup *sup);
/* A field of the metrics, by its name. */
uint64_t sim__metric_value(const struct sup_metrics *metrics, const char *name);
/* Fills in what is expected and what is found instead. */
void sim__state_explain(const struct sim__entry *entry, struct sup *sup,
                        struct sim__finding *finding);
/* "bad-data: phase running" */
void sim__state_describe(struct sim__text *out, const struct sim_expectation *expectation);

/* ---- conditions.c ---- */
/* Before the entries; SUP_ENOMEM. */
int sim__states_init(struct sim_expect *expect);
void sim__states_listen(struct sim_expect *expect, const struct sup_event *event);
bool sim__states_hold(const struct sim__entry *entry);
void sim__states_describe(struct sim__text *out, const struct sim_expectation *expectation);
/* What they are instead. */
void sim__states_explain(const struct sim__entry *entry, struct sim__text *out);

/* ---- metrics.c: the supervisor's, a group's, or of services ---- */
/* The counters of all that the target names, gone ones included, added up. */
void sim__metrics_of(const struct sim__target *target, const struct sup *sup,
                     struct sup_metrics *ret_sum);
bool sim__metrics_hold(const struct sim__entry *entry, struct sup *sup);
void sim__metrics_describe(struct sim__text *out, const struct sim_expectation *e);
void sim__metrics_explain(const struct sim__entry *entry, struct sup *sup,
                          struct sim__finding *finding);

/* ---- run.c: what is asked of the whole run ---- */
int sim__run_init(struct sim_expect *expect);
void sim__run_release(struct sim_expect *expect);
void sim__run_event(struct sim_expect *expect, const struct sup_event *event);
/* Adds a failure for each part that does not hold, as the next three do. */
void sim__run_decide(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                     struct sup_instant now);

/* Whether all of it holds, which nobody is told. */
bool sim__run_holds(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                    struct sup_instant now);

/* The end of a run, at which they are decided. */
struct sim__end {
    struct sup *sup;
    struct sup_instant at;
};

/* ---- series.c: starts and delays ---- */
/* The series of an entry, then all in the order of their names; SUP_ENOMEM. */
int sim__series_add(struct sim_expect *expect, uint32_t entry);
void sim__series_sort(struct sim_expect *expect);
void sim__series_release(struct sim_expect *expect);
void sim__series_listen(struct sim_expect *expect, const struct sup_event *event);
void sim__series_decide(struct sim_expect *expect, const struct sim__entry *entry,
                        const struct sim__end *end);

/* ---- spread.c: starts and delays of what a glob matches, or within bounds ---- */
bool sim__spread_is(const struct sim_series *series);
void sim__spread_add(struct sim_expect *expect, const struct sim_series *series,
                     enum sim_what_kind what);
void sim__spread_release(struct sim_expect *expect);
void sim__spread_listen(struct sim_expect *expect, const struct sup_event *event);
void sim__spread_decide(struct sim_expect *expect, const struct sim__spread *spread,
                        const struct sim__end *end);

/* ---- story.c: events ---- */
int sim__story_add(struct sim_expect *expect, uint32_t entry);
void sim__story_release(struct sim_expect *expect);
void sim__story_listen(struct sim_expect *expect, struct sim__story *story,
                       const struct sup_event *event);
void sim__story_decide(struct sim_expect *expect, const struct sim__entry *entry,
                       struct sup_instant now);

/* What story.c and stories.c share: hears an event that is of the story; whether all came
 * and no other; what comes next, and what came instead. */
void sim__story_hear(struct sim_expect *expect, struct sim__story *story,
                     const struct sup_event *event);
bool sim__story_right(const struct sim_expectation *e, const struct sim__story *story);
void sim__story_wanted(struct sim__text *out, const struct sim_expectation *e,
                       const struct sim__story *story);
void sim__story_found(struct sim__text *out, const struct sim__story *story);
/* Adds the failure at the story's place and instant. */
void sim__story_fail(struct sim_expect *expect, const struct sim__story *story,
                     struct sup_instant now, struct sim__finding *finding);

/* ---- stories.c: events of several services ---- */
bool sim__stories_is(const struct sim_expectation *e);
int sim__stories_add(struct sim_expect *expect, uint32_t entry);
void sim__stories_release(struct sim_expect *expect);
void sim__stories_listen(struct sim_expect *expect, const struct sup_event *event);
void sim__stories_decide(struct sim_expect *expect, const struct sim__entry *entry,
                         const struct sim__end *end);

/* ---- same.c: services of which something is the same ---- */
int sim__same_add(struct sim_expect *expect, uint32_t entry);
void sim__same_release(struct sim_expect *expect);
void sim__same_listen(struct sim_expect *expect, const struct sup_event *event);
/* Once a file, not in time: what its services' policies will do. */
void sim__plan_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      struct sup_instant now);
void sim__same_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      const struct sim__end *end);

/* ---- counted.c: tally, peak, follows ---- */
bool sim__counted_is(const struct sim_expectation *e);
int sim__counted_add(struct sim_expect *expect, uint32_t entry);
void sim__counted_release(struct sim_expect *expect);
void sim__counted_listen(struct sim_expect *expect, const struct sup_event *event);
void sim__counted_decide(struct sim_expect *expect, const struct sim__entry *entry,
                         const struct sim__end *end);

/* ---- measure.c ---- */
/* How many entries the measures need, and these, from the first that is free. */
uint32_t sim__measures_states(const struct sim_scenario *scenario);
void sim__measures_entries(struct sim_expect *expect, uint32_t first);
int sim__measures_init(struct sim_expect *expect);
void sim__measures_release(struct sim_expect *expect);
void sim__measures_listen(struct sim_expect *expect, const struct sup_event *event);
/* True when the entry has nothing more to look at. */
bool sim__measure_look(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                       struct sup_instant now);
/* Their values, and what is expected of one. */
void sim__measures_end(struct sim_expect *expect, struct sup *sup);
void sim__measured_decide(struct sim_expect *expect, const struct sim__entry *entry,
                          struct sup_instant now);

/* ---- drain.c ---- */
void sim__drain_decide(struct sim_expect *expect, const struct sim__entry *entry, struct sup *sup,
                       struct sup_instant now);

#endif

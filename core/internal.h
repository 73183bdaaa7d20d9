/* Private to libsup: the structures of a supervisor and what its files share.
 *
 * Who owns what: `struct sup` owns every array; services and groups are named by
 * index, never by pointer across a registration, since the arrays grow then.
 * A slot belongs to a name for the supervisor's life; registrations of that name
 * follow each other in it, told apart by their generation.
 */
#ifndef SUP_INTERNAL_H
#define SUP_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/sup.h"

#include "heap.h"
#include "table.h"
#include "window.h"

#define SUP__NONE UINT32_MAX
#define SUP__ROOT 0u
#define SUP__PATH_MAX 1024
#define SUP__SLOTS_MAX (UINT32_C(1) << 22)
#define SUP__GROUPS_MAX ((UINT32_C(1) << 22) - 128u)

/* Why an attempt is being stopped, or a wait ended; ordered by rank below. */
/* clang-format off */
#define SUP__INTENT_LIST(X)                                                    \
    X(NONE, 0)                                                                 \
    X(LIVENESS, 1)   /* late or stale: the end is a failure */                 \
    X(GROUP, 2)      /* a strategy or an exhausted group stops it */           \
    X(RESTART, 3)    /* an operator's restart, or resume after a pause */      \
    X(PAUSE, 4)                                                                \
    X(QUARANTINE, 4)                                                           \
    X(CANCEL, 5)                                                               \
    X(DRAIN, 5)                                                                \
    X(ABORT, 6)                                                                \
    X(REPLACE, 7)                                                              \
    X(REMOVE, 8)
/* clang-format on */

enum sup__intent {
#define SUP__X(id, rank) SUP__INTENT_##id,
    SUP__INTENT_LIST(SUP__X)
#undef SUP__X
};

/* What an incident does with its members when they have ended. */
enum sup__incident {
    SUP__INCIDENT_NONE,
    SUP__INCIDENT_RESTART,    /* starts them again, together */
    SUP__INCIDENT_TERMINATE,  /* terminated: restart-limit */
    SUP__INCIDENT_QUARANTINE, /* idle, quarantined */
};

/* A policy and what is computed from it once. */
struct sup__policy {
    struct sup_policy policy;
    uint64_t hash;
    uint64_t *bounds; /* bounds[k-1] is backoff's bound(k) */
    uint32_t bound_count;
    bool bounds_end; /* the last of them is the bound of every longer streak */
};

/* Hot: what every attempt touches. Two cache lines. */
struct sup__service {
    uint64_t timer_key;  /* of the armed main timer, 0 when none */
    uint64_t started_at; /* of the last attempt */
    uint64_t delay;      /* of the wait in progress, or the one before */
    struct sup_random random;
    uint32_t attempt;
    uint32_t generation;
    uint32_t streak;
    uint32_t failures;
    uint32_t restarts;
    uint32_t granted; /* restarts after failures, for max-restarts */
    uint32_t policy;
    uint32_t group;
    /* ---- second line ---- */
    void *work;
    char *name; /* in the registration's block, the error text right before it */
    uint64_t phase_since;
    uint64_t running;     /* of its ended attempts, ns */
    int32_t error_number; /* exit code or signal, for its text */
    uint8_t error_kind;   /* enum sup__error */
    uint8_t phase;
    uint8_t operation;
    uint8_t breaker;
    uint8_t reason;
    uint8_t readiness;
    uint8_t heartbeat;
    uint8_t intent;
    uint8_t liveness; /* outcome that a liveness stop brings, 0 when none */
    bool registered;
    bool live;
    bool cancel_delivered;
    bool abort_requested;
    bool deadline_passed; /* its stop deadline has passed */
    bool queued;          /* waits for a slot of the blocking pool */
    bool busy;            /* counted as busy in its groups */
    bool restart_event;   /* `restarted` is due before the next start */
    bool start_free;      /* the next start is an interval's ordinary call */
    bool limit_exhausted;
    uint8_t drain_class;
    bool deferred; /* a refusal waits for the end of a group's start */
    bool member;   /* of an incident */
    uint8_t last;  /* outcome of the last ended attempt */
};

/* The last error: a text in the block, or what its text is made of when somebody
 * asks. */
enum sup__error {
    SUP__ERROR_NONE,
    SUP__ERROR_TEXT,
    SUP__ERROR_FAILED,
    SUP__ERROR_CODE,
    SUP__ERROR_PANICKED,
    SUP__ERROR_SIGNAL,
    SUP__ERROR_REFUSED,
    SUP__ERROR_NOT_READY,
    SUP__ERROR_STALE,
    SUP__ERROR_ABORTED,
};

/* What only some policies need: breaker, restart limit, heartbeat, interval. */
struct sup__extra {
    uint64_t probe_key;
    uint64_t probe_at;
    uint64_t beat_key;
    uint64_t beat_deadline;
    uint64_t interval_anchor;
    struct sup__window breaker;
    struct sup__window limit;
};

/* What a registration owns: extra, error text, name, room for the windows. */
struct sup__block {
    char *start;
    size_t bytes;
    uint32_t entries; /* reserved for the windows */
};

/* Cold: the rest. */
struct sup__cold {
    uint64_t registered_at;
    uint64_t order; /* of registration */
    uint64_t last_beat;
    uint64_t deadline;            /* of an extendable main timer */
    struct sup__extra *extra;     /* in the block; NULL when the policy needs none */
    struct sup__pending *pending; /* a replacement waits for the old one's end */
    struct sup__tie *tie;         /* to a token; NULL when there is none */
    struct sup_join *joins;
    void *value; /* result of its last ended attempt */
    struct sup__block block;
    uint32_t previous; /* registration order */
    uint32_t next;
    uint32_t group_previous; /* the same within the group */
    uint32_t group_next;
    uint32_t chain_previous; /* members of an incident, or of a reverse drain */
    uint32_t chain_next;
    uint32_t queue_previous; /* blocking queue */
    uint32_t queue_next;     /* the same, or deferred refusals */
    uint32_t incident;       /* group whose incident it is a member of */
    bool incident_start;     /* and will be started by it */
    uint32_t reason_count;
    uint32_t reason_limit;
    uint32_t timers; /* timers it can have at a time */
};

/* What ties a registration to its token. */
struct sup__tie {
    struct sup_token_watch watch;
    struct sup_token *token;
    struct sup *sup;
    uint32_t slot;
    uint32_t generation;
};

/* A replacement that waits until the old attempt has ended. */
struct sup__pending {
    uint32_t policy;
    uint32_t group;
    void *work;
    struct sup__tie *tie;
    struct sup__block block;
};

struct sup__group {
    char *path;
    uint32_t parent;
    uint32_t first_child;
    uint32_t next_sibling;
    uint32_t first; /* own services in registration order */
    uint32_t last;
    bool cancelled;
    struct sup_group_policy policy;
    struct sup__window limit;
    uint32_t active;   /* live attempts of its own services */
    uint32_t busy;     /* own services that live or will start */
    uint32_t services; /* registered in the subtree */
    uint32_t inflight; /* own services that are not terminated */
    uint64_t spawned;
    uint64_t dropped;
    uint64_t completed;
    /* incident */
    uint8_t incident;
    bool incident_due; /* the delay has passed */
    uint64_t incident_at;
    uint64_t incident_key;
    uint32_t chain_first; /* members, last registered first */
    uint32_t chain_last;
    uint32_t chain_cursor; /* the member that the chain waits for */
};

struct sup__wait {
    sup_idle_fn fn;
    void *context;
    uint32_t group;
    uint64_t key;
    bool used;
    bool timed_out;
};

struct sup__subscriber {
    sup_event_fn fn;
    void *context;
};

struct sup__drain {
    struct sup_drain_report report;
    uint64_t deadline;
    uint64_t key;
    uint32_t chain_first;
    uint32_t chain_last;
    bool chained;
    char who[SUP_NAME_MAX + 1];
    char why[SUP_NAME_MAX + 1];
};

struct sup {
    struct sup_config config;
    uint64_t now;
    uint64_t sequence; /* of events */
    uint64_t draws;
    uint64_t orders;
    uint32_t live; /* attempts */
    struct sup__heap heap;
    uint64_t no_key;               /* always 0: the key of a timer that no longer has an owner */
    struct sup__service *services; /* aligned to their size */
    void *service_block;
    struct sup__cold *colds;
    uint32_t slot_count;
    uint32_t service_capacity;
    uint32_t cold_capacity;
    uint32_t scratch_capacity;
    uint32_t first; /* registration order */
    uint32_t last;
    struct sup__policy *policies;
    uint32_t policy_count;
    uint32_t policy_capacity;
    struct sup__group *groups;
    uint32_t group_count;
    uint32_t group_capacity;
    struct sup__table names;
    struct sup__table paths;
    uint32_t *scratch;        /* one for each slot, for ordering a subtree */
    uint64_t timers;          /* timers that can be armed at a time */
    uint64_t window_entries;  /* reserved */
    struct sup_attempt *pool; /* who holds a slot of the blocking pool */
    uint32_t pool_used;
    uint32_t queue_first; /* FIFO of services waiting for one */
    uint32_t queue_last;
    uint32_t deferred_first; /* refusals during a group's start */
    uint32_t deferred_last;
    struct sup_metrics metrics;
    struct sup_histogram histogram;
    struct sup_histogram cpu_histogram;
    struct sup__subscriber subscribers[SUP_SUBSCRIBERS_MAX];
    uint32_t subscriber_count;
    bool listening; /* a subscriber or a journal: events are worth building */
    bool inside;    /* in a call: callbacks may only read */
    bool starting_group;
    bool idle_check; /* some group became idle, and somebody waits */
    uint8_t phase;   /* enum sup_supervisor_phase */
    struct sup__drain drain;
    struct sup__wait waits[SUP_IDLE_WAITS_MAX];
    uint32_t wait_count;
    struct sup_journal_entry *journal;
    char *text; /* for reason texts: those of events, then those of snapshots */
    size_t text_bytes;
};

/* ---- memory.c: the caller's allocator ---- */
void *sup__alloc(const struct sup_allocator *alloc, size_t bytes); /* zeroed */
void sup__release(const struct sup_allocator *alloc, void *block, size_t bytes);
/* Grows *array of `size`-byte elements to at least `wanted`; the new ones are not
 * initialised. */
int sup__grow(struct sup *sup, void **array, uint32_t *capacity, uint32_t wanted, size_t size);

/* Entries of windows, of which there are so many for the whole supervisor. */
int sup__windows_reserve(struct sup *sup, uint64_t entries); /* SUP_ELIMIT */
void sup__windows_return(struct sup *sup, uint64_t entries);

/* ---- supervisor.c: entering and leaving ---- */
/* Every public call that may change something reads the clock, once. */
static inline void sup__enter(struct sup *sup)
{
    SUP_ASSERT(!sup->inside);
    sup->inside = true;
    uint64_t now = sup->config.clock.now(sup->config.clock.context).ns;
    sup->now = now > sup->now ? now : sup->now;
}
/* What a call set free is dealt with before it returns. */
void sup__leave_busy(struct sup *sup);
static inline void sup__leave(struct sup *sup)
{
    if (__builtin_expect(sup->queue_first != SUP__NONE || sup->idle_check ||
                             sup->phase == SUP_SUPERVISOR_DRAINING,
                         0)) {
        sup__leave_busy(sup);
    }
    sup->inside = false;
}
static inline struct sup_policy *sup__policy_of(const struct sup *sup, const struct sup__service *s)
{
    return &sup->policies[s->policy].policy;
}
static inline uint32_t sup__slot_of(const struct sup *sup, const struct sup__service *s)
{
    return (uint32_t)(s - sup->services);
}
static inline struct sup__cold *sup__cold_of(const struct sup *sup, const struct sup__service *s)
{
    return &sup->colds[s - sup->services];
}
static inline struct sup__extra *sup__extra_of(const struct sup *sup, const struct sup__service *s)
{
    return sup__cold_of(sup, s)->extra;
}
static inline char *sup__error_of(const struct sup *sup, const struct sup__service *s)
{
    return s->name - sup->config.error_bytes_max;
}
static inline struct sup_attempt sup__attempt_of(const struct sup *sup,
                                                 const struct sup__service *s)
{
    return (struct sup_attempt){sup__slot_of(sup, s), s->generation, s->attempt};
}

/* ---- timer.c: arming by owner ---- */
enum sup__timer { SUP__TIMER_MAIN, SUP__TIMER_PROBE, SUP__TIMER_BEAT, SUP__TIMER_OTHER };
#define SUP__OTHER_DRAIN 0u
#define SUP__OTHER_WAIT 1u
#define SUP__OTHER_GROUP 128u
static inline void sup__disarm(struct sup *sup, uint64_t *key)
{
    sup__heap_forget(&sup->heap, key);
}
static inline void sup__arm(struct sup *sup, uint64_t *key, uint64_t deadline, enum sup__timer kind,
                            uint32_t index)
{
    sup__disarm(sup, key);
    if (deadline != SUP_NEVER_NS) {
        sup__heap_push(&sup->heap, deadline, index << 2 | (uint32_t)kind, key);
    }
}
uint64_t *sup__timer_owner(struct sup *sup, uint32_t id);
void sup__fire(struct sup *sup, uint32_t id);

/* ---- policy.c ---- */
int sup__policy_intern(struct sup *sup, const struct sup_policy *policy, uint32_t *ret_index);
void sup__policies_release(struct sup *sup);

/* ---- backoff.c ---- */
int sup__backoff_prepare(struct sup *sup, struct sup__policy *policy);
uint64_t sup__backoff_far(const struct sup__policy *policy, uint32_t streak);
static inline uint64_t sup__backoff_bound(const struct sup__policy *policy, uint32_t streak)
{
    SUP_ASSERT(streak > 0);
    uint32_t last = policy->bound_count;
    if (__builtin_expect(streak <= last || policy->bounds_end, 1)) {
        return policy->bounds[(streak <= last ? streak : last) - 1];
    }
    return sup__backoff_far(policy, streak);
}
uint64_t sup__backoff_delay(struct sup *sup, struct sup__service *s);
uint32_t sup__forgive(enum sup_forgive mode, uint32_t streak);

/* ---- registry.c ---- */
uint32_t sup__find(const struct sup *sup, const char *name); /* a slot, registered or not */
struct sup__service *sup__registered(struct sup *sup, const char *name);
bool sup__name_valid(const char *name);
int sup__registry_prepare(struct sup *sup, const struct sup_spec *spec, uint32_t policy,
                          uint32_t *ret_slot, struct sup__block *ret_block);
void sup__register(struct sup *sup, uint32_t slot, uint32_t group, uint32_t policy, void *work,
                   const struct sup__block *block);
void sup__block_release(struct sup *sup, struct sup__block *block);
uint32_t sup__window_entries(const struct sup_policy *policy); /* to be reserved for it */
void sup__register_anew(struct sup *sup, struct sup__service *s);
uint32_t sup__timers_of(const struct sup_policy *policy); /* it can have at a time */
void sup__unregister(struct sup *sup, struct sup__service *s);
void sup__registry_release(struct sup *sup);

/* ---- events.c ---- */
void sup__event_init(const struct sup *sup, struct sup_event *event, enum sup_event_type type,
                     const struct sup__service *s);
void sup__emit(struct sup *sup, struct sup_event *event);
/* An event of a service with generation-free simple fields: service and attempt. */
#define SUP__QUIET(sup) (__builtin_expect(!(sup)->listening, 1) && ++(sup)->sequence)
void sup__emit_simple(struct sup *sup, enum sup_event_type type, const struct sup__service *s,
                      uint32_t fields);
static inline void sup__say(struct sup *sup, enum sup_event_type type, const struct sup__service *s)
{
    if (!SUP__QUIET(sup)) {
        sup__emit_simple(sup, type, s, SUP_FIELD_ATTEMPT);
    }
}
static inline void sup__say_plain(struct sup *sup, enum sup_event_type type,
                                  const struct sup__service *s)
{
    if (!SUP__QUIET(sup)) {
        sup__emit_simple(sup, type, s, 0);
    }
}
void sup__say_command(struct sup *sup, const struct sup_command_outcome *outcome,
                      const char *service, const char *group, const struct sup_actor *actor);

/* ---- text.c ---- */
const char *sup__reason_text(struct sup *sup, const struct sup__service *s);
/* The last error; composed when somebody asks. */
const char *sup__error_text(struct sup *sup, const struct sup__service *s);
const char *sup__limit_text(struct sup *sup, const char *before, uint32_t count, const char *after);
void sup__copy_text(char *to, size_t size, const char *from);
bool sup__blank(const char *text);

/* ---- phase.c: the only writer of phases, and the accounts that follow ---- */
void sup__account(struct sup *sup, struct sup__service *s); /* busy */
void sup__terminate(struct sup *sup, struct sup__service *s, enum sup_reason reason, uint32_t count,
                    uint32_t limit);
/* Ends a registration without `terminated`: removed or replaced. */
void sup__gone(struct sup *sup, struct sup__service *s, enum sup_event_type type);
extern const uint8_t sup__legal_phases[SUP_PHASES];
static inline bool sup__phase_legal(enum sup_phase from, enum sup_phase to)
{
    return (sup__legal_phases[from] >> to & 1u) != 0;
}
#define SUP__BUSY_PHASES \
    (1u << SUP_PHASE_STARTING | 1u << SUP_PHASE_RUNNING | 1u << SUP_PHASE_STOPPING | \
     1u << SUP_PHASE_BACKING_OFF)
static inline void sup__set_phase(struct sup *sup, struct sup__service *s, enum sup_phase phase)
{
    SUP_ASSERT(sup__phase_legal(s->phase, phase));
    uint32_t was_busy = SUP__BUSY_PHASES >> s->phase & 1u;
    s->phase = (uint8_t)phase;
    s->phase_since = sup->now;
    if (was_busy != (SUP__BUSY_PHASES >> phase & 1u)) {
        sup__account(sup, s);
    }
}
static inline void sup__account_live(struct sup *sup, struct sup__service *s, bool live)
{
    SUP_ASSERT(s->live != live);
    uint32_t by = live ? 1u : UINT32_MAX;
    s->live = live;
    sup->live += by;
    sup->groups[s->group].active += by;
}

/* ---- machine.c: the table of phase and input ---- */
/* clang-format off */
#define SUP__INPUT_LIST(X)                                                     \
    X(START, "start")                                                          \
    X(SLOT, "slot")                                                            \
    X(END, "end")                                                              \
    X(SETTLE, "settle")                                                        \
    X(TIMER, "timer")                                                          \
    X(READY, "ready")                                                          \
    X(NOT_READY, "not-ready")                                                  \
    X(BEAT, "beat")                                                            \
    X(EXTEND, "extend")                                                        \
    X(PROBE, "probe")                                                          \
    X(STALE, "stale")                                                          \
    X(STOP, "stop")                                                            \
    X(ABORT, "abort")                                                          \
    X(ABANDON, "abandon")
/* clang-format on */
enum sup__input_type {
#define SUP__X(id, name) SUP__INPUT_##id,
    SUP__INPUT_LIST(SUP__X)
#undef SUP__X
        SUP__INPUTS
};
struct sup__input {
    enum sup__input_type type;
    enum sup__intent intent;    /* STOP, SETTLE */
    bool aborted;               /* SETTLE: by force */
    const struct sup_end *end;  /* END */
    struct sup_duration length; /* EXTEND */
};
typedef void (*sup__reaction_fn)(struct sup *sup, struct sup__service *s,
                                 const struct sup__input *input);
struct sup__reaction {
    sup__reaction_fn fn;
    const char *name; /* "" where the input cannot come */
};
extern const struct sup__reaction sup__machine[SUP_PHASES][SUP__INPUTS];
static inline void sup__react(struct sup *sup, struct sup__service *s,
                              const struct sup__input *input)
{
    SUP_ASSERT(s->phase < SUP_PHASES && input->type < SUP__INPUTS);
    sup__machine[s->phase][input->type].fn(sup, s, input);
}
/* Inputs that carry nothing, or only who stops it. */
void sup__send(struct sup *sup, struct sup__service *s, enum sup__input_type type);
void sup__stop(struct sup *sup, struct sup__service *s, enum sup__intent intent);

/* ---- attempt.c: start and end of an attempt; rules 1 to 3 ---- */
void sup__start(struct sup *sup, struct sup__service *s);
void sup__end(struct sup *sup, struct sup__service *s, const struct sup_end *end);
void sup__fresh_start(struct sup *sup, struct sup__service *s);
void sup__not_live(struct sup *sup, struct sup__service *s);
void sup__deferred_refusals(struct sup *sup);

/* ---- restart.c: what a failure or a clean exit brings; rules 4 to 9 ---- */
void sup__after_clean_exit(struct sup *sup, struct sup__service *s, uint64_t ran, bool done);
void sup__after_failure(struct sup *sup, struct sup__service *s, uint64_t ran,
                        enum sup_outcome outcome);
/* Waiting, with its event; the timer is armed by sup__wait_restart only. reason
 * NULL is the last error. */
void sup__wait_begin(struct sup *sup, struct sup__service *s, uint64_t delay, const char *reason);
void sup__wait_restart(struct sup *sup, struct sup__service *s, uint64_t delay, const char *reason);
void sup__breaker_close(struct sup *sup, struct sup__service *s);
void sup__quarantine(struct sup *sup, struct sup__service *s);

/* ---- stop.c ---- */
int sup__rank(enum sup__intent intent);
enum sup_stop_state sup__stop_state(const struct sup__service *s);
void sup__deliver_cancel(struct sup *sup, struct sup__service *s, enum sup__intent intent);
void sup__request_abort(struct sup *sup, struct sup__service *s);
void sup__abandon(struct sup *sup, struct sup__service *s);
void sup__stop_due(struct sup *sup, struct sup__service *s);
/* A wait, or an attempt that has ended, takes the state that the intent wants. */
void sup__settle(struct sup *sup, struct sup__service *s, enum sup__intent intent, bool aborted);
void sup__drop_pending(struct sup *sup, struct sup__cold *cold);
void sup__quiet_timers(struct sup *sup, struct sup__service *s);

/* ---- pool.c ---- */
bool sup__pool_take(struct sup *sup, struct sup__service *s); /* false: queued */
void sup__pool_hold(struct sup *sup, struct sup__service *s);
void sup__pool_free(struct sup *sup, struct sup_attempt id);
void sup__pool_unqueue(struct sup *sup, struct sup__service *s);
void sup__pool_grant(struct sup *sup);

/* ---- join.c: joins and tokens of a registration ---- */
void sup__tell_joins(struct sup *sup, struct sup__service *s);
void sup__joins_gone(struct sup *sup);
int sup__tie_make(struct sup *sup, struct sup_token *token, struct sup__tie **ret_tie);
void sup__tie_start(struct sup *sup, struct sup__service *s, struct sup__tie *tie);
void sup__tie_drop(struct sup *sup, struct sup__tie *tie);

/* ---- group.c ---- */
uint32_t sup__group_find(const struct sup *sup, const char *path);
int sup__group_make(struct sup *sup, const char *path, uint32_t *ret_group);
/* Live attempts and busy services of the subtree. O(groups in it). */
void sup__group_count(const struct sup *sup, uint32_t group, uint32_t *ret_active,
                      uint32_t *ret_busy);
bool sup__group_within(const struct sup *sup, uint32_t group, uint32_t ancestor);
bool sup__group_path_valid(const char *path);
void sup__group_link(struct sup *sup, struct sup__service *s);
void sup__group_unlink(struct sup *sup, struct sup__service *s);
/* Slots of the subtree's services in sup->scratch, last registered first. */
uint32_t sup__group_collect(struct sup *sup, uint32_t group);
void sup__group_mark_cancelled(struct sup *sup, uint32_t group);
void sup__groups_release(struct sup *sup);

/* ---- strategy.c: what a group does when one of its services is to restart ---- */
/* Rules 5 to 9 granted s a restart after `delay`; `counted` unless it is free. */
void sup__restart_granted(struct sup *sup, struct sup__service *s, uint64_t delay, bool counted,
                          const char *reason);

/* ---- incident.c: members that are stopped one after the other ---- */
void sup__incident_open(struct sup *sup, uint32_t group, enum sup__incident kind);
void sup__incident_join(struct sup *sup, uint32_t group, struct sup__service *s, bool start);
void sup__incident_leave(struct sup *sup, struct sup__service *s);
void sup__incident_quit(struct sup *sup, struct sup__service *s);
void sup__incident_ended(struct sup *sup, struct sup__service *s);
void sup__incident_advance(struct sup *sup, uint32_t group);
void sup__incident_due(struct sup *sup, uint32_t group);
void sup__incident_at(struct sup *sup, uint32_t group, uint64_t at);
void sup__incident_dissolve(struct sup *sup, uint32_t group);

/* ---- liveness.c ---- */
void sup__running(struct sup *sup, struct sup__service *s);
void sup__on_ready(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_readiness(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_beat(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_stale(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_late_start(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_probe(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_extend(struct sup *sup, struct sup__service *s, const struct sup__input *input);

/* ---- drain.c ---- */
void sup__drain_begin(struct sup *sup, struct sup_duration timeout, const char *who,
                      const char *why, bool by_limit);
void sup__drain_timeout(struct sup *sup);
void sup__drain_advance(struct sup *sup); /* reverse order: cancel the next one */
void sup__drain_leave(struct sup *sup, struct sup__service *s);
void sup__drain_classify(struct sup *sup, struct sup__service *s, enum sup_drain_class class_);
void sup__drain_check(struct sup *sup);

/* ---- idle.c ---- */
void sup__idle_check(struct sup *sup);
void sup__idle_timeout(struct sup *sup, uint32_t wait);

#endif

/* Shared by the files of the invariant checker.
 *
 * The checker knows a service by what its events said: the shadow. It shares no
 * code with the core, not even the arithmetic, so that one mistake cannot hide in
 * both.
 *
 * Certainty: a group with a strategy or a limit may stop and start services
 * without an event that says so of each. A service in such a group, or below one
 * with a limit, is not `alone`; what its end meant is then told by the event that
 * follows. Everything else is foretold, and what follows must be what was
 * foretold (`must`).
 */
#ifndef SIM_INVARIANT_INTERNAL_H
#define SIM_INVARIANT_INTERNAL_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/table.h"
#include "sim/invariant.h"
#include "sim/words.h"
#include "sup/rules.h"
#include "sup/snapshot.h"
#include "sup/time.h"

#include "list.h"

/* Between an attempt's end and the event that says what it brings. */
#define SIM__PHASE_ENDED ((uint8_t)SUP_PHASES)

#define SIM__NO_SLOT UINT32_MAX
#define SIM__NO_ATTEMPT UINT32_MAX
#define SIM__ROOT 0u
#define SIM__ITS_OWN (SIM__NO_SLOT - 1) /* a restart asks no group above */
/* Spaces of the table of words. */
#define SIM__NAMES 0u
#define SIM__PATHS 1u
#define SIM__BIT(type) (UINT32_C(1) << SUP_EVENT_##type)

static_assert(SUP_EVENT_TYPES <= 32, "what must follow is a set of event types");

/* Who wants an attempt to end, from the commands heard; ordered by rank. */
enum sim__wish {
    SIM__WISH_NONE,
    SIM__WISH_RESTART,
    SIM__WISH_RESUME,
    SIM__WISH_PAUSE,
    SIM__WISH_CANCEL,
    SIM__WISH_ABORT,
    SIM__WISH_REPLACE,
    SIM__WISH_REMOVE,
};

/* Who is to start again at a command, unless its group is ended meanwhile: a restart is told
 * when it happens, what was resumed starts without a word. */
enum sim__again {
    SIM__AGAIN_NONE,
    SIM__AGAIN_TOLD,
    SIM__AGAIN_UNTOLD,
};

/* The last instants, as many as decide. What is reserved for them is not touched
 * before there are so many; where none grows old they are only counted. */
struct sim__ring {
    struct sup_instant *at; /* NULL: counted only */
    uint32_t capacity;
    uint32_t room; /* in use of the capacity: the ring goes round in it */
    uint32_t first;
    uint32_t count;
};

/* A window that is not a ring of instants. */
struct sim__window {
    struct sup_instant opened; /* of a score: its last entry */
    uint64_t score;            /* in 2^-32 of an entry */
    uint32_t count;
    bool open;
};

/* What is known of a name: its next registration. */
struct sim__announced {
    const struct sup_policy *policy;
    const struct sim_invariants_lag *lag; /* NULL: nothing is late */
    uint32_t group;
    bool fresh; /* since the last registration */
    bool paused;
};
struct sim__known {
    struct sim__announced next;
    struct sim__announced before;         /* holds again when the last one was refused */
    const struct sim_invariants_lag *lag; /* of the registration that there is */
    struct sup_instant ready_at;          /* of an attempt that was ready, where there are rules */
    struct sup_instant raised_at;         /* end that raised the streak last */
    struct sup_instant cut_until;         /* end of the wait that a stop has cut short last */
    bool paused;                          /* as it was registered */
    uint32_t by_hand; /* the wait after this attempt ends in an operator's start */
};

struct sim__shadow {
    const struct sup_policy *policy; /* NULL: never announced, little is checked */
    struct sup_instant started_at;
    uint64_t started_sequence;
    struct sup_instant due;    /* of what waits; live: when a probe has proved itself */
    struct sup_duration bound; /* backoff's bound for bound_streak */
    uint32_t bound_streak;
    uint32_t generation;
    uint32_t attempt;
    uint32_t streak;
    uint32_t failures;
    uint32_t restarts;
    uint32_t granted;
    uint32_t group;
    uint32_t must;       /* event types, one of which has to come next; 0: any or none */
    uint8_t must_reason; /* with `terminated`: this reason; 0: any */
    uint8_t phase;       /* enum sup_phase, or SIM__PHASE_ENDED */
    uint8_t readiness;
    bool simple; /* its policy restarts it after every failure, and nothing counts these */
    /* What most services are not and most attempts have not met: all of it together is 0 then, and
     * they can be looked at plainly (plain.c). */
    union {
        struct {
            uint8_t operation;
            uint8_t breaker;
            uint8_t wish;
            uint8_t restarting; /* enum sim__again: when it starts, unless its group is ended
                                 * meanwhile */
            bool cancelled;
            bool aborted;
            bool fresh;         /* a fresh start was granted: the next start may come at once */
            bool free_start;    /* an interval's ordinary call */
            bool unsure_end;    /* its last end may have been wanted by its group */
            bool unsure_counts; /* streak and windows are not known */
            bool escalated;     /* its own limit was handed to the group */
            bool stale;         /* its policy stops a stale attempt */
            bool abort_asked;
            bool deadline_passed;
            bool closing; /* the breaker closed for a clean end that must be told now */
            bool odd;     /* it has what only some policies have */
        };
        uint64_t unusual[2];
    };
    bool registered;
    bool live;
    bool unsure_stop; /* nothing tells why it was cancelled */
    bool touched;     /* since the last settled instant */
    bool compare;     /* with its snapshot, then */
    bool unsure_breaker;
    bool unsure_restarts, unsure_failures;
    bool clean, crashed; /* the last end, and whether it was a crash */
    bool restarts_after; /* of one with rules: what they say of the last end */
    bool prevented;
    bool counted_end;    /* that end is one of those that a limit of ends counts */
    bool pausing;        /* the restart that comes now empties its limit */
    bool settled;        /* its rules say what is waited after it, since it was ready */
    bool was_ready;      /* its last attempt reported in time that it was */
    bool follows_stream; /* all of its draws were seen */
    bool ran_out;        /* stopped since it had run for so long, and for nothing else */
    bool finishing;      /* its work is over; that had been cancelled, aborted, or was not ready */
    bool stopped_work, aborted_work, starting_work;
    bool cancelled_again;       /* since its grace had passed */
    struct sup_instant stop_at; /* of the cancellation, then of the abort */
    struct sup_duration ran;    /* of the last attempt */
    struct sup_duration last_delay;
    struct sup_instant anchor; /* of an interval's grid; never: not started */
    struct sim__ring breaker_ring;
    struct sim__ring limit_ring;
    struct sim__window window;
    struct sim__known *known;
    uint32_t held;           /* pool slots of abandoned attempts */
    uint32_t down_with;      /* group that has shut down with it, plus 1 */
    uint64_t stream;         /* that jitter is drawn from */
    uint64_t ended_sequence; /* of who is to start again */
};
/* Each event looks its service up: an index is a shift. */
static_assert(sizeof(struct sim__shadow) == 256 || sizeof(void *) < 8, "a power of two");

struct sim__shadow_group {
    struct sup_group_policy policy;
    struct sim__ring ring;
    struct sim__window window;
    struct sup_instant paused_until; /* none of its own services is restarted before */
    uint64_t stopped_sequence;       /* last command that stops its subtree */
    uint32_t parent;
    uint32_t version; /* for which `alone` was computed */
    bool alone;
    bool cancelled;
    bool incident;        /* a strategy acts, perhaps */
    bool unsure_window;   /* it has a beginning, which is not known */
    bool joined;          /* somebody was registered in it since it shuts down */
    bool shuts_down;      /* and has not ended yet */
    bool unsure_down;     /* an operator has kept one of those that it stops, or replaced it */
    uint8_t shutdown_due; /* whether it has to be told that it does, and when */
    uint32_t witness;     /* slot of who was alive the last time */
};
static_assert(sizeof(struct sim__shadow_group) == 256 || sizeof(void *) < 8, "a power of two");

struct sim_invariants {
    struct sim_invariants_config config;
    struct sim_arena *arena;
    struct sim__table words;            /* names to struct sim__known, paths to index + 1 */
    const struct sup_policy *recent[4]; /* policies announced last */
    uint32_t recent_next;
    uint32_t known_count;
    struct sim__shadow *shadows; /* by slot */
    uint32_t *touched;
    uint32_t touched_count;
    uint32_t shadow_count; /* highest slot seen + 1 */
    uint32_t shadow_capacity;
    struct sim__shadow_group *groups;
    uint32_t group_count;
    uint32_t group_capacity;
    uint32_t version; /* of the groups' policies */
    uint64_t sequence;
    struct sup_instant now;
    uint64_t settled;          /* instants */
    uint64_t stopped_sequence; /* of any group */
    uint32_t anew;             /* slot that an operator's restart registers again */
    uint32_t live_count;
    uint32_t registered_count;
    uint32_t pool_used;
    /* As in a shadow: all of it is 0 in most runs, most of the time. */
    union {
        struct {
            bool any_cancelled;
            bool draining;
            bool drained;
            bool holds;  /* some group has held a restart back */
            bool failed; /* out of memory */
            bool broken;
            bool at_length; /* nothing is looked at plainly */
        };
        uint64_t unusual;
    };
    bool paused;   /* what is registered now is so, too */
    bool late;     /* things may be handled late */
    bool uncommon; /* something but starts, ends and waits since the last settled instant */
    bool unsure_restarts;
    bool unsure_failures;
    uint32_t shutdowns_due;        /* groups that have to shut down now */
    bool shutting;                 /* some group has, or has to */
    uint64_t shutdown_sequence;    /* of the event that tells it, where it is the next */
    uint32_t skipped;              /* settled instants without a look at the metrics */
    uint32_t asks;                 /* group that was exhausted last, and starts again; or none */
    uint32_t asked;                /* group that grants the restart that is told next; or none */
    struct sup_instant held_most;  /* at most until then, where a window's begin is not known */
    struct sup_instant held_until; /* the restart that is told next, by limits; 0: it is not */
    struct sup_instant drain_at;
    struct sup_instant drain_due;
    struct sup_drain_counts drain;
    uint32_t drain_ended;          /* graceful and aborted together */
    struct sup_metrics metrics;    /* counted from the events */
    struct sup_attempt reported;   /* whose end has to be told; attempt 0: nobody's */
    const struct sup_event *event; /* the one being looked at */
    const char *service;           /* that the text is about when there is no event */
    enum sim__invariant invariant;
    char text[512];
};

/* ---- invariant.c ---- */
/* Keeps the first broken invariant; the rest is printf's. */
void sim__break(struct sim_invariants *inv, enum sim__invariant invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An event, whatever it is; `s` may be NULL. */
void sim__event_at_length(struct sim_invariants *inv, struct sim__shadow *s,
                          const struct sup_event *event);
void sim__shadow_leapt(struct sim_invariants *inv, uint8_t from, uint8_t to);
/* A phase change, if it is legal. An attempt's end comes between the phase it lived
 * in and the one that follows, so what may follow it is what may follow those. */
static inline void sim__shadow_phase(struct sim_invariants *inv, struct sim__shadow *s,
                                     uint8_t phase)
{
#define SIM__TO(phase) (1u << SUP_PHASE_##phase)
    static const uint8_t successors[SUP_PHASES + 1] = {
        [SUP_PHASE_IDLE] = SIM__TO(STARTING) | SIM__TO(TERMINATED),
        [SUP_PHASE_STARTING] = SIM__TO(RUNNING) | SIM__TO(STOPPING) | 1u << SUP_PHASES,
        [SUP_PHASE_RUNNING] = SIM__TO(STOPPING) | 1u << SUP_PHASES,
        [SUP_PHASE_BACKING_OFF] = SIM__TO(STARTING) | SIM__TO(IDLE) | SIM__TO(TERMINATED),
        [SUP_PHASE_STOPPING] = 1u << SUP_PHASES,
        [SUP_PHASE_TERMINATED] = 0,
        [SUP_PHASES] =
            SIM__TO(STARTING) | SIM__TO(BACKING_OFF) | SIM__TO(IDLE) | SIM__TO(TERMINATED),
    };
#undef SIM__TO
    if (!(successors[s->phase] >> phase & 1u)) {
        sim__shadow_leapt(inv, s->phase, phase);
    }
    s->phase = phase;
}
/* Of the slot, registered or not; NULL: nobody was ever registered there. */
static inline struct sim__shadow *sim__shadow_at(struct sim_invariants *inv, uint32_t slot)
{
    return slot < inv->shadow_count ? &inv->shadows[slot] : NULL;
}
/* The event is one of those that have to come now. */
void sim__shadow_follows(struct sim_invariants *inv, struct sim__shadow *s);
const char *sim__phase_word(uint8_t phase);

/* It is looked at when the instant is settled. */
static inline void sim__shadow_touch(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->touched) {
        s->touched = true;
        inv->touched[inv->touched_count++] = (uint32_t)(s - inv->shadows);
    }
}

/* ---- plain.c ---- */
/* How plain it is, by its policy. */
void sim__shadow_classify(struct sim__shadow *s);

/* ---- group.c ---- */
int sim__shadow_group_make(struct sim_invariants *inv, const char *path, uint32_t *ret_group);
uint32_t sim__shadow_group_find(const struct sim_invariants *inv, const char *path);
void sim__shadow_group_look(struct sim_invariants *inv, struct sim__shadow_group *g);
static inline bool sim__shadow_alone(struct sim_invariants *inv, const struct sim__shadow *s)
{
    struct sim__shadow_group *g = &inv->groups[s->group];
    if (g->version != inv->version) {
        sim__shadow_group_look(inv, g);
    }
    return g->alone;
}
bool sim__shadow_group_cancelled(const struct sim_invariants *inv, uint32_t group);
/* A command stopped the group, or one above it, since the attempt started. */
bool sim__shadow_group_stopped(const struct sim_invariants *inv, const struct sim__shadow *s);
void sim__on_group_cancelled(struct sim_invariants *inv, const struct sup_event *event);
void sim__on_group_restart(struct sim_invariants *inv, const struct sup_event *event);
void sim__on_group_exhausted(struct sim_invariants *inv, const struct sup_event *event);
/* What a restart follows; one after a clean exit is not counted. */
enum sim__grant {
    SIM__GRANT_AFTER_CLEAN_EXIT,
    SIM__GRANT_AFTER_FAILURE,
};
void sim__group_granted(struct sim_invariants *inv, struct sim__shadow *s, enum sim__grant grant);

/* ---- registry.c ---- */
int sim__shadows_reserve(struct sim_invariants *inv, uint32_t wanted);
void sim__on_registered(struct sim_invariants *inv, const struct sup_event *event);
void sim__on_gone(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_terminated(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_held(struct sim_invariants *inv, struct sim__shadow *s, enum sup_operation operation);
void sim__on_resumed(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_command(struct sim_invariants *inv, const struct sup_event *event);

/* A service that does the same for ever is compared with its snapshot now and
 * then: a difference does not go away. */
static inline bool sim__shadow_sampled(const struct sim__shadow *s)
{
    return s->attempt < 8 || s->attempt % 32 == 0;
}

/* ---- attempt.c ---- */
/* Ready when it has lived for so long, and not yet: when that is. Never: no. */
struct sup_instant sim__ready_at(const struct sim_invariants *inv, const struct sim__shadow *s);
/* Whatever is told of it, it had to be ready at that instant, or before. */
void sim__check_was_ready(struct sim_invariants *inv, const struct sim__shadow *s,
                          struct sup_instant at);
void sim__on_started(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_ended(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_restarted(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_readiness(struct sim_invariants *inv, struct sim__shadow *s,
                       enum sup_readiness readiness);

/* ---- exits.c ---- */
/* An attempt of a service that has rules has ended: how, and whether another follows. */
void sim__exit_look(struct sim_invariants *inv, struct sim__shadow *s);
bool sim__clean_exits_count(const struct sim__shadow *s);

/* What is left of a wait that is measured from where its rules say. */
struct sup_duration sim__wait_left(const struct sim_invariants *inv, const struct sim__shadow *s,
                                   struct sup_duration wait);
/* The same the other way round: the wait of which so much is left, at least. */
struct sup_duration sim__wait_whole(const struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_duration left);

/* ---- limits.c ---- */
/* How long before that the supervisor's clock has read a whole multiple of a length. */
uint64_t sim__since_multiple(const struct sim_invariants *inv, struct sup_instant at,
                             struct sup_duration of);
/* Entries that a ring has to hold. `rules` may be NULL. */
uint32_t sim__limit_entries(const struct sup_limit_policy *policy,
                            const struct sup_limit_rules *rules);
void sim__limit_empty(struct sim__shadow *s);
bool sim__limit_full(const struct sim_invariants *inv, struct sim__shadow *s);
/* What it counts; of a streak, without the failure that has just raised it. */
uint32_t sim__limit_count(const struct sim_invariants *inv, struct sim__shadow *s);
bool sim__limit_counts(const struct sim__shadow *s, enum sup_limit_counts counts);
void sim__limit_ended(const struct sim_invariants *inv, struct sim__shadow *s);
void sim__limit_started(struct sim_invariants *inv, struct sim__shadow *s);
/* Exhausted, it waits or pauses. */
void sim__limit_holds(struct sim_invariants *inv, struct sim__shadow *s);
/* The restart of a failure has been told: it is an entry, or the one that a pause was for. */
void sim__limit_granted(const struct sim_invariants *inv, struct sim__shadow *s);
/* How long the restart that is told now is held back by limits, if it is: it waits for no less. */
struct sup_duration sim__limit_hold(struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_duration *low, struct sup_duration *high);
bool sim__group_limit_full(const struct sim_invariants *inv, struct sim__shadow_group *g);
uint32_t sim__group_limit_count(const struct sim_invariants *inv, struct sim__shadow_group *g);
void sim__group_limit_enter(const struct sim_invariants *inv, struct sim__shadow_group *g);
void sim__group_limit_empty(struct sim__shadow_group *g);
void sim__group_holds(struct sim_invariants *inv, struct sim__shadow_group *g);

/* ---- stop.c ---- */
void sim__on_cancel(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_stop_deadline(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_abort(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_abandoned(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_late(struct sim_invariants *inv, const struct sup_event *event);
void sim__on_stale(struct sim_invariants *inv, struct sim__shadow *s);

/* ---- restart.c ---- */
/* What the end brings, by the rules; sets `must`. */
void sim__shadow_consequence(struct sim_invariants *inv, struct sim__shadow *s);
/* What an unsure end turned out to be: nobody's wish, or somebody's. */
enum sim__end {
    SIM__END_UNWANTED,
    SIM__END_WANTED,
};
void sim__shadow_resolve(struct sim_invariants *inv, struct sim__shadow *s, enum sim__end end);
void sim__on_backing_off(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_exhausted(struct sim_invariants *inv, struct sim__shadow *s);
/* An event that only an unwanted end can bring. */
void sim__unwanted(struct sim_invariants *inv, struct sim__shadow *s);

/* ---- breaker.c ---- */
void sim__on_breaker_opened(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_breaker_half_open(struct sim_invariants *inv, struct sim__shadow *s);
void sim__on_breaker_closed(struct sim_invariants *inv, struct sim__shadow *s);

/* ---- bounds.c ---- */
/* The ends of what a delay after `streak` failures is drawn from, `max` apart. */
void sim__delay_drawn(struct sim__shadow *s, uint32_t streak, struct sup_duration *ret_low,
                      struct sup_duration *ret_high);
/* What no delay that is drawn may be above. */
struct sup_duration sim__delay_cap(const struct sup_policy *policy);
/* Is the delay possible after `streak` failures? Otherwise the ends of what is. */
bool sim__delay_possible(struct sim__shadow *s, uint32_t streak, struct sup_duration delay,
                         struct sup_duration *ret_low, struct sup_duration *ret_high);
int sim__ring_make(struct sim__ring *ring, uint32_t capacity, struct sup_duration within);
void sim__ring_push(struct sim__ring *ring, struct sup_instant at);
/* How many are left that are no older than `within`. */
uint32_t sim__ring_prune(struct sim__ring *ring, struct sup_instant now,
                         struct sup_duration within);
static inline void sim__ring_clear(struct sim__ring *ring)
{
    ring->count = 0;
}
static inline struct sup_instant sim__after(struct sup_instant at, struct sup_duration length)
{
    struct sup_instant after = {length.ns > UINT64_MAX - at.ns ? UINT64_MAX : at.ns + length.ns};
    return after;
}

/* ---- draws.c ---- */
/* The stream of a name, when its first registration is told. */
void sim__stream_begin(const struct sim_invariants *inv, struct sim__shadow *s, const char *name);
/* Draws the delay that the event has to tell, unless limits hold it back for longer: the wait
 * that it is of. */
struct sup_duration sim__stream_follow(struct sim_invariants *inv, struct sim__shadow *s,
                                       struct sup_duration hold);

/* ---- waiting.c ---- */
/* Will something start it, if it waits? */
void sim__check_waiting(struct sim_invariants *inv, struct sup *sup, uint32_t slot);
/* After the run: does anybody wait for what will never come? */
void sim__check_all_waiting(struct sim_invariants *inv, struct sup *sup);

/* ---- drain.c ---- */
void sim__on_shutdown(struct sim_invariants *inv, const struct sup_event *event);
void sim__on_drained(struct sim_invariants *inv, const struct sup_event *event);

#endif

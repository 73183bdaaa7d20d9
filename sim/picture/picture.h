/* A run as a picture: a lane for each service with the bars of its phases, what happened on it,
 * what the world was meanwhile, and plots of what the file measures.
 *
 * It is put together from the lines of a trace, in virtual and in real time alike, and then
 * written in one of three forms: a page (page.h), a still (still.h), tracks for Perfetto
 * (tracks.h). Instants and texts are kept once and named by their number. Without memory
 * it remembers so, and nothing is to be written of it. One thread at a time.
 */
#ifndef SIM_PICTURE_PICTURE_H
#define SIM_PICTURE_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/json_object.h"
#include "sim/base/table.h"
#include "sim/scenario.h"
#include "sup/time.h"

#define SIM__PICTURE_NONE UINT32_MAX

/* What a bar is. The last two lie beside the others: of the breaker. */
/* clang-format off */
#define SIM__BAR_LIST(X)                                                       \
    X(STARTING, "starting")   /* until it is ready */                          \
    X(RUNNING, "running")                                                      \
    X(UNREADY, "unready")     /* it runs, and says that it is not ready */     \
    X(STOPPING, "stopping")   /* it has been told to stop */                   \
    X(FINISHING, "finishing") /* its finish script runs */                     \
    X(WAITING, "waiting")     /* for its restart */                            \
    X(COOLING, "cooling")     /* for its breaker's probe */                    \
    X(HELD, "held")           /* paused or quarantined */                      \
    X(IDLE, "idle")           /* nothing of that */                            \
    X(ENDED, "ended")         /* terminated */                                 \
    X(OPEN, "open")                                                            \
    X(HALF_OPEN, "half-open")
/* clang-format on */
enum sim__bar_kind {
#define X(id, name) SIM__BAR_##id,
    SIM__BAR_LIST(X)
#undef X
        SIM__BARS
};
const char *sim__bar_name(enum sim__bar_kind kind);

enum sim__subject {
    SIM__SUBJECT_SUPERVISOR,
    SIM__SUBJECT_SERVICE,
    SIM__SUBJECT_GROUP,
    SIM__SUBJECT_CONDITION,
};

/* Of an event: texts and instants are numbers of `words` and `instants`. */
struct sim__picture_event {
    uint32_t instant;
    enum sim__subject kind;
    uint32_t subject; /* of its kind's; 0 of the supervisor */
    uint32_t type;
    uint32_t detail;
    uint32_t because; /* NONE: it says none */
    uint32_t outcome; /* of an attempt that ended; else NONE */
    uint32_t attempt; /* 0: none */
};

struct sim__bar {
    uint32_t service;
    enum sim__bar_kind kind;
    uint32_t from; /* instants */
    uint32_t to;
    uint32_t attempt;
    uint32_t event; /* that began it */
};

/* What a condition was, or a drain. */
struct sim__band {
    uint32_t condition;
    uint32_t state;
    uint32_t from;
    uint32_t to;
};

struct sim__picture_group {
    const char *name;
    uint32_t parent; /* NONE: the root */
};

struct sim__picture_condition {
    const char *name;
    uint32_t state; /* now */
    uint32_t since;
};

struct sim__lane;

struct sim__plot_step {
    struct sup_instant at;
    uint32_t instant; /* its number, once the picture is complete */
    uint64_t value;
};

/* A step function over time. */
struct sim__plot {
    const char *name;
    struct sim__plot_step *steps;
    uint32_t step_count;
    uint32_t room;
    uint64_t peak;
};

struct sim__picture {
    const struct sim_scenario *scenario;
    struct sim_arena *arena;
    struct sim__table word_table;
    const char **words;
    uint32_t word_count, word_room;
    struct sup_instant *instants;
    uint32_t instant_count, instant_room;
    struct sim__table group_table;
    struct sim__picture_group *groups;
    uint32_t group_count, group_room;
    struct sim__table lane_table;
    struct sim__lane *lanes; /* in the order of registration */
    uint32_t lane_count, lane_room;
    struct sim__picture_condition *conditions;
    uint32_t condition_count, condition_room;
    struct sim__picture_event *events;
    uint32_t event_count, event_room;
    struct sim__bar *bars; /* by service, then by instant, once it is complete */
    uint32_t bar_count, bar_room;
    struct sim__band *bands;
    uint32_t band_count, band_room;
    struct sim__band *drains;
    uint32_t drain_count, drain_room;
    struct sim__plot *plots;
    uint32_t plot_count;
    struct sim__plots *gathering;
    struct sim__table service_table; /* of the file, by name and by stem */
    uint32_t end;                    /* the instant at which the run ended, once it is complete */
    uint64_t total; /* events of the run; more than event_count: the last ones are not kept */
    bool failed;    /* out of memory */
};

/* A service's lane. */
struct sim__lane {
    const char *name;
    uint32_t group; /* NONE: the root */
    bool awaits;    /* its attempts are starting until they are ready */
    bool live;      /* an attempt of it */
    bool held;
    bool barred; /* `bar` has begun */
    bool told;   /* a breaker's state that is to be seen has begun */
    struct sim__bar bar;
    struct sim__bar breaker;
    uint64_t starts;
    uint64_t failures;
};

/* Kept of one run: what comes after is counted only. */
#define SIM__PICTURE_EVENTS_MAX 2000000u

/* 0 or SUP_ENOMEM. The scenario outlives the picture. */
int sim__picture_create(const struct sim_scenario *scenario, struct sim__picture **ret_picture);
/* NULL is allowed. */
void sim__picture_free(struct sim__picture *picture);
/* An event's line of the trace, in their order; `detail` is what it says besides, in words. */
void sim__picture_line(struct sim__picture *picture, const struct sim__json *line,
                       const char *detail);
/* The run is over: bars that have no end, end. One that has come to its end lasts until the
 * scenario's `until` where anything is still going on, else until the last instant that a mark
 * names. */
struct sim__picture_closing {
    bool came_to_its_end;
    const struct sup_instant *marked; /* instants that marks will name */
    uint32_t marked_count;
};
void sim__picture_complete(struct sim__picture *picture,
                           const struct sim__picture_closing *closing);
/* The number of an instant of a complete picture: of the last one at or before it. */
uint32_t sim__picture_instant(const struct sim__picture *picture, struct sup_instant at);
/* The lane of the service of that name; NONE: there is none. */
uint32_t sim__picture_lane(const struct sim__picture *picture, const char *name);

/* The first bar of the lane in a complete picture, behind which its others stand. */
uint32_t sim__picture_bars_of(const struct sim__picture *picture, uint32_t lane);

/* What the command knows of the run besides. */
struct sim__picture_mark {
    uint32_t from, to; /* instants; NONE, NONE: of the whole run */
    uint32_t line;
    const char *file;
    const char *source; /* the line itself */
    const char *expected;
    const char *found;
    const uint32_t *lanes;
    uint32_t lane_count;
    bool held;
};
struct sim__picture_figure {
    const char *name;
    const char *value;
    uint32_t line;
};
struct sim__picture_frame {
    const char *file, *name, *variant; /* variant NULL: none */
    uint64_t seed, hash;
    const char *executor;
    const char *word; /* "pass", "FAIL" … */
    bool passed;
    const char *message, *note, *replay;
    uint32_t fails_at; /* an instant; NONE */
    const struct sim__picture_mark *marks;
    uint32_t mark_count;
    const struct sim__picture_figure *figures;
    uint32_t figure_count;
};

#endif

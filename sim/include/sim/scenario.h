/* The scenario model: what a scenario file says, checked and resolved.
 *
 * The reader (sim_scenario_read) is the only thing that knows YAML; everything
 * after it works on this model. All of it is allocated from one arena and freed
 * at once. Places are kept wherever a later message may have to name one.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/condition.h"
#include "sim/drawn.h"
#include "sim/duration.h"
#include "sim/glob.h"
#include "sim/match.h"
#include "sim/place.h"
#include "sim/source.h"
#include "sim/words.h"
#include "sup/control.h"
#include "sup/event.h"
#include "sup/policy.h"
#include "sup/supervisor.h"
#include "sup/task.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sim_action;
struct sim_counted; /* <sim/measure.h> has these three */
struct sim_measured;
struct sim_measure;
struct sim_step;

struct sim_block {
    struct sim_step *steps;
    uint32_t count;
};

struct sim_choice {
    uint32_t weight; /* at least 1 */
    struct sim_block block;
};

struct sim_step {
    enum sim_step_kind kind;
    struct sim_place place;
    struct sim_draw draw;  /* sleep */
    const char *text;      /* fail: error, NULL when not given */
    int32_t signal;        /* crash: 0 when not given */
    uint64_t times;        /* repeat */
    struct sim_block body; /* repeat, on-cancel */
    struct sim_choice *choices;
    uint32_t choice_count;
    struct sim_action *action; /* do */
};

/* A function of a program's own that files may name, `task: NAME`. A list of them ends
 * with one that has no name. Frozen. */
struct sim_task {
    const char *name; /* [A-Za-z0-9_.-]+ */
    /* Its argument is the text of `task: {NAME: TEXT}`, a const char *, or NULL. The text
     * outlives the attempt. A result that it hands on is NULL or a text that outlives the
     * run. */
    sup_task_fn fn;
    size_t stack_bytes; /* of its coroutine in virtual time; 0: 64 KiB */
    /* NULL, or called before every run of a file that names the task, so that what it
     * keeps outside of its attempts is as at the first. Tasks of one list may share it:
     * it is then called once. */
    void (*prepare)(void);
    void *reserved[4];
};

#define SIM_TASK_STACK_BYTES (64u * 1024u)

/* What an item of a script does instead of a behaviour. */
struct sim_task_call {
    const char *name;
    const char *text;            /* NULL when not given */
    const struct sim_task *task; /* NULL: nobody said which tasks there are */
    struct sim_place place;
};

/* What cleans up after an attempt whose work has ended. */
struct sim_finish {
    struct sim_draw takes; /* default 0 */
    int32_t code;          /* that it ends with; 0 when not given */
};

enum sim_ready_kind { SIM_READY_NONE, SIM_READY_AFTER, SIM_READY_NEVER };

/* One item of a script. A service with `ready: {explicit…}` whose item has no
 * `ready` modifier reports nothing by itself. */
struct sim_behaviour {
    enum sim_behaviour_kind kind;
    struct sim_place place;
    const struct sim_task_call *call; /* NULL, or what the attempt does, beside `run` */
    uint64_t times; /* attempts it serves; at least 1; the last item serves all that follow */
    struct sim_draw after; /* succeed, fail, crash, done (default 0); hang: `for` */
    const char *error;     /* fail, refuse; NULL when not given */
    const char *value;     /* succeed, done: what a join gets; NULL when not given */
    int32_t code;
    int32_t signal; /* crash: 0 when not given */
    struct sim_block steps;
    struct sim_behaviour *ways; /* any: each attempt follows one of them, each as likely */
    uint32_t way_count;         /* at least 1 */
    enum sim_ready_kind ready;
    bool has_for; /* hang: `for` is given */
    bool has_code;
    bool has_beat;
    bool has_beat_for;
    bool has_stop_after;
    bool ignore_cancel;
    bool ignore_abort; /* and so does its finish script */
    struct sim_draw ready_after;
    struct sim_draw beat_every;
    struct sim_draw beat_for;
    struct sim_draw stop_after;
    const struct sim_finish *finish; /* NULL: none */
};

/* How late things are in a service's world: what is drawn comes from a stream of its own. */
struct sim_lag {
    struct sim_draw start;    /* from the decision to the attempt's start */
    struct sim_draw end;      /* from an end to when the supervisor learns of it */
    struct sim_draw spread;   /* of the timer of a wait; uniform from 0, or 0 */
    struct sup_duration grid; /* of its clock, for the same timers; 0: none */
    struct sup_duration poll; /* of its clock: ends and timers are looked at then; 0: at once */
};

/* A services: entry, or the argument of a spawn. `defaults` are merged in. */
struct sim_service {
    const char *name;  /* `count`: the stem of name-0 … name-(count-1) */
    bool counted;      /* `count` is given */
    uint32_t count;    /* 1 when not */
    const char *group; /* NULL: root */
    struct sup_policy policy;
    struct sim_behaviour *script; /* at least one item */
    uint32_t script_count;
    const struct sim_need *needs; /* the first that is down decides */
    uint32_t need_count;
    const struct sim_lag *lag; /* NULL: nothing is late */
    const char **exec;         /* argv, NULL-terminated; NULL when not given */
    bool paused;               /* it waits for a `resume` */
    struct sim_place place;
    const char *preset;    /* "preset systemd 254: RestartSec=5s"; NULL when it has none */
    const char *overrides; /* "`backoff.max`": keys beside the preset that it says too; or NULL */
    const char *plain;     /* what all its keys come to, where that was asked; else NULL */
    /* "RestartSec": how its preset calls what it waits first; NULL where no setting says it. */
    const char *wait_word;
};

/* An entry of `policies`: what is built in, under its own keys. */
struct sim_policy {
    const char *name;
    struct sup_policy policy;
};

struct sim_group {
    const char *name; /* path as written */
    struct sup_group_policy policy;
    struct sim_place place;
    struct sim_place significant; /* where that is said, if it is */
    const char *plain;            /* as of a service */
    bool has_preset;
};

/* What every attempt of a plan does. */
struct sim_life {
    enum sim_life_kind kind;
    struct sup_duration after; /* fail, crash, succeed: how long it lives */
};

/* `plan:` of an expectation. */
struct sim_plan_wanted {
    struct sim_life life;
    const struct sup_duration *waits; /* the first ones */
    uint32_t wait_count;
    bool has_starts;
    struct sim_range starts;
    bool has_gives_up;
    struct sim_range gives_up_ns;
    bool has_why;
    enum sup_reason why;
    bool has_verdict;
    enum sim_plan_verdict verdict;
    bool has_edge;
    struct sim_range edge_ns;
};

/* A name, a list of names, or globs (* and ?); any entry may be a glob. */
struct sim_target {
    const char **patterns;
    uint32_t count;
    struct sim_place place;
    uint32_t some; /* of an action: so many of them, drawn; 0: all of them */
};

/* `result: any` of an `expect:`: whatever comes of the action is right, and that nothing
 * does; no result of the supervisor is positive. */
#define SIM_RESULT_ANY 1

/* `expect:` of a timeline entry. */
struct sim_action_expect {
    bool has_result;
    int result; /* SUP_OK, SUP_E… or SIM_RESULT_ANY; SUP_OK when not given */
    bool has_idempotent, idempotent;
    bool has_cancel_delivered, cancel_delivered;
    bool has_operation_before, has_operation_after;
    enum sup_operation operation_before, operation_after;
    bool has_stop_state;
    enum sup_stop_state stop_state;
    bool has_attempt;
    struct sim_range attempt;
    bool has_active; /* wait-idle, force-abort: names, in registration order */
    const char **active;
    uint32_t active_count;
    const char *error; /* join: the text that the end left; NULL when not given */
    const char *value; /* join: what the task returned, "" for nothing; NULL when not given */
    struct sim_place place;
};

/* An `any` of the timeline: one of its ways is taken, each as likely. A way is an action,
 * another `any`, or nothing. */
struct sim_fork {
    struct sim_place place;
    uint32_t way_count;            /* at least 1 */
    const struct sim_fork *within; /* NULL, or the `any` of which it is a way … */
    uint32_t way;                  /* … and which */
    uint64_t stream;               /* names what decides it */
};

struct sim_action {
    enum sim_action_kind kind;
    struct sim_place place;
    const struct sim_fork *fork;     /* NULL, or the `any` of which it is a way … */
    uint32_t way;                    /* … and which */
    bool repeats;                    /* every/from/to instead of at */
    struct sup_instant at;           /* at, or from; without from the first time is one `every` */
    struct sup_duration every;       /* above 0 */
    struct sup_instant to;           /* inclusive; never when not given */
    bool rolls;                      /* `each`: one service after the other, */
    struct sup_duration each;        /* so long after it */
    const struct sim_timing *timing; /* NULL: the three above say when; else they are 0 */
    uint64_t stream;                 /* of what it draws: names its streams; 0: it draws nothing */
    struct sim_target target;        /* control, join, injections, refuse-starts (service) */
    const char *group;               /* cancel-group, force-abort, wait-idle */
    struct sim_service *service;     /* spawn */
    bool has_timeout;                /* wait-idle, shutdown */
    struct sup_duration timeout;
    uint64_t times;               /* refuse-starts */
    struct sup_duration stall;    /* stall */
    struct sim_setting *settings; /* set: one after the other */
    uint32_t setting_count;
    const char *error; /* fail, crash, refuse-starts; NULL when not given */
    bool has_code;
    int32_t code;
    int32_t signal;
    const char *who; /* default "scenario" */
    const char *why; /* default "scenario" */
    bool has_expect;
    struct sim_action_expect expect;
};

struct sim_fact {
    enum sim_fact_id id;
    struct sim_match match;
};

enum sim_when_kind {
    SIM_WHEN_AT,        /* from */
    SIM_WHEN_END,       /* at: end */
    SIM_WHEN_BY,        /* true at some settled instant in [from, to]; a file's from 0 */
    SIM_WHEN_ALWAYS,    /* [from, to], every settled instant; all: 0..never */
    SIM_WHEN_NEVER,     /* likewise */
    SIM_WHEN_RUN,       /* the whole run: starts, delays, events, drain, what is counted */
    SIM_WHEN_MEASURE,   /* looked at for a measure at every settled instant; no file says it */
    SIM_WHEN_SEEDS,     /* `over: seeds`: of all runs of a sweep, judged by whoever made them */
    SIM_WHEN_SOMETIMES, /* `sometimes`: in at least one seed of a sweep, at some settled instant */
};

struct sim_metric {
    const char *name; /* a field of struct sup_metrics */
    struct sim_range range;
    struct sim_place place;
};

/* target: [T, …]. `delays` may hold ranges, `starts` exact instants (min = max). Or
 * target: {min, max, count}, which bounds each of them and says how many there are. */
struct sim_series {
    const char *name; /* or a glob: of each service that it matches */
    struct sim_range *values_ns;
    uint32_t count;
    bool bounded; /* a map in place of the list */
    bool has_bound;
    struct sim_range bound_ns;
    bool has_total;
    struct sim_range total;
    struct sup_duration late_each; /* real time: how late each start may be, and all before it */
    struct sim_place place;
};

/* One wanted event: every key of the trace line that is named must match. `at`
 * stands for `t`. */
struct sim_event_key {
    const char *key;
    struct sim_match match;
};
struct sim_event_pattern {
    enum sup_event_type type;
    struct sim_event_key *keys; /* `event` excepted */
    uint32_t key_count;
    struct sim_place place;
};

/* drain: counts as a range, or as the list of names. */
struct sim_drain_part {
    bool given;
    bool names_given;
    struct sim_range count;
    struct sim_target names;
    struct sim_place place;
};

struct sim_expectation {
    struct sim_place place; /* of the entry */
    enum sim_when_kind when;
    struct sup_instant from;
    struct sup_instant to;
    enum sim_what_kind what;
    /* service */
    struct sim_target target;
    bool has_count;
    struct sim_range count;
    struct sim_fact *facts;
    uint32_t fact_count;
    /* group */
    const char *group;
    bool has_cancelled, cancelled;
    bool has_active;
    struct sim_match active;
    /* supervisor */
    struct sim_match supervisor; /* its phase */
    /* conditions */
    struct sim_condition_match *conditions;
    uint32_t condition_count;
    /* metrics: of the target or the group where there is one, else of the supervisor */
    struct sim_metric *metrics;
    uint32_t metric_count;
    /* starts, delays */
    struct sim_series *series;
    uint32_t series_count;
    /* events */
    struct sim_event_pattern *patterns;
    uint32_t pattern_count;
    bool exactly;
    const char *events_service; /* one by its name, else `target`: each; NULL: the whole trace */
    /* same-story: of the target's services */
    bool same[SIM_SAMES]; /* of enum sim_same */
    struct sup_duration same_within;
    struct sup_duration same_late_each; /* real time: likewise for each before it */
    /* plan: of the target's services */
    const struct sim_plan_wanted *plan;
    /* tally, peak, follows */
    struct sim_counted *counted;
    /* measure */
    struct sim_measured *measured;
    /* drain */
    bool has_took;
    struct sim_range took_ns;
    bool has_timed_out, timed_out;
    struct sim_drain_part already_exited, graceful, aborted, abandoned;
};

/* A key that the file varies, and the value that this scenario has for it. */
struct sim_varied {
    const char *key; /* the path, as the file writes it */
    const char *value;
};

struct sim_scenario {
    const char *file;    /* as given */
    const char *name;    /* with the variant: "herd [services.app.count=10]" */
    const char *title;   /* without it */
    const char *variant; /* "services.app.count=10", or several; NULL: the file varies nothing */
    struct sim_varied *varied; /* the same one by one */
    uint32_t varied_count;
    const char *about; /* NULL when not given */
    uint64_t seed;
    struct sup_instant until; /* never: until nothing can happen any more */
    bool has_verdict;
    enum sim_verdict verdict;  /* the verdict it must have */
    bool order_random;         /* supervisor.order: random */
    const char *virtual_only;  /* NULL, or why it is for virtual time only */
    struct sup_duration clock; /* what the supervisor's reads at 0 */
    struct sup_duration shutdown_timeout;
    enum sup_order shutdown_order;
    bool shutdown_abort;
    enum sup_duplicate on_duplicate;
    uint32_t blocking_pool;
    struct sup_group_policy root;
    const char *plain; /* of `supervisor`, without its groups: as of a service */
    bool has_preset;   /* `supervisor` itself */
    struct sim_group *groups;
    uint32_t group_count;
    struct sim_policy *policies; /* in the order of the file */
    uint32_t policy_count;
    struct sim_condition *conditions;
    uint32_t condition_count;
    uint32_t setting_count; /* of all actions of the file */
    struct sim_service *services;
    uint32_t service_count;
    const struct sim_task **tasks; /* that it names, each once, in the order of their list */
    uint32_t task_count;
    struct sim_action *timeline;
    uint32_t timeline_count;
    struct sim_fork *forks; /* of the timeline, one that holds another before it */
    uint32_t fork_count;
    struct sim_measure *measures;
    uint32_t measure_count;
    struct sim_expectation *expectations;
    uint32_t expectation_count;
    uint32_t error_bytes_max; /* longest error text of the file plus its NUL, at least 128 */
    uint64_t memory_bytes;    /* that a run needs at most, estimated; events excepted */
    const struct sim_source *sources; /* for showing lines; the first is the file itself */
    uint32_t source_count;
    struct sim__sources *held; /* owns them */
    struct sim_arena *arena;   /* owns all the rest */
    /* The same with its presets as late as the real programs are, service by service; owned, and
     * NULL where nobody asked for it. */
    struct sim_scenario *realistic;
};

/* A diagnostic names its place, the message, and the line with a caret. */
struct sim_diagnostics {
    char *text; /* malloc'ed, complete: ready for stderr; NULL when there are none */
    uint32_t errors;
    bool shares_only; /* the one error: no scenario is in the file, only what others include */
};
void sim_diagnostics_release(struct sim_diagnostics *diagnostics);

/* Reads a scenario from bytes. 0 and *ret_scenario; or SUP_EINVAL with at least
 * one diagnostic; or SUP_ENOMEM. `file` is used in messages. No byte sequence
 * makes it crash or hang. Bytes are in no directory, so `include` is an error. */
int sim_scenario_read(const char *bytes, size_t length, const char *file,
                      struct sim_diagnostics *ret_diagnostics,
                      struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;
/* The same from a path, "-" being standard input. An unreadable file is a
 * diagnostic too. What the file includes is read as well: regular files only, relative to
 * the file that names them, or to the working directory for standard input. */
int sim_scenario_load(const char *path, struct sim_diagnostics *ret_diagnostics,
                      struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

/* What a user may set. 0 stands for the default. */
struct sim_limits {
    uint64_t memory_bytes; /* that a run may need in the worst case; 2 GiB */
    /* The tasks that a file may name, which outlive its scenario; any other name is an error.
     * NULL: every name is accepted, and nothing stands for it: its starts are refused. */
    const struct sim_task *tasks;
};
#define SIM_MEMORY_BYTES_DEFAULT (UINT64_C(2) << 30)
/* As sim_scenario_load, with limits of one's own; NULL stands for the defaults. A
 * scenario above one is refused with the figure, at what takes most. */
int sim_scenario_load_within(const char *path, const struct sim_limits *limits,
                             struct sim_diagnostics *ret_diagnostics,
                             struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;
void sim_scenario_free(struct sim_scenario *scenario);

/* "SEGV" for 11, Linux's numbers everywhere; NULL for a number without a name. */
const char *sim_signal_name(int32_t signal);
/* "killed by SIGSEGV": the error text of a crash that gives none of its own. */
const char *sim_signal_text(int32_t signal);

SUP_END_DECLS

#endif

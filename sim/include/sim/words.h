/* The words of a scenario file and of its trace, each spelled once.
 *
 * A list makes the enum, the name, what the reader knows and what the writers say, so
 * that they cannot part; the words of the supervisor itself (phases, outcomes,
 * commands, policies ...) are lists of <sup/...>. scripts/check-words holds
 * scenarios/schema.json and the manual against all of them.
 */
#ifndef SIM_WORDS_H
#define SIM_WORDS_H

#include <stdint.h>

#include "sup/time.h"

SUP_BEGIN_DECLS

/* clang-format off */

/* How a run ends. */
#define SIM_VERDICT_LIST(X)                      \
    X(PASS, "pass")                              \
    X(EXPECTATION_FAILED, "expectation-failed")  \
    X(INVARIANT_BROKEN, "invariant-broken")      \
    X(STALLED, "stalled")                        \
    X(NONDETERMINISTIC, "nondeterministic") \
    X(LATE, "late") /* real time: the machine was too late to tell */

/* What comes first of things due at one instant. */
#define SIM_ORDER_LIST(X)  \
    X(FIFO, "fifo")        \
    X(RANDOM, "random")

/* Erlang's words for SUP_RESTART_LIST. */
#define SIM_RESTART_ALIAS_LIST(X)  \
    X(ALWAYS, "permanent")         \
    X(ON_FAILURE, "transient")     \
    X(NEVER, "temporary")

/* What an attempt does. */
#define SIM_BEHAVIOUR_LIST(X)  \
    X(RUN, "run")              \
    X(SUCCEED, "succeed")      \
    X(FAIL, "fail")            \
    X(CRASH, "crash")          \
    X(HANG, "hang")            \
    X(REFUSE, "refuse")        \
    X(DONE, "done")            \
    X(STEPS, "steps")          \
    X(ANY, "any")

/* Steps, and whether they have an argument. */
#define SIM_STEP_LIST(X)               \
    X(SLEEP, "sleep", NEEDED)          \
    X(READY, "ready", NONE)            \
    X(NOT_READY, "not-ready", NONE)    \
    X(BEAT, "beat", NONE)              \
    X(RUN, "run", NONE)                \
    X(HANG, "hang", NONE)              \
    X(SUCCEED, "succeed", NONE)        \
    X(DONE, "done", NONE)              \
    X(FAIL, "fail", OPTIONAL)          \
    X(CRASH, "crash", OPTIONAL)        \
    X(REPEAT, "repeat", NEEDED)        \
    X(CHOOSE, "choose", NEEDED)        \
    X(ON_CANCEL, "on-cancel", NEEDED)  \
    X(DO, "do", NEEDED)

/* Durations that are drawn. */
#define SIM_DRAW_LIST(X)   \
    X(UNIFORM, "uniform")  \
    X(EXP, "exp")          \
    X(PICK, "pick")

/* Actions of a timeline, and what they are: an operator's command, a wait for others,
 * the end of an attempt or its report, or something that befalls the world. */
#define SIM_ACTION_LIST(X)                    \
    X(SPAWN, "spawn", COMMAND)                \
    X(PAUSE, "pause", COMMAND)                \
    X(RESUME, "resume", COMMAND)              \
    X(QUARANTINE, "quarantine", COMMAND)      \
    X(REMOVE, "remove", COMMAND)              \
    X(RESTART, "restart", COMMAND)            \
    X(CANCEL, "cancel", COMMAND)              \
    X(ABORT, "abort", COMMAND)                \
    X(CANCEL_GROUP, "cancel-group", COMMAND)  \
    X(FORCE_ABORT, "force-abort", COMMAND)    \
    X(WAIT_IDLE, "wait-idle", WAIT)           \
    X(SHUTDOWN, "shutdown", COMMAND)          \
    X(FAIL, "fail", END)                      \
    X(CRASH, "crash", END)                    \
    X(SUCCEED, "succeed", END)                \
    X(READY, "ready", REPORT)                 \
    X(NOT_READY, "not-ready", REPORT)         \
    X(BEAT, "beat", REPORT)                   \
    X(REFUSE_STARTS, "refuse-starts", WORLD)  \
    X(STALL, "stall", WORLD)                  \
    X(JOIN, "join", WAIT)                     \
    X(SET, "set", WORLD)                      \
    X(CALM, "calm", WORLD)                    \
    X(FORGET, "forget", COMMAND)

/* What becomes of an attempt that lives when a condition that its service needs goes
 * down. */
#define SIM_LIVE_LIST(X)  \
    X(NONE, "none")       \
    X(CRASH, "crash")     \
    X(FAIL, "fail")       \
    X(NOT_READY, "not-ready")

/* Events of the world, beside those that the supervisor says. */
#define SIM_WORLD_EVENT_LIST(X) X(CONDITION, "condition")

/* What can be expected of a service. */
#define SIM_FACT_LIST(X)                   \
    X(EXISTS, "exists")                    \
    X(PHASE, "phase")                      \
    X(OPERATION, "operation")              \
    X(ACTIVE, "active")                    \
    X(ATTEMPT, "attempt")                  \
    X(GENERATION, "generation")            \
    X(STARTS, "starts")                    \
    X(RESTARTS, "restarts")                \
    X(FAILURES, "failures")                \
    X(REASON, "reason")                    \
    X(REASON_TEXT, "reason-text")          \
    X(LAST_ERROR, "last-error")            \
    X(READINESS, "readiness")              \
    X(HEARTBEAT, "heartbeat")              \
    X(BREAKER, "breaker")                  \
    X(DELAY, "delay")                      \
    X(LIMIT_USED, "limit-used")            \
    X(LIMIT_REMAINING, "limit-remaining")  \
    X(LIMIT_EXHAUSTED, "limit-exhausted")  \
    X(RUNNING_TIME, "running-time")        \
    X(AVAILABLE, "available")              \
    X(SETTLED, "settled")

/* What an expectation is about. */
#define SIM_WHAT_LIST(X)           \
    X(SERVICE, "service")          \
    X(GROUP, "group")              \
    X(SUPERVISOR, "supervisor")    \
    X(METRICS, "metrics")          \
    X(STARTS, "starts")            \
    X(DELAYS, "delays")            \
    X(EVENTS, "events")            \
    X(DRAIN, "drain")              \
    X(TALLY, "tally")              \
    X(PEAK, "peak")                \
    X(FOLLOWS, "follows")          \
    X(SAME_STORY, "same-story")    \
    X(MEASURE, "measure")          \
    X(CONDITIONS, "conditions")    \
    X(PLAN, "plan")

/* What every attempt of a plan does; ready at its start, but for the fourth. */
#define SIM_LIFE_LIST(X)                                                                   \
    X(FAIL, "fail")               /* ends with a failure */                                \
    X(CRASH, "crash")             /* ends by SIGSEGV */                                    \
    X(SUCCEED, "succeed")         /* ends clean */                                         \
    X(NEVER_READY, "never-ready") /* lives, and never reports that it is ready */          \
    X(NO_BEAT, "no-beat")         /* beats at its start, lives, and beats no more */

/* What a plan comes to. */
#define SIM_PLAN_LIST(X)                                                                   \
    X(GIVES_UP, "gives-up")     /* a limit or a breaker ends it */                         \
    X(STAYS_DOWN, "stays-down") /* its policy restarts no such end */                      \
    X(STAYS_UP, "stays-up")     /* an attempt lives on */                                  \
    X(FOR_EVER, "for-ever")     /* what is has been before, or it has no end */

/* What else may fail in a run that comes to its end: a fault that took no effect, an answer
 * to an action, a service that could not be registered, an expectation whose instant never
 * came. */
#define SIM_CHECK_LIST(X)            \
    X(FAULT, "fault")                \
    X(ANSWER, "answer")              \
    X(REGISTRATION, "registration")  \
    X(UNEVALUATED, "unevaluated")

/* Why a run made no progress: what of its budget ran out, or who ended it. */
#define SIM_STALL_LIST(X)    \
    X(NOT, "not")            \
    X(INSTANT, "instant")    \
    X(EVENTS, "events")      \
    X(STEPS, "steps")        \
    X(WALL, "wall")          \
    X(OUTSIDE, "outside")    \
    X(KILLED, "killed")

/* What a measure takes of the figures of several services. */
#define SIM_TAKE_LIST(X) X(SUM, "sum") X(MAX, "max") X(MIN, "min")

/* What `same-story` may compare. */
#define SIM_SAME_LIST(X) \
    X(STARTS, "starts")  \
    X(DELAYS, "delays")  \
    X(REASON, "reason")  \
    X(EVENTS, "events")

/* Keys of a line of the trace that a file may look at; `at` is `t` there. `t`, `n` and
 * `event` come first on every line. */
#define SIM_EVENT_KEY_LIST(X)            \
    X(AT, "at")                          \
    X(SERVICE, "service")                \
    X(GROUP, "group")                    \
    X(GENERATION, "generation")          \
    X(ATTEMPT, "attempt")                \
    X(OUTCOME, "outcome")                \
    X(EXIT, "exit")                      \
    X(ERROR, "error")                    \
    X(CODE, "code")                      \
    X(SIGNAL, "signal")                  \
    X(DELAY, "delay")                    \
    X(COOLDOWN, "cooldown")              \
    X(STREAK, "streak")                  \
    X(REASON, "reason")                  \
    X(TEXT, "text")                      \
    X(FAILURES, "failures")              \
    X(RESTARTS, "restarts")              \
    X(LIMIT, "limit")                    \
    X(COMMAND, "command")                \
    X(WHO, "who")                        \
    X(WHY, "why")                        \
    X(RESULT, "result")                  \
    X(IDEMPOTENT, "idempotent")          \
    X(TIMEOUT, "timeout")                \
    X(TOOK, "took")                      \
    X(TIMED_OUT, "timed-out")            \
    X(ALREADY_EXITED, "already-exited")  \
    X(GRACEFUL, "graceful")              \
    X(ABORTED, "aborted")                \
    X(ABANDONED, "abandoned")            \
    X(THEN, "then")                      \
    X(NAME, "name")                      \
    X(STATE, "state")                    \
    X(FINISH, "finish")

/* clang-format on */

enum sim_verdict {
#define SIM__X(id, name) SIM_##id,
    SIM_VERDICT_LIST(SIM__X)
#undef SIM__X
};
enum sim_behaviour_kind {
#define SIM__X(id, name) SIM_##id,
    SIM_BEHAVIOUR_LIST(SIM__X)
#undef SIM__X
};
enum sim_step_kind {
#define SIM__X(id, name, argument) SIM_STEP_##id,
    SIM_STEP_LIST(SIM__X)
#undef SIM__X
};
enum sim_step_argument { SIM_ARGUMENT_NONE, SIM_ARGUMENT_OPTIONAL, SIM_ARGUMENT_NEEDED };
enum sim_action_kind {
#define SIM__X(id, name, sort) SIM_ACT_##id,
    SIM_ACTION_LIST(SIM__X)
#undef SIM__X
};
enum sim_action_sort {
    SIM_SORT_COMMAND,
    SIM_SORT_WAIT,
    SIM_SORT_END,
    SIM_SORT_REPORT,
    SIM_SORT_WORLD,
};
enum sim_live_kind {
#define SIM__X(id, name) SIM_LIVE_##id,
    SIM_LIVE_LIST(SIM__X)
#undef SIM__X
};
/* Types of events that no supervisor says: they count down from the last that a set of
 * 32 bits has room for. */
enum sim_world_event_type { SIM_EVENT_CONDITION = 31 };
enum sim_fact_id {
#define SIM__X(id, name) SIM_FACT_##id,
    SIM_FACT_LIST(SIM__X)
#undef SIM__X
        SIM_FACTS
};
enum sim_what_kind {
#define SIM__X(id, name) SIM_WHAT_##id,
    SIM_WHAT_LIST(SIM__X)
#undef SIM__X
};
/* Those that are no expectation's first. */
enum sim_check {
#define SIM__X(id, name) SIM_CHECK_##id,
    SIM_CHECK_LIST(SIM__X) SIM_WHAT_LIST(SIM__X)
#undef SIM__X
};
enum sim_life_kind {
#define SIM__X(id, name) SIM_LIFE_##id,
    SIM_LIFE_LIST(SIM__X)
#undef SIM__X
};
enum sim_plan_verdict {
#define SIM__X(id, name) SIM_PLAN_##id,
    SIM_PLAN_LIST(SIM__X)
#undef SIM__X
};
enum sim_stall {
#define SIM__X(id, name) SIM_STALL_##id,
    SIM_STALL_LIST(SIM__X)
#undef SIM__X
};
enum sim_take {
#define SIM__X(id, name) SIM_TAKE_##id,
    SIM_TAKE_LIST(SIM__X)
#undef SIM__X
};
enum sim_same {
#define SIM__X(id, name) SIM_SAME_##id,
    SIM_SAME_LIST(SIM__X)
#undef SIM__X
        SIM_SAMES
};
enum sim_event_key_id {
#define SIM__X(id, name) SIM_KEY_##id,
    SIM_EVENT_KEY_LIST(SIM__X)
#undef SIM__X
        SIM_EVENT_KEYS
};

/* How many there are, apart from the enums, so that a switch need not name them. */
enum {
#define SIM__X(...) +1
    SIM_BEHAVIOURS = SIM_BEHAVIOUR_LIST(SIM__X),
    SIM_STEP_KINDS = SIM_STEP_LIST(SIM__X),
    SIM_ACTION_KINDS = SIM_ACTION_LIST(SIM__X)
#undef SIM__X
};

/* The words; never NULL. */
const char *sim_verdict_name(enum sim_verdict verdict);
const char *sim_behaviour_name(enum sim_behaviour_kind kind);
const char *sim_step_name(enum sim_step_kind kind);
enum sim_step_argument sim_step_argument(enum sim_step_kind kind);
const char *sim_action_name(enum sim_action_kind kind);
enum sim_action_sort sim_action_sort(enum sim_action_kind kind);
const char *sim_live_name(enum sim_live_kind kind);
const char *sim_fact_name(enum sim_fact_id id);
const char *sim_check_name(enum sim_check check);
const char *sim_stall_name(enum sim_stall stall);
/* Of an event of the supervisor or of the world. */
const char *sim_event_name(uint32_t type);
const char *sim_event_key_name(enum sim_event_key_id id);

SUP_END_DECLS

#endif

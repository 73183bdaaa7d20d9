/* Executors: how attempts run. A supervisor decides; an executor does.
 *
 * The interface is small so that a new world (simulated, threads, processes, a
 * user's event loop) is one new file. The supervisor calls the executor from
 * inside a step; the executor answers later, from the same thread, by the
 * sup_report_… calls below, never from inside a call that the supervisor made.
 */
#ifndef SUP_EXECUTOR_H
#define SUP_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/assert.h"
#include "sup/event.h"
#include "sup/policy.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sup;

/* Identifies an attempt for ever: the slot stands for the service's name,
 * generation counts the registrations of that name from 0, attempts count from
 * 1 within a generation. Frozen. */
struct sup_attempt {
    uint32_t slot;
    uint32_t generation;
    uint32_t attempt;
};

/* What an executor is told when it is asked to start. Grows: a member after `size`
 * is there when `size` reaches beyond it. */
struct sup_start {
    struct sup_attempt id;
    const char *service; /* valid during the call */
    enum sup_kind kind;
    void *work; /* as given in sup_spec */
    /* How long the end of what was told to end by force is awaited: the policy's
     * stop_abort_wait. */
    struct sup_duration abort_wait;
    size_t size; /* of this struct in the library that hands it over */
    /* The signal that a cancel is, where attempts are processes: the rules' stop_signal; 0:
     * the executor's own. */
    int32_t stop_signal;
};

/* Frozen: an executor that fills in these five works with every later supervisor, and
 * its maker may return it by value. What executors can do beyond them comes as a
 * further table in struct sup_config, which tells by its size whether a program has
 * one. */
struct sup_executor {
    /* Begin the attempt. 0, or a negative code when it cannot be started at
     * all, which ends the attempt with outcome `refused`; *ret_error may then be
     * set to a text that stays valid until the next call. */
    int (*start)(void *context, const struct sup_start *start, const char **ret_error);
    /* Ask the attempt to end: delivered at most once an attempt, or twice where its rules
     * leave it then (see <sup/rules.h>). */
    void (*cancel)(void *context, struct sup_attempt id, void *work);
    /* End it by force; never before cancel, and at most once, or again and again where its
     * rules repeat it: of its work, and likewise, but once, of what finishes it, which is not
     * cancelled. */
    void (*abort)(void *context, struct sup_attempt id, void *work);
    /* May be NULL: the attempt is given up; it may still end, and report, late. */
    void (*abandon)(void *context, struct sup_attempt id, void *work);
    void *context;
};

/* How an attempt ended, in its own words. outcome is one of succeeded, failed,
 * crashed, aborted (it ended because the executor was told to abort it). Grows: start
 * from {.outcome = …}, the rest 0. */
struct sup_end {
    enum sup_outcome outcome;
    bool has_code; /* failed: an exit code is known */
    int32_t code;
    int32_t signal;    /* crashed: number of the signal, 0 when none */
    const char *error; /* text of a failure or crash; NULL takes a default */
    bool done;         /* succeeded: an interval service is not to be called again */
    void *value;       /* what a join gets; handed on as it is */
    bool has_cpu;      /* the processor time that the attempt used is known */
    struct sup_duration cpu;
    bool has_finish; /* what ran after its end to clean up has ended with a code */
    int32_t finish;
};

/* Reports. Each returns 0, or SUP_ESTALE when the attempt is no longer the live
 * one: the report is then counted and traced as `late-report` and changes
 * nothing. SUP_EINVAL: no such slot. O(log timers) at most. */
int sup_report_end_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                         size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_report_end(struct sup *sup, struct sup_attempt id,
                                                 const struct sup_end *end)
{
    return sup_report_end_sized(sup, id, end, sizeof(*end));
}
/* The attempt's work has ended as `end` says, and what cleans up after it runs: a finish
 * script. Until the end is reported as well, of which everything is reckoned, the attempt is
 * stopping and its name is taken; it is not ready, owes no beat, and is not told to cancel. What
 * takes longer than the policy's rules.stop_finish is told to abort, as is what an operator or a
 * drain has no more time for; that is then the attempt's second abort, if it had one before. Said
 * again it changes nothing. */
int sup_report_finishing_sized(struct sup *sup, struct sup_attempt id, const struct sup_end *end,
                               size_t size) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_report_finishing(struct sup *sup, struct sup_attempt id,
                                                       const struct sup_end *end)
{
    return sup_report_finishing_sized(sup, id, end, sizeof(*end));
}
int sup_report_ready(struct sup *sup, struct sup_attempt id, bool ready) SUP_WARN_UNUSED;
int sup_report_beat(struct sup *sup, struct sup_attempt id) SUP_WARN_UNUSED;
/* The attempt asks for more time: whichever deadline is running for it
 * (readiness, grace, heartbeat) is moved to now + length if that is later; it is
 * never shortened. */
int sup_report_extend(struct sup *sup, struct sup_attempt id,
                      struct sup_duration length) SUP_WARN_UNUSED;

/* What an executor does with the answer to its report: nothing, when the supervisor
 * took it or has counted it as late; any other answer is the executor's own mistake. */
static inline void sup_reported(int answer)
{
    SUP_ASSERT(answer == SUP_OK || answer == SUP_ESTALE);
}

SUP_END_DECLS

#endif

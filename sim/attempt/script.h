/* The script interpreter: what one attempt does, as a small state machine.
 *
 * The machine knows no clock, no supervisor and no executor. It is told that the
 * attempt starts, is cancelled or is aborted; it says until when it waits
 * (sim__script_due) and, asked at that time or later, the one thing that the
 * attempt then does: a report, an action, its end. So a simulated attempt, a
 * thread and a child process can act the same script.
 *
 * An attempt's own time is the time at which it was due, not the time at which
 * somebody looked: one that is asked late still does everything when it should
 * have. A cancellation or an abort happens at the time that is given with it.
 *
 * The machine allocates nothing; a steps program needs sim__script_depth() frames.
 * One call takes a bounded number of silent steps; a program that loops
 * without taking time says SIM_SAY_SPIN again and again, for the caller to count.
 */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/tape.h"
#include "sim/scenario.h"
#include "sup/executor.h"
#include "sup/random.h"

/* Where a script's chance comes from. */
struct sim_chance {
    struct sup_random *stream; /* of durations */
    struct sim__draws *draws;  /* counted here */
    /* The branch of a `choose`: 0 … n-1, n above 1. */
    uint32_t (*choose)(void *context, uint32_t n);
    void *context;
};

/* A block under way. */
struct sim_script_frame {
    const struct sim_block *block;
    uint64_t passes; /* left, this one included; UINT64_MAX: for ever */
    uint32_t next;   /* step */
};

struct sim_script {
    const struct sim_behaviour *behaviour;
    uint64_t main_ns;  /* when the behaviour itself goes on or ends */
    uint64_t ready_ns; /* when it reports ready */
    uint64_t beat_ns;  /* when it beats next */
    uint64_t beat_until_ns;
    const struct sim_step *last;     /* the step that ends the attempt */
    const struct sim_block *handler; /* of `on-cancel`, once armed */
    struct sim_script_frame *frames;
    uint32_t depth; /* frames in use */
    uint8_t state;  /* enum script_state */
    uint8_t end;    /* enum script_end */
    bool cancelled;
    bool ignores_abort;
};

enum sim_say {
    SIM_SAY_NOTHING,
    SIM_SAY_READY,
    SIM_SAY_NOT_READY,
    SIM_SAY_BEAT,
    SIM_SAY_DO,   /* a timeline action, now */
    SIM_SAY_END,  /* the attempt is over */
    SIM_SAY_SPIN, /* many steps were taken and no time has passed */
};

struct sim_saying {
    const struct sim_action *action; /* SIM_SAY_DO */
    struct sup_end end;              /* SIM_SAY_END; texts belong to the scenario */
};

/* The silent steps that were taken when a script says SIM_SAY_SPIN. */
#define SIM_SCRIPT_SPIN_STEPS 64u

/* Frames that the behaviour's steps need at most; 0 without steps. */
uint32_t sim__script_depth(const struct sim_behaviour *behaviour);

/* The behaviour is anything but `refuse`, which never starts, and `any`, which has to be
 * decided first. */
void sim__script_start(struct sim_script *script, const struct sim_behaviour *behaviour,
                       struct sim_script_frame *frames, struct sup_instant now,
                       const struct sim_chance *chance);
/* At most once, as the supervisor promises. */
void sim__script_cancel(struct sim_script *script, struct sup_instant now,
                        const struct sim_chance *chance);
void sim__script_abort(struct sim_script *script, struct sup_instant now);

/* Whether it has ended, and nothing but the report of that is still to come. */
bool sim__script_is_over(const struct sim_script *script);
/* Until when it waits; never: for ever, or until it is cancelled. */
static inline struct sup_instant sim__script_due(const struct sim_script *script)
{
    uint64_t due = script->main_ns;
    due = script->beat_ns < due ? script->beat_ns : due;
    return (struct sup_instant){script->ready_ns < due ? script->ready_ns : due};
}
/* What it does when it is due. */
enum sim_say sim__script_next(struct sim_script *script, const struct sim_chance *chance,
                              struct sim_saying *ret_saying);

#endif

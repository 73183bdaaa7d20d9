/* The script interpreter: behaviours, their modifiers, and steps programs. */
#include "script.h"

#include "draw.h"
#include "sup/assert.h"

/* Silent steps that one call takes before it says that it spins. */
#define SILENT_STEPS_MAX SIM_SCRIPT_SPIN_STEPS

enum script_state {
    STATE_STEPS, /* the next step is due at main_ns */
    STATE_WORK,  /* works until cancelled */
    STATE_HANG,  /* does not even look */
    STATE_END,   /* ends at main_ns */
    STATE_GONE,  /* has ended already; only the report is on its way */
};

enum script_end {
    END_CLEAN,
    END_BEHAVIOUR, /* as the behaviour says */
    END_STEP,      /* as the last step says */
    END_ABORTED,
};

/* When a wait is over that begins at `from` and is drawn now. */
static struct sup_instant after(struct sup_instant from, const struct sim_draw *draw,
                                const struct sim_chance *chance)
{
    return sup_instant_add(from, sim__draw(draw, chance->stream, chance->draws));
}

/* The script's own time: when what it does now was due. */
static struct sup_instant own_time(const struct sim_script *script)
{
    return (struct sup_instant){script->main_ns};
}

/* Frames */

static uint32_t block_depth(const struct sim_block *block)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        const struct sim_step *step = &block->steps[i];
        uint32_t depth = 0;
        if (step->kind == SIM_STEP_REPEAT || step->kind == SIM_STEP_ON_CANCEL) {
            depth = block_depth(&step->body);
        }
        for (uint32_t c = 0; step->kind == SIM_STEP_CHOOSE && c < step->choice_count; c++) {
            uint32_t branch = block_depth(&step->choices[c].block);
            depth = branch > depth ? branch : depth;
        }
        most = depth > most ? depth : most;
    }
    return most + 1;
}

uint32_t sim__script_depth(const struct sim_behaviour *behaviour)
{
    uint32_t most = behaviour->kind == SIM_STEPS ? block_depth(&behaviour->steps) : 0;
    for (uint32_t i = 0; behaviour->kind == SIM_ANY && i < behaviour->way_count; i++) {
        uint32_t depth = sim__script_depth(&behaviour->ways[i]);
        most = depth > most ? depth : most;
    }
    return most;
}

static void push(struct sim_script *script, const struct sim_block *block, uint64_t passes)
{
    /* An empty block does nothing, however often. */
    if (block->count == 0 || passes == 0) {
        return;
    }
    SUP_ASSERT(script->frames != NULL);
    script->frames[script->depth++] =
        (struct sim_script_frame){.block = block, .passes = passes, .next = 0};
}

/* The next step of the program; NULL when it has fallen off its end. */
static const struct sim_step *next_step(struct sim_script *script)
{
    while (script->depth > 0) {
        struct sim_script_frame *frame = &script->frames[script->depth - 1];
        if (frame->next < frame->block->count) {
            return &frame->block->steps[frame->next++];
        }
        if (frame->passes != UINT64_MAX) {
            frame->passes--;
        }
        frame->next = 0;
        if (frame->passes == 0) {
            script->depth--;
        }
    }
    return NULL;
}

/* Starting, cancelling, aborting */

static void end_at(struct sim_script *script, struct sup_instant at, enum script_end end)
{
    script->main_ns = at.ns;
    script->state = STATE_END;
    script->end = (uint8_t)end;
}

/* It has ended: nothing of it but the report of the end is still to come. */
static void gone(struct sim_script *script, struct sup_instant at, enum script_end end)
{
    end_at(script, at, end);
    script->state = STATE_GONE;
    script->ready_ns = UINT64_MAX;
    script->beat_ns = UINT64_MAX;
}

/* What ended before this instant has ended, though nobody has looked yet. */
static bool is_over(const struct sim_script *script, struct sup_instant now)
{
    if (script->state == STATE_END || script->state == STATE_HANG) {
        return script->main_ns < now.ns;
    }
    return script->state == STATE_GONE && script->main_ns <= now.ns;
}

static void start_behaviour(struct sim_script *script, struct sup_instant now,
                            const struct sim_chance *chance)
{
    const struct sim_behaviour *behaviour = script->behaviour;
    script->main_ns = UINT64_MAX;
    switch (behaviour->kind) {
    case SIM_RUN:
        script->state = STATE_WORK;
        break;
    case SIM_HANG:
        script->state = STATE_HANG;
        if (behaviour->has_for) {
            script->main_ns = after(now, &behaviour->after, chance).ns;
        }
        break;
    case SIM_STEPS:
        script->state = STATE_STEPS;
        script->main_ns = now.ns;
        push(script, &behaviour->steps, 1);
        break;
    case SIM_SUCCEED:
    case SIM_FAIL:
    case SIM_CRASH:
    case SIM_DONE:
    case SIM_REFUSE:
    case SIM_ANY:
        end_at(script, after(now, &behaviour->after, chance), END_BEHAVIOUR);
        break;
    }
}

void sim__script_start(struct sim_script *script, const struct sim_behaviour *behaviour,
                       struct sim_script_frame *frames, struct sup_instant now,
                       const struct sim_chance *chance)
{
    SUP_ASSERT(behaviour->kind != SIM_REFUSE && behaviour->kind != SIM_ANY);
    *script = (struct sim_script){
        .behaviour = behaviour,
        .frames = frames,
        .ready_ns = UINT64_MAX,
        .beat_ns = UINT64_MAX,
        .end = END_BEHAVIOUR,
        .ignores_abort = behaviour->ignore_abort,
    };
    start_behaviour(script, now, chance);
    if (behaviour->ready == SIM_READY_AFTER) {
        script->ready_ns = after(now, &behaviour->ready_after, chance).ns;
    }
    if (!behaviour->has_beat) {
        return;
    }
    script->beat_until_ns = UINT64_MAX;
    if (behaviour->has_beat_for) {
        script->beat_until_ns = after(now, &behaviour->beat_for, chance).ns;
    }
    script->beat_ns = after(now, &behaviour->beat_every, chance).ns;
    if (script->beat_ns > script->beat_until_ns) {
        script->beat_ns = UINT64_MAX;
    }
}

void sim__script_cancel(struct sim_script *script, struct sup_instant now,
                        const struct sim_chance *chance)
{
    const struct sim_behaviour *behaviour = script->behaviour;
    if (script->cancelled) {
        return; /* what the first one has left is what it is */
    }
    script->cancelled = true;
    if (is_over(script, now) || behaviour->ignore_cancel || script->state == STATE_HANG) {
        return;
    }
    if (behaviour->has_stop_after) {
        script->ready_ns = UINT64_MAX;
        end_at(script, after(now, &behaviour->stop_after, chance), END_CLEAN);
        return;
    }
    if (script->handler == NULL || script->state == STATE_END) {
        gone(script, now, END_CLEAN);
        return;
    }
    script->ready_ns = UINT64_MAX;
    script->state = STATE_STEPS;
    script->main_ns = now.ns;
    script->depth = 0;
    push(script, script->handler, 1);
}

bool sim__script_is_over(const struct sim_script *script)
{
    return script->state == STATE_GONE;
}

void sim__script_abort(struct sim_script *script, struct sup_instant now)
{
    if (!is_over(script, now) && !script->ignores_abort) {
        gone(script, now, END_ABORTED);
    }
}

/* Steps */

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Weights are divided by what they have in common, so that an enumeration of all
 * answers takes no more of them than it must. */
static uint64_t weight_of(const struct sim_choice *choice, uint64_t unit)
{
    uint64_t weight = choice->weight / unit;
    return weight == 0 ? 1 : weight;
}

static uint64_t weights_total(const struct sim_step *step, uint64_t unit)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < step->choice_count; i++) {
        total += weight_of(&step->choices[i], unit);
    }
    return total;
}

static const struct sim_block *choose_branch(const struct sim_step *step,
                                             const struct sim_chance *chance)
{
    uint64_t unit = 0;
    for (uint32_t i = 0; i < step->choice_count; i++) {
        unit = greatest_divisor(step->choices[i].weight, unit);
    }
    unit = unit == 0 ? 1 : unit;
    while (weights_total(step, unit) > UINT32_MAX) {
        unit *= 2;
    }
    uint32_t total = (uint32_t)weights_total(step, unit);
    uint64_t answer = step->choice_count > 1 ? chance->choose(chance->context, total) : 0;
    uint32_t i = 0;
    while (i + 1 < step->choice_count && answer >= weight_of(&step->choices[i], unit)) {
        answer -= weight_of(&step->choices[i], unit);
        i++;
    }
    return &step->choices[i].block;
}

static void end_by_step(struct sim_script *script, const struct sim_step *step)
{
    script->last = step;
    end_at(script, own_time(script), END_STEP);
}

/* Takes one step; says what it reports. */
static enum sim_say take(struct sim_script *script, const struct sim_step *step,
                         const struct sim_chance *chance, struct sim_saying *ret_saying)
{
    switch (step->kind) {
    case SIM_STEP_SLEEP:
        script->main_ns = after(own_time(script), &step->draw, chance).ns;
        return SIM_SAY_NOTHING;
    case SIM_STEP_READY:
        return SIM_SAY_READY;
    case SIM_STEP_NOT_READY:
        return SIM_SAY_NOT_READY;
    case SIM_STEP_BEAT:
        return SIM_SAY_BEAT;
    case SIM_STEP_RUN:
        /* A program that was cancelled and looks for it finds it at once. */
        if (script->cancelled && !script->behaviour->ignore_cancel) {
            end_at(script, own_time(script), END_CLEAN);
        } else {
            script->state = STATE_WORK;
            script->main_ns = UINT64_MAX;
        }
        return SIM_SAY_NOTHING;
    case SIM_STEP_HANG:
        script->state = STATE_HANG;
        script->main_ns = UINT64_MAX;
        return SIM_SAY_NOTHING;
    case SIM_STEP_SUCCEED:
    case SIM_STEP_DONE:
    case SIM_STEP_FAIL:
    case SIM_STEP_CRASH:
        end_by_step(script, step);
        return SIM_SAY_NOTHING;
    case SIM_STEP_REPEAT:
        push(script, &step->body, step->times);
        return SIM_SAY_NOTHING;
    case SIM_STEP_CHOOSE:
        if (step->choice_count > 0) {
            push(script, choose_branch(step, chance), 1);
        }
        return SIM_SAY_NOTHING;
    case SIM_STEP_ON_CANCEL:
        script->handler = &step->body;
        return SIM_SAY_NOTHING;
    case SIM_STEP_DO:
        ret_saying->action = step->action;
        return SIM_SAY_DO;
    }
    return SIM_SAY_NOTHING;
}

/* A crash by a signal that gives no text of its own is told by the signal's name. */
static void name_signal(struct sup_end *end)
{
    if (end->outcome == SUP_OUTCOME_CRASHED && end->error == NULL) {
        end->error = sim_signal_text(end->signal);
    }
}

static void fill_end(const struct sim_script *script, struct sup_end *ret_end)
{
    const struct sim_behaviour *behaviour = script->behaviour;
    *ret_end = (struct sup_end){.outcome = SUP_OUTCOME_SUCCEEDED};
    if (script->end == END_ABORTED) {
        ret_end->outcome = SUP_OUTCOME_ABORTED;
    } else if (script->end == END_STEP) {
        const struct sim_step *step = script->last;
        ret_end->done = step->kind == SIM_STEP_DONE;
        ret_end->error = step->text;
        ret_end->signal = step->kind == SIM_STEP_CRASH ? step->signal : 0;
        if (step->kind == SIM_STEP_FAIL) {
            ret_end->outcome = SUP_OUTCOME_FAILED;
        }
        if (step->kind == SIM_STEP_CRASH) {
            ret_end->outcome = SUP_OUTCOME_CRASHED;
        }
    } else if (script->end == END_BEHAVIOUR) {
        ret_end->done = behaviour->kind == SIM_DONE;
        ret_end->value = (void *)(uintptr_t)behaviour->value;
        if (behaviour->kind == SIM_FAIL) {
            *ret_end = (struct sup_end){.outcome = SUP_OUTCOME_FAILED,
                                        .has_code = behaviour->has_code,
                                        .code = behaviour->code,
                                        .error = behaviour->error};
        }
        if (behaviour->kind == SIM_CRASH) {
            *ret_end = (struct sup_end){.outcome = SUP_OUTCOME_CRASHED,
                                        .signal = behaviour->signal,
                                        .error = behaviour->error};
        }
    }
    name_signal(ret_end);
}

static __attribute__((noinline)) enum sim_say end_now(const struct sim_script *script,
                                                      struct sim_saying *ret_saying)
{
    fill_end(script, &ret_saying->end);
    return SIM_SAY_END;
}

static __attribute__((noinline)) enum sim_say beat(struct sim_script *script,
                                                   const struct sim_chance *chance)
{
    struct sup_instant due = {script->beat_ns};
    script->beat_ns = after(due, &script->behaviour->beat_every, chance).ns;
    if (script->beat_ns > script->beat_until_ns) {
        script->beat_ns = UINT64_MAX;
    }
    return SIM_SAY_BEAT;
}

/* Whatever the steps come to, be it the end of them. */
static __attribute__((noinline)) enum sim_say
run_steps(struct sim_script *script, const struct sim_chance *chance, struct sim_saying *ret_saying)
{
    uint64_t at_ns = script->main_ns;
    for (uint32_t silent = 0; silent < SILENT_STEPS_MAX; silent++) {
        const struct sim_step *step = next_step(script);
        enum sim_say say = SIM_SAY_NOTHING;
        if (step == NULL) {
            end_at(script, (struct sup_instant){at_ns}, END_CLEAN);
        } else {
            say = take(script, step, chance, ret_saying);
        }
        if (say == SIM_SAY_NOTHING && script->state == STATE_END) {
            return end_now(script, ret_saying);
        }
        if (say != SIM_SAY_NOTHING || script->state != STATE_STEPS || script->main_ns != at_ns) {
            return say;
        }
    }
    return SIM_SAY_SPIN;
}

/* Most of what it does is one of these, each of which saves what it needs. */
enum sim_say sim__script_next(struct sim_script *script, const struct sim_chance *chance,
                              struct sim_saying *ret_saying)
{
    struct sup_instant due = sim__script_due(script);
    if (script->ready_ns == due.ns) {
        script->ready_ns = UINT64_MAX;
        return SIM_SAY_READY;
    }
    if (script->beat_ns == due.ns) {
        return beat(script, chance);
    }
    return script->state == STATE_STEPS ? run_steps(script, chance, ret_saying)
                                        : end_now(script, ret_saying);
}

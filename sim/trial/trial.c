/* One trial of a scenario; see trial.h. */
#include "trial.h"

#include <stdio.h>
#include <string.h>

#include "sim/run.h"
#include "sim/scenario/read.h"
#include "sim/scenario/tree.h"
#include "sup/assert.h"
#include "sup/error.h"

const char *sim__sign_name(enum sim__sign sign)
{
    static const char *const names[] = {
#define SIM__X(id, name) name,
        SIM__SIGN_LIST(SIM__X)
#undef SIM__X
    };
    SUP_ASSERT((size_t)sign < sizeof(names) / sizeof(names[0]));
    return names[sign];
}

/* A text that does not fit is cut, never inside a character. */
static void copy_cut(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size);
    if (length == size) {
        length--;
        while (length > 0 && ((unsigned char)from[length] & 0xC0u) == 0x80u) {
            length--;
        }
    }
    memcpy(to, from, length);
    to[length] = '\0';
}

void sim__trial_sign(struct sim__trial *trial, enum sim__sign sign, const char *word,
                     const char *message)
{
    trial->sign = sign;
    copy_cut(trial->word, sizeof(trial->word), word);
    copy_cut(trial->message, sizeof(trial->message), message);
}

bool sim__trial_same(const struct sim__trial *a, const struct sim__trial *b)
{
    return a->sign == b->sign && strcmp(a->word, b->word) == 0;
}

void sim__trial_signature(const struct sim__trial *trial, struct sim__text *text)
{
    sim__text_put(text, sim__sign_name(trial->sign));
    if (trial->word[0] != '\0') {
        sim__text_char(text, ' ');
        sim__text_put(text, trial->word);
    }
}

/* What the first failed expectation wanted, and what there was. */
static void sign_expectation(struct sim__trial *trial, const struct sim_result *result)
{
    char message[SIM__TRIAL_MESSAGE_BYTES];
    struct sim__text text;
    sim__text_init_fixed(&text, message, sizeof(message));
    SUP_ASSERT(result->failure_count > 0);
    sim__text_format(&text, "expected %s; found %s", result->failures[0].expected,
                     result->failures[0].found);
    trial->line = result->failures[0].place.line;
    copy_cut(trial->detail, sizeof(trial->detail), result->failures[0].detail);
    sim__trial_sign(trial, SIM__SIGN_EXPECTATION, result->cause, message);
}

static void sign_result(struct sim__trial *trial, const struct sim_result *result)
{
    switch (result->verdict) {
    case SIM_EXPECTATION_FAILED:
        sign_expectation(trial, result);
        break;
    case SIM_INVARIANT_BROKEN:
        sim__trial_sign(trial, SIM__SIGN_INVARIANT, result->cause, result->message);
        break;
    case SIM_STALLED:
        sim__trial_sign(trial, SIM__SIGN_STALLED, result->cause, result->message);
        break;
    case SIM_NONDETERMINISTIC:
        sim__trial_sign(trial, SIM__SIGN_NONDETERMINISTIC, "", result->message);
        break;
    case SIM_PASS:
    case SIM_LATE:
        sim__trial_sign(trial, SIM__SIGN_PASSED, "", "");
        break;
    }
}

void sim__trial_of(const struct sim_result *result, struct sim__trial *ret_trial)
{
    *ret_trial = (struct sim__trial){
        .seed = result->seed,
        .hash = result->hash,
        .events = result->events,
        .attempts = result->attempts,
        .end_ns = result->end_ns,
    };
    sign_result(ret_trial, result);
}

static uint32_t services_of(const struct sim_scenario *scenario)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        count += scenario->services[i].count;
    }
    return count;
}

/* What is seen of a run now and then. */
struct looks {
    uint64_t *mark;
    struct sup_instant before; /* of the last two */
    struct sup_instant last;
};

static bool look(void *context, struct sup_instant now, uint64_t events)
{
    struct looks *looks = context;
    looks->before = looks->last;
    looks->last = now;
    if (looks->mark != NULL) {
        *looks->mark = events;
    }
    return false;
}

int sim__trial_scenario(const struct sim_scenario *scenario, const struct sim__trial_how *how,
                        struct sim__trial *ret_trial)
{
    struct looks looks = {.mark = how->mark};
    const struct sim_run_options options = {
        .has_seed = how->has_seed,
        .seed = how->seed,
        .once = how->once,
        .max_events = how->max_events,
        .max_steps = how->max_steps,
        .max_events_an_instant = how->max_events_an_instant,
        .faults = how->faults,
        .tape = how->tape,
        .no_tail = true,
        .listener = how->listener,
        .progress = how->mark != NULL || how->faults != NULL ? look : NULL,
        .progress_context = &looks,
    };
    struct sim_result result;
    int error = sim_run(scenario, &options, &result);
    if (error != SUP_OK) {
        return error;
    }
    sim__trial_of(&result, ret_trial);
    ret_trial->services = services_of(scenario);
    ret_trial->moves = looks.before.ns < looks.last.ns;
    if (ret_trial->sign == SIM__SIGN_EXPECTATION) {
        ret_trial->settling = sim__settling_of(scenario, ret_trial->line);
    }
    sim_result_release(&result);
    return SUP_OK;
}

static int try_reading(const struct sim__reading *reading, const struct sim__trial_how *how,
                       struct sim__trial *ret_trial)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    int error = sim__scenario_read(reading, &diagnostics, &scenario);
    if (error == SUP_EINVAL) {
        *ret_trial = (struct sim__trial){.seed = how->seed};
        sim__trial_sign(ret_trial, SIM__SIGN_REFUSED, "",
                        diagnostics.text != NULL ? diagnostics.text : "");
        error = SUP_OK;
    } else if (error == SUP_OK) {
        error = sim__trial_scenario(scenario, how, ret_trial);
    }
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    return error;
}

int sim__trial_tree(const struct sim__node *root, const struct sim__trial_how *how,
                    struct sim__trial *ret_trial)
{
    const struct sim_limits limits = {.memory_bytes = how->memory_bytes, .tasks = how->tasks};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = "",
        .file = "trial",
        .tree = root,
        .limits = &limits,
    };
    return try_reading(&reading, how, ret_trial);
}

int sim__trial_text(const char *bytes, size_t length, const struct sim__trial_how *how,
                    struct sim__trial *ret_trial)
{
    const struct sim_limits limits = {.memory_bytes = how->memory_bytes, .tasks = how->tasks};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = bytes,
        .length = length,
        .file = "trial",
        .limits = &limits,
    };
    return try_reading(&reading, how, ret_trial);
}

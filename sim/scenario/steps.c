/* Steps: the small programs inside a script. */
#include <string.h>

#include "reader.h"

#define X(id, name, argument) {name, SIM_STEP_##id},
static const struct sim__word words[] = {SIM_STEP_LIST(X)};
#undef X
static const char *const names[] = {SIM_STEP_LIST(SIM__NAME)};
static const struct sim__keys known_keys = {SIM_STEP_KINDS, {SIM_STEP_LIST(SIM__STEP_AT)}};
#define WORDS SIM__COUNT(words)
#define WEIGHT_MAX 1000000u

static void read_repeat(struct sim__reader *r, const struct sim__node *node, struct sim_step *step)
{
    enum { SIM__REPEAT_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__REPEAT_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    if (sim__required(r, node, v[TIMES], "times")) {
        (void)sim__number(r, v[TIMES], 1, UINT64_MAX, &step->times);
    }
    if (sim__required(r, node, v[STEPS], "steps")) {
        (void)sim__read_block(r, v[STEPS], &step->body);
    }
}

static void read_choice(struct sim__reader *r, const struct sim__node *node,
                        struct sim_choice *choice)
{
    enum { SIM__CHOICE_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__CHOICE_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    choice->weight = 1;
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[WEIGHT] != NULL) {
        (void)sim__number_u32(r, v[WEIGHT], 1, WEIGHT_MAX, &choice->weight);
    }
    if (sim__required(r, node, v[STEPS], "steps")) {
        (void)sim__read_block(r, v[STEPS], &choice->block);
    }
}

static void read_choose(struct sim__reader *r, const struct sim__node *node, struct sim_step *step)
{
    if (!sim__list(r, node)) {
        return;
    }
    uint64_t sum = 0;
    step->choices = sim__arena_alloc(r->arena, node->count, sizeof(*step->choices));
    for (uint32_t i = 0; step->choices != NULL && i < node->count; i++) {
        read_choice(r, node->entries[i].value, &step->choices[i]);
        sum += step->choices[i].weight;
    }
    step->choice_count = step->choices == NULL ? 0 : node->count;
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`choose` needs at least one choice");
    } else if (sum > UINT32_MAX) {
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "`choose`: the sum of the weights is above 2^32");
    }
}

static void read_do(struct sim__reader *r, const struct sim__node *node, struct sim_step *step)
{
    struct sim_action *action = sim__arena_alloc(r->arena, 1, sizeof(*action));
    if (action != NULL && sim__read_action(r, node, SIM__IN_SCRIPT, action)) {
        step->action = action;
    }
}

static bool no_arguments(const struct sim__node *node)
{
    return node->kind == SIM__MAP && node->count == 0;
}

static void read_arguments(struct sim__reader *r, const struct sim__node *node,
                           struct sim_step *step)
{
    switch (step->kind) {
    case SIM_STEP_SLEEP:
        (void)sim__read_draw(r, node, SIM__FINITE, &step->draw);
        break;
    case SIM_STEP_FAIL:
        if (!no_arguments(node)) {
            (void)sim__error_text(r, node, &step->text);
        }
        break;
    case SIM_STEP_CRASH:
        if (!no_arguments(node)) {
            (void)sim__signal(r, node, SIM__SIGNAL_FATAL, &step->signal);
        }
        break;
    case SIM_STEP_REPEAT:
        read_repeat(r, node, step);
        break;
    case SIM_STEP_CHOOSE:
        read_choose(r, node, step);
        break;
    case SIM_STEP_ON_CANCEL:
        (void)sim__read_block(r, node, &step->body);
        break;
    case SIM_STEP_DO:
        read_do(r, node, step);
        break;
    default:
        (void)sim__no_arguments(r, node);
        break;
    }
}

static void read_step_map(struct sim__reader *r, const struct sim__node *node,
                          struct sim_step *step)
{
    struct sim__node *v[WORDS];
    const struct sim__node *arguments = NULL;
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    for (size_t k = 0; k < WORDS; k++) {
        if (v[k] != NULL && arguments != NULL) {
            sim__error(r, v[k]->at, "a second key in one step; each step is an entry of its own");
        } else if (v[k] != NULL) {
            arguments = v[k];
            step->kind = (enum sim_step_kind)words[k].value;
        }
    }
    if (arguments == NULL && node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "this step is empty%s",
                      sim__hint(r, "", names, WORDS));
    } else if (arguments != NULL) {
        read_arguments(r, arguments, step);
    }
}

static void read_step(struct sim__reader *r, const struct sim__node *node, struct sim_step *step)
{
    int kind;
    step->place = node->at;
    if (node->kind == SIM__MAP) {
        read_step_map(r, node, step);
    } else if (sim__word(r, node, SIM__WORDS("step", words), &kind)) {
        step->kind = (enum sim_step_kind)kind;
        if (sim_step_argument(step->kind) == SIM_ARGUMENT_NEEDED) {
            sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at, "`%s` needs an argument: `%s: ...`",
                          node->text, node->text);
        }
    }
}

bool sim__read_block(struct sim__reader *r, const struct sim__node *node,
                     struct sim_block *ret_block)
{
    if (!sim__list(r, node)) {
        return false;
    }
    struct sim_step *steps = sim__arena_alloc(r->arena, node->count, sizeof(*steps));
    for (uint32_t i = 0; steps != NULL && i < node->count && !r->stopped; i++) {
        read_step(r, node->entries[i].value, &steps[i]);
    }
    *ret_block = (struct sim_block){steps, steps == NULL ? 0 : node->count};
    return steps != NULL;
}

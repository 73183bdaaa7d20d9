/* `expect:` of a timeline entry: the result of the action itself. */
#include <string.h>

#include "reader.h"

#define X(id, value, name, text) {name, SUP_##id},
static const struct sim__word results[] = {SUP_ERROR_LIST(X){"any", SIM_RESULT_ANY}};
#undef X
#define X(id, name) {name, SUP_OPERATION_##id},
static const struct sim__word operations[] = {SUP_OPERATION_LIST(X)};
#undef X
#define X(id, name) {name, SUP_STOP_STATE_##id},
static const struct sim__word stop_states[] = {SUP_STOP_STATE_LIST(X)};
#undef X

enum { SIM__RESULT_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__RESULT_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__RESULT_KEYS(SIM__AT)}};

static void read_operation(struct sim__reader *r, const struct sim__node *node, bool *has,
                           enum sup_operation *operation)
{
    int value;
    if (node != NULL && sim__word(r, node, SIM__WORDS("operation", operations), &value)) {
        *has = true;
        *operation = (enum sup_operation)value;
    }
}

static void read_words(struct sim__reader *r, struct sim__node *const *v,
                       struct sim_action_expect *expect)
{
    int value;
    if (v[RESULT] != NULL && sim__word(r, v[RESULT], SIM__WORDS("result", results), &value)) {
        expect->has_result = true;
        expect->result = value;
    }
    read_operation(r, v[OPERATION_BEFORE], &expect->has_operation_before,
                   &expect->operation_before);
    read_operation(r, v[OPERATION_AFTER], &expect->has_operation_after, &expect->operation_after);
    if (v[STOP_STATE] != NULL &&
        sim__word(r, v[STOP_STATE], SIM__WORDS("stop state", stop_states), &value)) {
        expect->has_stop_state = true;
        expect->stop_state = (enum sup_stop_state)value;
    }
}

/* Which actions have such a result: an expectation that nothing ever looks at
 * would be no test. */
static void check_keys(struct sim__reader *r, struct sim__node *const *v, enum sim_action_kind kind)
{
    bool names = kind == SIM_ACT_WAIT_IDLE || kind == SIM_ACT_FORCE_ABORT;
    bool command = sim_action_sort(kind) == SIM_SORT_COMMAND;
    if (v[ACTIVE] != NULL && !names) {
        sim__error(r, v[ACTIVE]->at, "`active` belongs to `wait-idle` and `force-abort`");
    }
    for (int k = ERROR; kind != SIM_ACT_JOIN && k <= VALUE; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` belongs to `join`", keys[k]);
        }
    }
    for (int k = IDEMPOTENT; !command && k < KEYS; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` belongs to operators' commands", keys[k]);
        }
    }
}

void sim__read_action_expect(struct sim__reader *r, const struct sim__node *node,
                             struct sim_action *action)
{
    struct sim_action_expect *expect = &action->expect;
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`expect` is empty, so it tests nothing");
    }
    action->has_expect = true;
    expect->place = node->at;
    read_words(r, v, expect);
    if (v[IDEMPOTENT] != NULL) {
        expect->has_idempotent = sim__boolean(r, v[IDEMPOTENT], &expect->idempotent);
    }
    if (v[CANCEL_DELIVERED] != NULL) {
        expect->has_cancel_delivered =
            sim__boolean(r, v[CANCEL_DELIVERED], &expect->cancel_delivered);
    }
    if (v[ERROR] != NULL) {
        (void)sim__text(r, v[ERROR], &expect->error);
    }
    if (v[VALUE] != NULL) {
        (void)sim__text(r, v[VALUE], &expect->value);
    }
    if (v[ATTEMPT] != NULL) {
        expect->has_attempt = sim__number_range(r, v[ATTEMPT], &expect->attempt);
    }
    if (v[ACTIVE] != NULL) {
        expect->has_active = sim__read_names(r, v[ACTIVE], &expect->active, &expect->active_count);
    }
    check_keys(r, v, action->kind);
}

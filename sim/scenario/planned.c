/* `plan` of an expectation: what a service's policy will do, alone. */
#include <string.h>

#include "expectations.h"
#include "life.h"

enum { SIM__PLAN_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__PLAN_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__PLAN_KEYS(SIM__AT)}};

#define X(id, name) {name, SIM_PLAN_##id},
static const struct sim__word verdicts[] = {SIM_PLAN_LIST(X)};
#undef X
#define X(id, name) {name, SUP_REASON_##id},
static const struct sim__word reasons[] = {SUP_REASON_LIST(X)};
#undef X

static void read_when(struct sim__reader *r, const struct sim__node *node,
                      struct sim_plan_wanted *plan)
{
    const char *text;
    if (!sim__text(r, node, &text)) {
        return;
    }
    const char *why = sim__life_parse(text, &plan->life);
    if (why != NULL) {
        sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at,
                      "`when`: `%s` is no life" SIM__HINT "; %s",
                      sim__quotable(r->scratch, node->text, node->length), why);
    }
}

static void read_waits(struct sim__reader *r, const struct sim__node *node,
                       struct sim_plan_wanted *plan)
{
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`waits` is empty, so nothing is compared");
    }
    struct sup_duration *waits = sim__arena_alloc(r->arena, node->count, sizeof(*waits));
    for (uint32_t i = 0; waits != NULL && i < node->count; i++) {
        (void)sim__duration(r, node->entries[i].value, SIM__FINITE, &waits[i]);
    }
    plan->waits = waits;
    plan->wait_count = waits == NULL ? 0 : node->count;
}

static void read_words(struct sim__reader *r, struct sim__node *const *v,
                       struct sim_plan_wanted *plan)
{
    int word;
    if (v[WHY] != NULL && sim__word(r, v[WHY], SIM__WORDS("reason", reasons), &word)) {
        plan->has_why = true;
        plan->why = (enum sup_reason)word;
    }
    if (v[VERDICT] != NULL && sim__word(r, v[VERDICT], SIM__WORDS("verdict", verdicts), &word)) {
        plan->has_verdict = true;
        plan->verdict = (enum sim_plan_verdict)word;
    }
}

static void read_figures(struct sim__reader *r, struct sim__node *const *v,
                         struct sim_plan_wanted *plan)
{
    if (v[WAITS] != NULL) {
        read_waits(r, v[WAITS], plan);
    }
    if (v[STARTS] != NULL) {
        plan->has_starts = sim__number_range(r, v[STARTS], &plan->starts);
    }
    if (v[GIVES_UP] != NULL) {
        plan->has_gives_up = sim__duration_range(r, v[GIVES_UP], &plan->gives_up_ns);
    }
    if (v[EDGE] != NULL) {
        plan->has_edge = sim__duration_range(r, v[EDGE], &plan->edge_ns);
        if (!sim__life_has_length(&plan->life)) {
            sim__error(r, v[EDGE]->at,
                       "`edge` is the length of a life at which the verdict changes: `when` has to "
                       "be `fail`, `crash` or `succeed`");
        }
    }
}

void sim__read_plan_what(struct sim__reader *r, const struct sim__node *node,
                         struct sim_expectation *expectation)
{
    struct sim__node *v[KEYS];
    struct sim_plan_wanted *plan = sim__arena_alloc(r->arena, 1, sizeof(*plan));
    expectation->what = SIM_WHAT_PLAN;
    if (plan == NULL || !sim__map(r, node, &known_keys, v)) {
        return;
    }
    expectation->plan = plan;
    if (sim__required(r, node, v[SERVICE], keys[SERVICE])) {
        (void)sim__read_target(r, v[SERVICE], &expectation->target);
    }
    if (v[WHEN] != NULL) {
        read_when(r, v[WHEN], plan);
    }
    read_words(r, v, plan);
    read_figures(r, v, plan);
    bool any = false;
    for (int k = WAITS; k < KEYS; k++) {
        any = any || v[k] != NULL;
    }
    if (!any && sim__all_known(node, v, KEYS)) {
        sim__error_as(
            r, SIM__CODE_MISSING_KEY, node->at,
            "`plan` needs one of `waits`, `starts`, `gives-up`, `why`, `verdict`, `edge`");
    }
}

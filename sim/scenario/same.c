/* `same-story` of a file: services of which something is the same. */
#include <string.h>

#include "expectations.h"

enum { SIM__SAME_STORY_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__SAME_STORY_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__SAME_STORY_KEYS(SIM__AT)}};

#define X(id, name) {name, SIM_SAME_##id},
static const struct sim__word sames[] = {SIM_SAME_LIST(X)};
#undef X

static void read_of(struct sim__reader *r, const struct sim__node *node,
                    struct sim_expectation *expectation)
{
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`of` is empty, so nothing is compared");
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__node *word = node->entries[i].value;
        int same;
        if (!sim__word(r, word, SIM__WORDS("story", sames), &same)) {
            continue;
        }
        if (expectation->same[same]) {
            sim__error(r, word->at, "`%s` stands twice in `of`", word->text);
        }
        expectation->same[same] = true;
    }
}

/* One name alone is the same as itself, also when it is said twice. */
static void check_several(struct sim__reader *r, const struct sim__node *node,
                          const struct sim_target *target)
{
    bool several = false;
    for (uint32_t i = 0; i < target->count; i++) {
        several = several || sim_glob_is(target->patterns[i]) ||
                  strcmp(target->patterns[i], target->patterns[0]) != 0;
    }
    if (!several) {
        sim__error(r, node->at, "%sone service is always the same as itself; it has to be several",
                   sim__label(r, node));
    }
}

void sim__read_same_what(struct sim__reader *r, const struct sim__node *node,
                         struct sim_expectation *expectation)
{
    struct sim__node *v[KEYS];
    expectation->what = SIM_WHAT_SAME_STORY;
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    if (sim__required(r, node, v[SERVICES], keys[SERVICES]) &&
        sim__read_target(r, v[SERVICES], &expectation->target)) {
        check_several(r, v[SERVICES], &expectation->target);
    }
    if (sim__required(r, node, v[OF], keys[OF])) {
        read_of(r, v[OF], expectation);
    }
    if (v[WITHIN] != NULL) {
        (void)sim__duration(r, v[WITHIN], SIM__NEVER_OK, &expectation->same_within);
    }
}

/* `operator`: what operators' starts and stops mean beside what they do. */
#include "rules.h"

#define X(id, name) {name, SUP_CLEARS_##id},
static const struct sim__word clears_words[] = {SUP_CLEARS_LIST(X)};
#undef X

/* A list of what is emptied, each thing once. */
static void read_set(struct sim__reader *r, const struct sim__node *node, uint32_t *ret_set)
{
    uint32_t set = 0;
    if (node == NULL || !sim__list(r, node)) {
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__node *entry = node->entries[i].value;
        int word;
        if (!sim__word(r, entry, SIM__WORDS("thing to empty", clears_words), &word)) {
            return;
        }
        if ((set >> word & 1u) != 0) {
            sim__error(r, entry->at, "%s`%s` is there twice", sim__label(r, entry),
                       clears_words[word].name);
            return;
        }
        set |= UINT32_C(1) << word;
    }
    *ret_set = set;
}

void sim__read_operator(struct sim__reader *r, const struct sim__node *node,
                        struct sup_operator_rules *operators)
{
    enum { SIM__OPERATOR_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__OPERATOR_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    read_set(r, v[CLEARS], &operators->clears);
    read_set(r, v[STOP_CLEARS], &operators->stop_clears);
    if (v[COUNTS] != NULL) {
        (void)sim__boolean(r, v[COUNTS], &operators->counts);
    }
    if (v[WAITS] != NULL) {
        (void)sim__boolean(r, v[WAITS], &operators->waits);
    }
}

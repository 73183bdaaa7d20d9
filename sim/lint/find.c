/* Where in the files a warning's cause stands, and what the file speaks of. */
#include <string.h>

#include "sim/scenario/tree.h"
#include "traps.h"

const struct sim__node *sim__lint_root(struct sim__lint *lint)
{
    if (!lint->root_read) {
        lint->root_read = true;
        lint->root = sim__tree_again(lint->scenario->held, lint->arena);
    }
    return lint->root;
}

static const struct sim__node *get(const struct sim__node *map, const char *key)
{
    return map == NULL ? NULL : sim__node_get(map, key);
}

static const struct sim__node *nth(const struct sim__node *list, uint32_t index)
{
    bool there = list != NULL && list->kind == SIM__LIST && index < list->count;
    return there ? list->entries[index].value : NULL;
}

/* The entry with an action after `left` others, those of an `any` counted one by one. */
static const struct sim__node *nth_action(const struct sim__node *list, uint32_t *left)
{
    const struct sim__node *found = NULL;
    for (uint32_t i = 0; found == NULL && nth(list, i) != NULL; i++) {
        const struct sim__node *entry = nth(list, i);
        const struct sim__node *any = get(entry, "any");
        if (any != NULL) {
            found = nth_action(any, left);
        } else if (entry->kind == SIM__MAP && (*left)-- == 0) {
            found = entry;
        }
    }
    return found;
}

/* The service's own map. */
static const struct sim__node *map_of(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim__node *root = sim__lint_root(lint);
    const struct sim__node *timeline = get(root, "timeline");
    uint32_t index = subject->index;
    if (!subject->spawned) {
        return nth(get(root, "services"), index);
    }
    const struct sim__node *entry =
        lint->scenario->fork_count > 0 ? nth_action(timeline, &index) : nth(timeline, index);
    const struct sim__node *map = get(entry, "spawn");
    const struct sim_place place = subject->service->place;
    bool own = map != NULL && map->at.line == place.line && map->at.column == place.column;
    return own ? map : NULL;
}

static const struct sim__node *policy_of(struct sim__lint *lint, const struct sim__node *map)
{
    const struct sim__node *name = get(map, "policy");
    const struct sim__node *policies = get(sim__lint_root(lint), "policies");
    bool named = name != NULL && name->kind == SIM__SCALAR && policies != NULL;
    return named && sim__lint_spend(lint, policies->count) ? get(policies, name->text) : NULL;
}

struct sim_place sim__lint_place(struct sim__lint *lint, const struct sim__subject *subject,
                                 const char *under, const char *key)
{
    const struct sim__node *own = map_of(lint, subject);
    const struct sim__node *defaults = get(sim__lint_root(lint), "defaults");
    const struct sim__node *const layers[] = {own, policy_of(lint, own), defaults,
                                              policy_of(lint, defaults)};
    for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++) {
        const struct sim__node *map = under == NULL ? layers[i] : get(layers[i], under);
        const struct sim__node *value = get(map, key);
        if (value != NULL) {
            return value->at;
        }
    }
    return subject->service->place;
}

bool sim__lint_own(struct sim__lint *lint, const struct sim__subject *subject, const char *key)
{
    return get(map_of(lint, subject), key) != NULL;
}

/* Whether the words, separated by spaces, hold this one. */
static bool holds(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && (at = strstr(at, word)) != NULL; at += length) {
        bool begins = at == words || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* The tree is no deeper than SIM_DEPTH_MAX. */
static bool mentions(const struct sim__node *node, const char *words)
{
    if (node == NULL) {
        return false;
    }
    if (node->kind == SIM__SCALAR) {
        return holds(words, node->text);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if ((entry->key != NULL && holds(words, entry->key)) || mentions(entry->value, words)) {
            return true;
        }
    }
    return false;
}

bool sim__lint_leaves_open(struct sim__lint *lint)
{
    return mentions(get(sim__lint_root(lint), "timeline"), "any");
}

/* Whether what one of the actions is expected to answer has one of the words. */
static bool answers_mention(const struct sim__node *list, const char *words)
{
    bool found = false;
    for (uint32_t i = 0; !found && nth(list, i) != NULL; i++) {
        const struct sim__node *entry = nth(list, i);
        found = mentions(get(entry, "expect"), words) || answers_mention(get(entry, "any"), words);
    }
    return found;
}

static bool look_for(struct sim__lint *lint, const char *words)
{
    const struct sim__node *root = sim__lint_root(lint);
    return answers_mention(get(root, "timeline"), words) || mentions(get(root, "expect"), words) ||
           mentions(get(root, "measures"), words);
}

/* Each trap asks with the same words for every service. */
bool sim__lint_mentions(struct sim__lint *lint, const char *words)
{
    for (uint32_t i = 0; i < SIM__MENTIONS_KEPT; i++) {
        if (lint->mentions[i].words == NULL) {
            lint->mentions[i].words = words;
            lint->mentions[i].found = look_for(lint, words);
        }
        if (lint->mentions[i].words == words) {
            return lint->mentions[i].found;
        }
    }
    return look_for(lint, words);
}

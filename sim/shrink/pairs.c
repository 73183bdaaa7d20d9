/* Leaving out two or three things at once, of which none can go alone.
 *
 * One of them makes up for the others: a random order and who comes first in it, a condition
 * and the action that sets it. There are many pairs, so only a file that is small already is
 * searched for them, and only when nothing else makes it smaller. */
#include <string.h>

#include "passes.h"

/* So many things make no more than 1128 pairs, or 1140 threes. */
#define THINGS_MAX 48u
#define THINGS_FOR_THREES 20u

struct thing {
    struct sim__node *holder;
    const struct sim__node *value;
};

struct things {
    struct thing list[THINGS_MAX];
    uint32_t count;
    bool many; /* more than there is room for */
};

/* Claims are not changed, and without a name there is no service. */
static bool is_left(const char *key)
{
    return key != NULL &&
           (strcmp(key, "expect") == 0 || strcmp(key, "measures") == 0 || strcmp(key, "name") == 0);
}

static void collect(const struct sim__shrinker *s, struct sim__node *holder, struct things *things)
{
    for (uint32_t i = 0; holder->kind != SIM__SCALAR && i < holder->count; i++) {
        const struct sim__entry *entry = &holder->entries[i];
        if (sim__is_fixed(s, holder, entry) || is_left(entry->key)) {
            continue;
        }
        if (things->count == THINGS_MAX) {
            things->many = true;
            return;
        }
        things->list[things->count++] = (struct thing){holder, entry->value};
        collect(s, entry->value, things);
    }
}

/* It may have gone with another already. */
static void drop(struct sim__shrinker *s, const struct thing *thing)
{
    for (uint32_t i = 0; i < thing->holder->count; i++) {
        if (thing->holder->entries[i].value == thing->value) {
            if (thing->holder == sim__node_get(s->root, "services")) {
                sim__change_services(s, thing->holder, i, 1);
            } else {
                sim__change_drop(s, thing->holder, i, 1);
            }
            return;
        }
    }
}

/* Whether two could go, or three, when there is a third. */
static bool try_without(struct sim__shrinker *s, const struct thing *one, const struct thing *two,
                        const struct thing *three)
{
    /* The inner ones come behind those that hold them. */
    if (three != NULL) {
        drop(s, three);
    }
    drop(s, two);
    drop(s, one);
    return !s->failed && sim__try(s);
}

static bool drop_three(struct sim__shrinker *s, const struct things *things)
{
    const struct thing *list = things->list;
    for (uint32_t i = 0; i < things->count; i++) {
        for (uint32_t k = i + 1; k < things->count; k++) {
            for (uint32_t m = k + 1; m < things->count && !sim__done(s); m++) {
                if (try_without(s, &list[i], &list[k], &list[m])) {
                    return true;
                }
            }
        }
    }
    return false;
}

static bool drop_two(struct sim__shrinker *s, const struct things *things)
{
    for (uint32_t i = 0; i < things->count; i++) {
        for (uint32_t k = i + 1; k < things->count && !sim__done(s); k++) {
            if (try_without(s, &things->list[i], &things->list[k], NULL)) {
                return true;
            }
        }
    }
    return false;
}

void sim__pass_pairs(struct sim__shrinker *s)
{
    bool again = true;
    while (again && !sim__done(s)) {
        struct things things = {.count = 0};
        collect(s, s->root, &things);
        again = !things.many && (drop_two(s, &things) ||
                                 (things.count <= THINGS_FOR_THREES && drop_three(s, &things)));
    }
}

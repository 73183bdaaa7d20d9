/* What operators mean for a generated service, whether it waits to be resumed, and whether its
 * group ends with it. Drawn from streams that fork off the service's own and the group's, which go
 * on as if there were nothing of this.
 */
#include <string.h>

#include "internal.h"

#define FORK UINT64_C(0xA54FF53A5F1D36F1)

static void put_set(struct sim__fuzz *f, struct sim__node *map, enum sim__key key)
{
    static const char *const words[] = {"streak", "limit", "breaker"};
    struct sim__node *list = sim__tree_list(f->arena);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (sim__fuzz_chance(f, 50)) {
            sim__fuzz_add(f, list, sim__fuzz_word(f, words[i]));
        }
    }
    sim__fuzz_put(f, map, key, list);
}

static void put_flag(struct sim__fuzz *f, struct sim__node *map, enum sim__key key)
{
    if (sim__fuzz_chance(f, 50)) {
        sim__fuzz_put(f, map, key, sim__fuzz_word(f, "true"));
    }
}

static void put_operator(struct sim__fuzz *f, struct sim__node *service)
{
    struct sim__node *map = sim__fuzz_map(f);
    put_set(f, map, KEY(CLEARS));
    put_set(f, map, KEY(STOP_CLEARS));
    put_flag(f, map, KEY(COUNTS));
    put_flag(f, map, KEY(WAITS));
    sim__fuzz_put(f, service, KEY(OPERATOR), map);
}

/* Of a group that takes notice; what is always restarted does not end. */
static void put_significance(struct sim__fuzz *f, struct sim__node *service, uint32_t group)
{
    const struct sim__node *restart = sim__node_at(service, KEY(RESTART));
    bool map = restart != NULL && restart->kind == SIM__MAP; /* which may hold all classes */
    bool always = restart != NULL && restart->kind == SIM__SCALAR &&
                  (strcmp(restart->text, "always") == 0 || strcmp(restart->text, "permanent") == 0);
    if (!f->shuts_down[group] || always || map || !sim__fuzz_chance(f, 30)) {
        return;
    }
    if (restart == NULL) {
        sim__fuzz_put(f, service, KEY(RESTART), sim__fuzz_word(f, "on-failure"));
    }
    sim__fuzz_put(f, service, KEY(SIGNIFICANT), sim__fuzz_word(f, "true"));
}

void sim__fuzz_operators(struct sim__fuzz *f, struct sim__node *service, uint32_t group)
{
    const struct sup_random own = f->random;
    if (service == NULL) {
        return; /* out of memory */
    }
    f->random.state ^= FORK;
    if (sim__fuzz_shows(f, SIM__FUZZ_OPERATORS, 50)) {
        put_operator(f, service);
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_PAUSED, 10)) {
        sim__fuzz_put(f, service, KEY(PAUSED), sim__fuzz_word(f, "true"));
    }
    if (group < SIM__FUZZ_MOST_GROUPS) {
        put_significance(f, service, group);
    }
    f->random = own;
}

void sim__fuzz_tree(struct sim__fuzz *f, struct sim__node *map, uint32_t group, uint32_t parent)
{
    static const char *const words[] = {"any", "any", "all"};
    const struct sup_random own = f->random;
    f->random.state ^= FORK;
    if (sim__fuzz_shows(f, SIM__FUZZ_SHUTDOWNS, 40)) {
        f->shuts_down[group] = true;
        sim__fuzz_put(f, map, KEY(AUTO_SHUTDOWN), sim__fuzz_word(f, words[sim__fuzz_below(f, 3)]));
    }
    if (parent < SIM__FUZZ_MOST_GROUPS && f->shuts_down[parent] && sim__fuzz_chance(f, 60)) {
        sim__fuzz_put(f, map, KEY(SIGNIFICANT), sim__fuzz_word(f, "true"));
    }
    /* A limit that is empty again and again limits nothing: the parent's has to. */
    f->limited[group] = map != NULL && sim__node_at(map, KEY(RESTART_LIMIT)) != NULL;
    if (parent < SIM__FUZZ_MOST_GROUPS && f->limited[parent] &&
        sim__fuzz_shows(f, SIM__FUZZ_REBIRTHS, 80)) {
        sim__fuzz_put(f, map, KEY(REBIRTH), sim__fuzz_word(f, "fresh"));
    }
    f->random = own;
}

/* Sets of ends of a generated service: few entries each, none of which covers another. */
#include <string.h>

#include "internal.h"

static const struct {
    const char *word; /* NULL: the code */
    uint32_t code;
    uint32_t percent;
    bool returned; /* no class */
} entries[] = {
    {"clean", 0, 20, false},   {"failed", 0, 25, false},    {"crashed", 0, 30, false},
    {"refused", 0, 20, false}, {"timed-out", 0, 30, false}, {"unhealthy", 0, 30, false},
    {"unready", 0, 10, false}, {"protocol", 0, 15, false},  {NULL, 0, 15, true},
    {NULL, 1, 20, true},       {"2-100", 0, 20, true},      {"101-255", 0, 20, true},
    {"SEGV", 0, 15, true},     {"SIGTERM", 0, 15, true},    {"finish:3", 0, 3, true},
};
#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

enum holds { ENDS, RETURNS };

/* Of so many percent of what it would hold. */
static struct sim__node *set(struct sim__fuzz *f, enum holds holds, uint32_t percent)
{
    struct sim__node *list = sim__tree_list(f->arena);
    for (size_t i = 0; i < ENTRIES; i++) {
        if ((holds == RETURNS && !entries[i].returned) ||
            !sim__fuzz_chance(f, entries[i].percent * percent / 100)) {
            continue;
        }
        sim__fuzz_add(f, list,
                      entries[i].word != NULL ? sim__fuzz_word(f, entries[i].word)
                                              : sim__fuzz_number(f, entries[i].code));
    }
    return list;
}

/* Mostly with code 0, without which every clean end is a failure, and no call of an interval
 * service is ever settled. */
static struct sim__node *success(struct sim__fuzz *f)
{
    struct sim__node *list = set(f, RETURNS, 80);
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (strcmp(list->entries[i].value->text, "0") == 0) {
            return list;
        }
    }
    if (sim__fuzz_chance(f, 80) || sim__fuzz_has(&f->drawn, SIM__FUZZ_CALM)) {
        sim__fuzz_add(f, list, sim__fuzz_number(f, 0));
    }
    return list;
}

/* Of those that the pace tells apart, a bit each; classes are looked at after `success`. */
static uint32_t ends_in(const struct sim__node *list, uint32_t clean)
{
    static const struct {
        const char *word;
        uint32_t ends;
        bool returned;
    } words[] = {
        {"failed", SIM__FUZZ_ON(FAILS), false},
        {"crashed", SIM__FUZZ_ON(CRASHES), false},
        {"refused", SIM__FUZZ_ON(REFUSES), false},
        {"timed-out", SIM__FUZZ_ON(LATE), false},
        {"0", SIM__FUZZ_ON(SUCCEEDS), true},
        {"1", SIM__FUZZ_ON(FAILS) | SIM__FUZZ_ON(CRASHES), true},
    };
    uint32_t ends = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const char *entry = list->entries[i].value->text;
        ends |= strcmp(entry, "clean") == 0 ? clean : 0;
        for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
            uint32_t fits = words[k].ends & (words[k].returned ? UINT32_MAX : ~clean);
            ends |= strcmp(entry, words[k].word) == 0 ? fits : 0;
        }
    }
    return ends;
}

void sim__fuzz_exits(struct sim__fuzz *f, struct sim__node *service)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_SETS, 60)) {
        return;
    }
    struct sim__node *exit = sim__fuzz_map(f);
    struct sim__node *restart = NULL, *clean = NULL, *prevent = NULL, *force = NULL;
    if (sim__fuzz_chance(f, 50)) {
        restart = set(f, ENDS, 200);
        sim__fuzz_put(f, service, KEY(RESTART), sim__fuzz_pair(f, KEY(ON), restart));
    }
    if (sim__fuzz_chance(f, 40)) {
        clean = success(f);
        sim__fuzz_put(f, exit, KEY(SUCCESS), clean);
    }
    if (sim__fuzz_chance(f, 30)) {
        prevent = set(f, ENDS, 25);
        sim__fuzz_put(f, exit, KEY(PREVENT), prevent);
    }
    if (sim__fuzz_chance(f, 30)) {
        force = set(f, ENDS, 60);
        sim__fuzz_put(f, exit, KEY(FORCE), force);
    }
    struct sim__fuzz_gait *at = &f->pace.at;
    at->clean = clean != NULL ? ends_in(clean, 0) : at->clean;
    at->restarted = restart != NULL ? ends_in(restart, at->clean) : at->restarted;
    at->restarted |= force != NULL ? ends_in(force, at->clean) : 0;
    at->restarted &= prevent != NULL ? ~ends_in(prevent, at->clean) : UINT32_MAX;
    sim__fuzz_put(f, service, KEY(EXIT), exit);
}

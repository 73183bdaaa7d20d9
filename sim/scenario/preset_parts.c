/* What the presets of several systems have in common: trees of keys. */
#include <string.h>

#include "preset.h"

struct sim__node *sim__preset_word(struct sim__expansion *x, const char *word)
{
    return sim__tree_word(x->reader->scratch, word);
}

struct sim__node *sim__preset_length(struct sim__expansion *x, struct sup_duration length)
{
    return sim__tree_duration(x->reader->scratch, length);
}

struct sim__node *sim__preset_number(struct sim__expansion *x, uint64_t number)
{
    return sim__tree_number(x->reader->scratch, number);
}

struct sim__node *sim__preset_words(struct sim__expansion *x, const char *words)
{
    struct sim__node *list = sim__tree_list(x->reader->scratch);
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        sim__tree_add(x->reader->scratch, list,
                      sim__tree_copied(x->reader->scratch, words, length));
        words += length + strspn(words + length, " ");
    }
    return list;
}

static bool has_code(const struct sup_exit_set *set, uint32_t code)
{
    return code <= SUP_EXIT_CODE_MAX && (set->codes[code / 64] >> code % 64 & 1) != 0;
}

struct sim__node *sim__preset_set(struct sim__expansion *x, const struct sup_exit_set *set)
{
    struct sim_arena *arena = x->reader->scratch;
    struct sim__node *list = sim__tree_list(arena);
    for (uint32_t first = 0; first <= SUP_EXIT_CODE_MAX; first++) {
        uint32_t last = first;
        if (!has_code(set, first)) {
            continue;
        }
        while (has_code(set, last + 1)) {
            last++;
        }
        sim__tree_add(arena, list,
                      first == last ? sim__tree_number(arena, first)
                                    : sim__tree_format(arena, "%u-%u", first, last));
        first = last;
    }
    for (int32_t signal = 1; signal <= SUP_EXIT_SIGNAL_MAX; signal++) {
        if ((set->signals >> (signal - 1) & 1) != 0) {
            sim__tree_add(arena, list, sim__tree_word(arena, sim_signal_name(signal)));
        }
    }
    return list;
}

void sim__preset_constant_of(struct sim__expansion *x, struct sup_duration length)
{
    struct sim__node *waits = sim__tree_list(x->reader->scratch);
    sim__tree_add(x->reader->scratch, waits, sim__preset_length(x, length));
    sim__preset_put_in(x, "backoff", "waits", waits, NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
}

void sim__preset_constant(struct sim__expansion *x, const struct sim__value *from)
{
    struct sim__node *waits = sim__tree_list(x->reader->scratch);
    sim__tree_add(x->reader->scratch, waits, sim__preset_length(x, from->length));
    sim__preset_put_in(x, "backoff", "waits", waits, from);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
}

void sim__preset_doubling(struct sim__expansion *x, const struct sim__value *base,
                          const struct sim__value *max)
{
    sim__preset_put_in(x, "backoff", "base", sim__preset_length(x, base->length), base);
    sim__preset_put_in(x, "backoff", "factor", sim__preset_number(x, 2), NULL);
    sim__preset_put_in(x, "backoff", "max", sim__preset_length(x, max->length), max);
}

void sim__preset_grace(struct sim__expansion *x, const struct sim__value *from)
{
    bool none = from->length.ns == 0;
    sim__preset_put_in(x, "stop", "grace",
                       none ? sim__preset_word(x, "never") : sim__preset_length(x, from->length),
                       from);
}

void sim__preset_signal(struct sim__expansion *x, const struct sim__value *from)
{
    sim__preset_put_in(x, "stop", "signal", sim__preset_word(x, sim_signal_name(from->signal)),
                       from);
}

void sim__preset_lag(struct sim__expansion *x, const char *start, const char *busy_start)
{
    if (x->mode != SIM__IDEAL) {
        sim__preset_put_in(
            x, "lag", "start",
            sim__preset_word(x, x->mode == SIM__BUSY && busy_start != NULL ? busy_start : start),
            NULL);
    }
}

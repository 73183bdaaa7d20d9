/* What the generator draws: numbers, lengths, instants. Integers only. */
#include <string.h>

#include "internal.h"
#include "sup/assert.h"

void sim__fuzz_stream(struct sim__fuzz *f, const char *name, size_t length)
{
    f->random = sup_random_derive(f->drawn.seed, name, length);
}

void sim__fuzz_subject(struct sim__fuzz *f, const char *subject, uint32_t index)
{
    static const char prefix[] = {'f', 'u', 'z', 'z', ' '};
    char name[64];
    struct sim__text text;
    size_t length = strlen(subject);
    SUP_ASSERT(length < sizeof(name) / 2);
    memcpy(name, prefix, sizeof(prefix));
    memcpy(name + sizeof(prefix), subject, length);
    length += sizeof(prefix);
    name[length++] = ' ';
    if (index < 10) {
        name[length++] = (char)('0' + index);
    } else {
        sim__text_init_fixed(&text, name + length, sizeof(name) - length);
        sim__text_u64(&text, index);
        length += text.length;
    }
    sim__fuzz_stream(f, name, length);
}

uint32_t sim__fuzz_below(struct sim__fuzz *f, uint32_t n)
{
    SUP_ASSERT(n > 0);
    /* As sup_random_upto, for which a value that is not below n is always good. */
    struct sup_random before = f->random;
    uint64_t value = sup_random_next(&f->random);
    if (value >= n) {
        return (uint32_t)(value % n);
    }
    f->random = before;
    return (uint32_t)sup_random_upto(&f->random, n - 1, NULL);
}

uint32_t sim__fuzz_between(struct sim__fuzz *f, uint32_t low, uint32_t high)
{
    SUP_ASSERT(low <= high);
    return low + sim__fuzz_below(f, high - low + 1);
}

bool sim__fuzz_chance(struct sim__fuzz *f, uint32_t percent)
{
    return sim__fuzz_below(f, 100) < percent;
}

bool sim__fuzz_shows(struct sim__fuzz *f, enum sim__fuzz_feature feature, uint32_t percent)
{
    return sim__fuzz_has(&f->drawn, feature) && sim__fuzz_chance(f, percent);
}

/* A nanosecond more or less is what a boundary is about. */
static uint64_t at_edge(struct sim__fuzz *f, struct sup_duration length)
{
    uint64_t ns = length.ns;
    if (ns > 1 && sim__fuzz_shows(f, SIM__FUZZ_EDGES, 10)) {
        return sim__fuzz_chance(f, 50) ? ns + 1 : ns - 1;
    }
    return ns;
}

uint64_t sim__fuzz_length(struct sim__fuzz *f, enum sim__fuzz_zero zero)
{
    if (zero == SIM__FUZZ_ZERO_TOO && sim__fuzz_shows(f, SIM__FUZZ_ZEROES, 20)) {
        return 0;
    }
    return at_edge(f, SUP_NS(f->palette[sim__fuzz_below(f, SIM__FUZZ_PALETTE)] * f->tick_ns));
}

uint64_t sim__fuzz_long(struct sim__fuzz *f)
{
    uint32_t which = sim__fuzz_between(f, SIM__FUZZ_PALETTE / 2, SIM__FUZZ_PALETTE - 1);
    uint32_t times = sim__fuzz_between(f, 1, 4);
    return at_edge(f, SUP_NS(f->palette[which] * f->tick_ns * times));
}

uint64_t sim__fuzz_drain(struct sim__fuzz *f)
{
    if (sim__fuzz_chance(f, 40)) {
        return sim__fuzz_long(f);
    }
    uint64_t grace = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    return grace + (sim__fuzz_chance(f, 40) ? sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO) : 0);
}

uint64_t sim__fuzz_instant(struct sim__fuzz *f)
{
    uint32_t ticks = sim__fuzz_shows(f, SIM__FUZZ_CROWDED, 60)
                         ? f->instants[sim__fuzz_below(f, SIM__FUZZ_INSTANTS)]
                         : sim__fuzz_below(f, f->span + 1);
    return ticks * f->tick_ns;
}

/* Mostly fixed: what is drawn meets nothing else in its instant. */
struct sim__node *sim__fuzz_drawn_time(struct sim__fuzz *f, enum sim__fuzz_zero zero)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_DRAWN, 15)) {
        f->pace.length_ns = sim__fuzz_length(f, zero);
        return sim__fuzz_time(f, SUP_NS(f->pace.length_ns));
    }
    uint64_t low = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    f->pace.length_ns = low;
    uint32_t way = sim__fuzz_below(f, 3);
    struct sim__node *list = sim__tree_list(f->arena);
    if (way == 0) {
        sim__fuzz_add(f, list, sim__fuzz_time(f, SUP_NS(low)));
        sim__fuzz_add(f, list,
                      sim__fuzz_time(f, SUP_NS(low + f->tick_ns * sim__fuzz_between(f, 0, 4))));
        return sim__fuzz_pair(f, KEY(UNIFORM), list);
    }
    if (way == 1 && zero == SIM__FUZZ_ZERO_TOO) {
        return sim__fuzz_pair(f, KEY(EXP), sim__fuzz_time(f, SUP_NS(low)));
    }
    for (uint32_t i = sim__fuzz_between(f, 1, 3); i > 0; i--) {
        sim__fuzz_add(f, list, sim__fuzz_time(f, SUP_NS(sim__fuzz_length(f, zero))));
    }
    return sim__fuzz_pair(f, KEY(PICK), list);
}

struct sim__node *sim__fuzz_within(struct sim__fuzz *f, struct sup_duration within)
{
    return sim__fuzz_chance(f, 6) ? sim__fuzz_word(f, "never") : sim__fuzz_time(f, within);
}

/* ---- texts ---- */

struct sim__node *sim__fuzz_time(struct sim__fuzz *f, struct sup_duration length)
{
    if (f->unspelt) {
        return sim__tree_unspelt(f->arena, length);
    }
    uint64_t mixed = length.ns * UINT64_C(0x9E3779B97F4A7C15);
    struct sim__fuzz_written *written = &f->written[mixed >> 58];
    static_assert(SIM__FUZZ_WRITTEN == 1u << (64 - 58), "the highest bits tell them apart");
    if (written->text == NULL || written->ns != length.ns) {
        struct sim__node *node = sim__tree_duration(f->arena, length);
        if (node != NULL) {
            *written = (struct sim__fuzz_written){length.ns, node->text, node->length};
        }
        return node;
    }
    struct sim__node *node = sim__tree_wordn(f->arena, written->text, written->length);
    if (node != NULL) {
        node->made_of = length;
    }
    return node;
}

static struct sim__node *take(struct sim__fuzz *f, const struct sim__text *text, size_t room)
{
    SUP_ASSERT(text->length < room);
    return sim__tree_copied(f->arena, text->bytes, text->length);
}

struct sim__node *sim__fuzz_joined(struct sim__fuzz *f, const char *first, const char *rest)
{
    char name[256];
    struct sim__text text;
    sim__text_init_fixed(&text, name, sizeof(name));
    sim__text_put(&text, first);
    sim__text_put(&text, rest);
    return take(f, &text, sizeof(name));
}

struct sim__node *sim__fuzz_numbered(struct sim__fuzz *f, const char *first, const char *rest,
                                     uint64_t number)
{
    char name[256];
    struct sim__text text;
    sim__text_init_fixed(&text, name, sizeof(name));
    sim__text_put(&text, first);
    sim__text_put(&text, rest);
    sim__text_u64(&text, number);
    return take(f, &text, sizeof(name));
}

void sim__fuzz_keep_name(struct sim__fuzz *f, const char *name)
{
    if (name != NULL && f->name_count < SIM__FUZZ_NAMES) {
        f->names[f->name_count++] = name;
    }
}

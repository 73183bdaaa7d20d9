/* From a seed to a scenario: what is on, what the values are, and the file of it all. */
#include "generate.h"

#include <string.h>

#include "internal.h"
#include "sup/assert.h"

/* What is built in where none is given. */
#define CLEAN_EXIT_DELAY_NS UINT64_C(100000000)

static const char *const feature_names[] = {
#define SIM__X(id, name, percent) name,
    SIM__FUZZ_FEATURES(SIM__X)
#undef SIM__X
};
/* Of all seeds each is drawn, so these are not put together. */
static const struct {
    const char *name;
    size_t length;
} feature_streams[] = {
#define SIM__X(id, name, percent) {"fuzz " name " 0", sizeof("fuzz " name " 0") - 1},
    SIM__FUZZ_FEATURES(SIM__X)
#undef SIM__X
};
static const uint8_t feature_percents[] = {
#define SIM__X(id, name, percent) percent,
    SIM__FUZZ_FEATURES(SIM__X)
#undef SIM__X
};

const char *sim__fuzz_feature_name(enum sim__fuzz_feature feature)
{
    SUP_ASSERT(feature < SIM__FUZZ_FEATURE_COUNT);
    return feature_names[feature];
}

static void draw_features(struct sim__fuzz *f)
{
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        sim__fuzz_stream(f, feature_streams[i].name, feature_streams[i].length);
        if (sim__fuzz_chance(f, feature_percents[i])) {
            sim__fuzz_on(&f->drawn, (enum sim__fuzz_feature)i);
        }
    }
}

/* Lengths are few, so that deadlines are equal by chance. */
static void draw_grid(struct sim__fuzz *f)
{
    static const uint64_t ticks_ns[] = {1000000,   5000000,   10000000,
                                        100000000, 250000000, 1000000000};
    static const uint32_t lengths[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20};
    const uint32_t count = sizeof(lengths) / sizeof(lengths[0]);
    sim__fuzz_subject(f, "grid", 0);
    f->tick_ns = ticks_ns[sim__fuzz_below(f, sizeof(ticks_ns) / sizeof(ticks_ns[0]))];
    uint32_t at = 0;
    for (uint32_t i = 0; i < SIM__FUZZ_PALETTE; i++) {
        uint32_t most = count - (SIM__FUZZ_PALETTE - i);
        at = sim__fuzz_between(f, at, at + 2 < most ? at + 2 : most);
        f->palette[i] = lengths[at++];
    }
}

/* When things are done to services, which have been made. */
static void draw_span(struct sim__fuzz *f)
{
    sim__fuzz_subject(f, "span", 0);
    f->span = sim__fuzz_pace_span(f);
    for (uint32_t i = 0; i < SIM__FUZZ_INSTANTS; i++) {
        f->instants[i] = sim__fuzz_below(f, f->span + 1);
    }
    f->end_ns = f->span * f->tick_ns;
}

/* Something fails in every scenario: who never fails needs no supervisor. */
static void draw_weights(struct sim__fuzz *f)
{
    static const enum sim__fuzz_feature features[] = {SIM__FUZZ_CRASH, SIM__FUZZ_SUCCEED,
                                                      SIM__FUZZ_HANG};
    sim__fuzz_subject(f, "weights", 0);
    f->weights[0] = sim__fuzz_between(f, 4, 12);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t weight = sim__fuzz_between(f, 1, i == 2 ? 3 : 6);
        f->weights[i + 1] = sim__fuzz_has(&f->drawn, features[i]) ? weight : 0;
    }
    f->weights[4] = sim__fuzz_between(f, 0, 3);
}

/* What a policy and the defaults may hold besides how services are kept going. */
static void put_more(struct sim__fuzz *f, struct sim__node *policy)
{
    if (sim__fuzz_chance(f, 40)) {
        sim__fuzz_liveness(f, policy);
    }
    if (sim__fuzz_chance(f, 25)) {
        sim__fuzz_plain_needs(f, policy);
    }
}

static struct sim__node *policies(struct sim__fuzz *f)
{
    static const char *const names[] = {"patient", "quick"};
    struct sim__node *map = sim__fuzz_map(f);
    for (uint32_t i = 0; i < 2; i++) {
        sim__fuzz_subject(f, "policy", i);
        struct sim__node *policy = sim__fuzz_map(f);
        sim__fuzz_pace_begin(f);
        sim__fuzz_policy(f, policy);
        sim__fuzz_pace_policy(f, i);
        put_more(f, policy);
        sim__tree_put(f->arena, map, names[i], policy);
        f->policies[f->policy_count++] = names[i];
    }
    return map;
}

static void put_heading(struct sim__fuzz *f, struct sim__node *root)
{
    sim__fuzz_put(f, root, KEY(SCENARIO), sim__fuzz_number(f, 1));
    sim__fuzz_put(f, root, KEY(NAME), sim__fuzz_numbered(f, "fuzz ", "", f->drawn.seed));
    sim__fuzz_put(f, root, KEY(SEED), sim__fuzz_number(f, f->drawn.seed));
}

static void put_shared(struct sim__fuzz *f, struct sim__node *root)
{
    sim__fuzz_put(f, root, KEY(SUPERVISOR), sim__fuzz_supervisor(f));
    sim__fuzz_subject(f, "conditions", 0);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_CONDITIONS)) {
        sim__fuzz_put(f, root, KEY(CONDITIONS), sim__fuzz_conditions(f));
    }
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_POLICIES)) {
        sim__fuzz_put(f, root, KEY(POLICIES), policies(f));
    }
    sim__fuzz_subject(f, "defaults", 0);
    struct sim__node *defaults = sim__fuzz_map(f);
    sim__fuzz_pace_begin(f);
    sim__fuzz_policy(f, defaults);
    if (sim__fuzz_has(&f->drawn, SIM__FUZZ_DEFAULTS)) {
        put_more(f, defaults);
        sim__fuzz_pace_usual(f);
        sim__fuzz_put(f, root, KEY(DEFAULTS), defaults);
    }
}

void sim__fuzz_begin(struct sim__fuzz *ret_f, struct sim_arena *arena, uint64_t seed)
{
    memset(ret_f, 0, offsetof(struct sim__fuzz, pace.services)); /* of which there are none */
    ret_f->arena = arena;
    ret_f->drawn.seed = seed;
    draw_features(ret_f);
    draw_weights(ret_f);
}

struct sim__node *sim__fuzz_generate(struct sim_arena *arena, uint64_t seed,
                                     struct sim__fuzz_drawn *ret_drawn)
{
    struct sim__node *root = sim__fuzz_generate_unsettled(arena, seed, ret_drawn);
    if (root != NULL) {
        sim__tree_spell(arena, root);
        sim__tree_settle(root);
    }
    return sim__arena_failed(arena) ? NULL : root;
}

struct sim__node *sim__fuzz_generate_unsettled(struct sim_arena *arena, uint64_t seed,
                                               struct sim__fuzz_drawn *ret_drawn)
{
    struct sim__fuzz fuzz;
    struct sim__fuzz *f = &fuzz;
    sim__fuzz_begin(f, arena, seed);
    f->unspelt = true;
    struct sim__node *root = sim__fuzz_map(f);
    draw_grid(f);
    f->longest.wait_ns = CLEAN_EXIT_DELAY_NS;
    sim__fuzz_pace_built_in(f, SUP_NS(CLEAN_EXIT_DELAY_NS));
    /* Until there are services nobody can be meant but those of a glob. */
    put_heading(f, root);
    put_shared(f, root);
    struct sim__node *services = sim__fuzz_services(f);
    draw_span(f);
    struct sim__node *timeline = sim__fuzz_timeline(f);
    f->end_ns += f->longest.stall_ns + f->tick_ns; /* what falls due in a stall comes late */
    sim__fuzz_second_phase(f, root, timeline);
    sim__fuzz_put(f, root, KEY(UNTIL), sim__fuzz_time(f, SUP_NS(f->end_ns)));
    sim__fuzz_put(f, root, KEY(SERVICES), services);
    if (timeline != NULL && timeline->count > 0) {
        sim__fuzz_put(f, root, KEY(TIMELINE), timeline);
    }
    if (sim__arena_failed(arena)) {
        return NULL;
    }
    *ret_drawn = f->drawn;
    return root;
}

/* One seed, and the sum of many; see campaign.h. */
#include "campaign.h"

#include <inttypes.h>
#include <string.h>

#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"

int sim__fuzz_try(uint64_t seed, const struct sim__trial_how *how, struct sim__fuzz_try *ret_try)
{
    struct sim__fuzz_try one = {.drawn = {.seed = seed}};
    struct sim_arena *arena;
    int error = sim__arena_create(&sup_allocator_libc, &arena);
    if (error != SUP_OK) {
        return error;
    }
    const struct sim__node *root = sim__fuzz_generate(arena, seed, &one.drawn);
    error = root == NULL ? SUP_ENOMEM : sim__trial_tree(root, how, &one.trial);
    sim__arena_free(arena);
    if (error == SUP_OK) {
        *ret_try = one;
    }
    return error;
}

static void put_comment(const struct sim__fuzz_try *one, const char *program, const char *version,
                        struct sim__text *text)
{
    sim__text_put(text, "# found by rehearse fuzz: ");
    sim__trial_signature(&one->trial, text);
    sim__text_format(text, "\n# seed: %" PRIu64 "\n# hash: %016" PRIx64 "\n# version: %s\n",
                     one->drawn.seed, one->trial.hash, version);
    sim__text_format(text, "# replay: %s fuzz --seeds %" PRIu64 "..%" PRIu64 "\n", program,
                     one->drawn.seed, one->drawn.seed);
}

int sim__fuzz_write(const struct sim__fuzz_try *one, const char *program, const char *version,
                    struct sim__text *text)
{
    struct sim__fuzz_drawn drawn;
    struct sim_arena *arena;
    int error = sim__arena_create(&sup_allocator_libc, &arena);
    if (error != SUP_OK) {
        return error;
    }
    const struct sim__node *root = sim__fuzz_generate(arena, one->drawn.seed, &drawn);
    put_comment(one, program, version, text);
    if (root != NULL) {
        sim__tree_write(root, text);
    }
    sim__arena_free(arena);
    return root == NULL || text->failed ? SUP_ENOMEM : SUP_OK;
}

static struct sim__fuzz_finding *find(struct sim__fuzz_tally *tally,
                                      const struct sim__fuzz_try *one)
{
    for (uint32_t i = 0; i < tally->finding_count; i++) {
        if (sim__trial_same(&tally->findings[i].fastest.trial, &one->trial)) {
            return &tally->findings[i];
        }
    }
    if (tally->finding_count == SIM__FUZZ_SIGNATURES) {
        tally->unkept++;
        return NULL;
    }
    struct sim__fuzz_finding *finding = &tally->findings[tally->finding_count++];
    finding->fastest = *one;
    return finding;
}

const struct sim__fuzz_finding *sim__fuzz_count(struct sim__fuzz_tally *tally,
                                                const struct sim__fuzz_try *one)
{
    const uint32_t services = one->drawn.services;
    const uint64_t events = one->trial.events;
    const bool failed = sim__trial_failed(&one->trial);
    tally->runs++;
    tally->events += events;
    tally->attempts += one->trial.attempts;
    tally->by_services[services < 255 ? services : 255]++;
    tally->by_events[events < SIM__FUZZ_EVENTS_COUNTED ? events : SIM__FUZZ_EVENTS_COUNTED - 1]++;
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        bool on = sim__fuzz_has(&one->drawn, (enum sim__fuzz_feature)i);
        tally->on[i] += on ? 1 : 0;
        tally->on_failed[i] += on && failed ? 1 : 0;
    }
    if (!failed) {
        return NULL;
    }
    tally->failed++;
    struct sim__fuzz_finding *finding = find(tally, one);
    if (finding != NULL) {
        finding->count++;
        if (events < finding->fastest.trial.events) {
            finding->fastest = *one;
        }
    }
    return finding;
}

static uint32_t median(const uint32_t *counts, uint32_t room, uint64_t runs)
{
    uint64_t wanted = (runs + 1) / 2;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < room && runs > 0; i++) {
        seen += counts[i];
        if (seen >= wanted) {
            return i;
        }
    }
    return 0;
}

uint32_t sim__fuzz_median_services(const struct sim__fuzz_tally *tally)
{
    return median(tally->by_services, 256, tally->runs);
}

uint32_t sim__fuzz_median_events(const struct sim__fuzz_tally *tally)
{
    return median(tally->by_events, SIM__FUZZ_EVENTS_COUNTED, tally->runs);
}

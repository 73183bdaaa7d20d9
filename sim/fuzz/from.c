/* From a file and a seed to a scenario; see from.h. */
#include "from.h"

#include "sup/error.h"
#include "sup/random.h"

static int tree_of(struct sim__fuzz_from *from, struct sim__fuzz_variant *variant)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim__reading reading = from->reading;
    if (variant->tree != NULL) {
        return SUP_OK;
    }
    reading.chosen = variant->chosen;
    reading.chosen_count = variant->chosen_count;
    int error =
        sim__tree_load(&reading, variant->chosen_count > 0 ? SIM__AS_CHOSEN : SIM__AS_WRITTEN,
                       from->arena, &diagnostics, &variant->tree);
    sim_diagnostics_release(&diagnostics);
    return error;
}

int sim__fuzz_from_make(struct sim__fuzz_from *from, uint64_t seed, struct sim_arena *arena,
                        uint32_t *ret_variant, struct sim__node **ret_root)
{
    static const char stream[] = "fuzz variant";
    struct sup_random random = sup_random_derive(seed, stream, sizeof(stream) - 1);
    uint32_t which = (uint32_t)sup_random_upto(&random, from->variant_count - 1, NULL);
    struct sim__fuzz_variant *variant = &from->variants[which];
    int error = tree_of(from, variant);
    if (error != SUP_OK) {
        return error;
    }
    struct sim__node *root = sim__tree_copy(arena, variant->tree);
    sim__tree_put(arena, root, "seed", sim__tree_number(arena, seed));
    if (from->reach == SIM__FUZZ_AT_LARGE && root != NULL) {
        sim__fuzz_mutate(arena, root, seed);
    }
    if (sim__arena_failed(arena)) {
        return SUP_ENOMEM;
    }
    sim__tree_settle(root);
    *ret_variant = which;
    *ret_root = root;
    return SUP_OK;
}

/* From a file to its tree, and from a tree to its scenario. */
#include "document.h"
#include "tree.h"

int sim__tree_read(const struct sim__node *root, const char *file,
                   struct sim_diagnostics *ret_diagnostics, struct sim_scenario **ret_scenario)
{
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = "", .file = file, .tree = root};
    *ret_diagnostics = (struct sim_diagnostics){0};
    return sim__scenario_read(&reading, ret_diagnostics, ret_scenario);
}

/* The combination's tree, copied. */
static struct sim__node *take_tree(const struct sim__document *document, uint32_t combination,
                                   struct sim_arena *arena)
{
    struct sim__node *root =
        sim__tree_copy(arena, sim__variants_apply(document, document->scratch, combination));
    if (root != NULL && root->kind == SIM__MAP) {
        (void)sim__tree_forget(root, "include");
        (void)sim__tree_forget(root, "vary");
        sim__tree_settle(root);
    }
    return root;
}

static uint32_t first_chosen(const struct sim__document *document)
{
    for (uint32_t i = 0; i < document->variants.count; i++) {
        if (sim__document_is_chosen(document, i)) {
            return i;
        }
    }
    return SIM__AS_WRITTEN;
}

int sim__tree_load(const struct sim__reading *how, uint32_t combination, struct sim_arena *arena,
                   struct sim_diagnostics *ret_diagnostics, struct sim__node **ret_root)
{
    struct sim__document document;
    *ret_diagnostics = (struct sim_diagnostics){0};
    int result = sim__document_open(&document, how);
    if (result == SUP_OK && document.reader.diagnosis.total > 0) {
        result = sim__document_refuse(&document, ret_diagnostics);
    } else if (result == SUP_OK) {
        combination = combination == SIM__AS_CHOSEN ? first_chosen(&document) : combination;
        *ret_root = take_tree(&document, combination, arena);
        result = *ret_root == NULL ? SUP_ENOMEM : SUP_OK;
    }
    sim__document_close(&document);
    return result;
}

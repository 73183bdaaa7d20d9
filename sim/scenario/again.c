/* The tree of a scenario that has been read, from the texts that it was made from: what it
 * includes is merged in, as it was then, and no file is opened. */
#include <string.h>

#include "document.h"
#include "tree.h"

struct again {
    const struct sim__sources *sources;
    struct sim__reader reader;
    bool met[SIM_INCLUDED_MAX + 1];
    struct sim__shares shares; /* in the order in which they are complete */
};

/* It has been read before without an error, so nothing will be said of it. NULL: out of memory,
 * or another file than it was. */
static struct sim__node *parse(struct again *again, uint32_t file)
{
    const struct sim_source *source = &again->sources->list[file];
    struct sim__diagnosis *silent = &again->reader.diagnosis;
    silent->file = file;
    struct sim__node *root =
        sim__node_parse(again->reader.scratch, silent, source->bytes, source->length);
    silent->file = 0;
    return root;
}

/* Which text the name stands for, beside that file, unless it was met before: by the name that it
 * was read by. Every other name of a file came later, and was left out. */
static uint32_t find(const struct again *again, uint32_t file, const char *name)
{
    const char *from = again->sources->list[file].name;
    const char *slash = name[0] == '/' ? NULL : strrchr(from, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - from) + 1;
    for (uint32_t i = 1; i < again->sources->count && i <= SIM_INCLUDED_MAX; i++) {
        const char *known = again->sources->list[i].name;
        if (!again->met[i] && strncmp(known, from, folder) == 0 &&
            strcmp(known + folder, name) == 0) {
            return i;
        }
    }
    return 0;
}

/* Goes down as deep as files include each other, which was bounded when they were read. */
static void include_all(struct again *again, uint32_t file, const struct sim__node *root)
{
    const struct sim__node *list = sim__node_at(root, SIM__KEY_INCLUDE);
    for (uint32_t i = 0; list != NULL && list->kind == SIM__LIST && i < list->count; i++) {
        const struct sim__node *name = list->entries[i].value;
        uint32_t found = name->kind == SIM__SCALAR ? find(again, file, name->text) : 0;
        again->met[found] = true;
        const struct sim__node *tree = found == 0 ? NULL : parse(again, found);
        if (tree != NULL) {
            include_all(again, found, tree);
            again->shares.trees[again->shares.count++] = tree;
        }
    }
}

struct sim__node *sim__tree_again(const struct sim__sources *sources, struct sim_arena *arena)
{
    struct again again = {
        .sources = sources,
        .reader = {.arena = arena,
                   .scratch = arena,
                   .seed = sim__hash(1, sources->list[0].bytes, sources->list[0].length)}};
    sim__diagnosis_init(&again.reader.diagnosis, arena);
    struct sim__node *root = parse(&again, 0);
    if (root != NULL && root->kind == SIM__MAP) {
        include_all(&again, 0, root);
        root = again.shares.count == 0 ? root : sim__share(&again.reader, &again.shares, root);
    }
    return root;
}

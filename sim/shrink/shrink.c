/* The passes, round after round; see shrink.h. */
#include "passes.h"

#include "sup/assert.h"
#include "sup/error.h"

/* The entry whose failure came first: an expectation, an action, or the service whose script
 * has one. */
static struct sim__node *pinned_of(const struct sim__shrinking *how)
{
    for (uint32_t i = 0; i < how->root->count; i++) {
        const struct sim__node *list = how->root->entries[i].value;
        for (uint32_t k = 0; list->kind == SIM__LIST && k < list->count; k++) {
            if (list->entries[k].place.line == how->line) {
                return list->entries[k].value;
            }
        }
    }
    return NULL;
}

static void go_round(struct sim__shrinker *s)
{
    static void (*const passes[])(struct sim__shrinker * s) = {
        sim__pass_pin,    sim__pass_lists,  sim__pass_entries, sim__pass_nesting, sim__pass_repeats,
        sim__pass_inline, sim__pass_counts, sim__pass_values,  sim__pass_names,
    };
    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]) && !sim__done(s); i++) {
        passes[i](s);
        SUP_ASSERT(s->undo_count == 0 || s->failed);
    }
}

int sim__shrink(const struct sim__shrinking *shrinking, struct sim__shrunk *ret_shrunk)
{
    struct sim__shrinker s = {.how = shrinking, .arena = shrinking->arena, .root = shrinking->root};
    uint64_t kept;
    sim__tree_settle(s.root);
    s.pinned = shrinking->line != 0 ? pinned_of(shrinking) : NULL;
    do {
        kept = s.shrunk.kept;
        s.shrunk.rounds++;
        go_round(&s);
        if (s.shrunk.kept == kept) {
            sim__pass_pairs(&s);
        }
    } while (s.shrunk.kept > kept && !sim__done(&s));
    if (!sim__done(&s)) {
        sim__pass_end(&s);
    }
    s.shrunk.whole = !s.enough;
    sim__tree_settle(s.root);
    bool failed = s.failed || sim__arena_failed(s.arena);
    sim__shrinker_release(&s);
    *ret_shrunk = s.shrunk;
    return failed ? SUP_ENOMEM : SUP_OK;
}

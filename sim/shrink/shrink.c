/* The passes, round after round; see shrink.h. */
#include "passes.h"

#include "sup/assert.h"
#include "sup/error.h"

/* The expectation whose failure came first. */
static struct sim__node *pinned_of(const struct sim__shrinking *how)
{
    const struct sim__node *list = sim__node_get(how->root, "expect");
    for (uint32_t i = 0; list != NULL && list->kind == SIM__LIST && i < list->count; i++) {
        if (list->entries[i].place.line == how->line) {
            return list->entries[i].value;
        }
    }
    return NULL;
}

static void go_round(struct sim__shrinker *s)
{
    static void (*const passes[])(struct sim__shrinker * s) = {
        sim__pass_pin,    sim__pass_lists,  sim__pass_entries, sim__pass_nesting,
        sim__pass_inline, sim__pass_values, sim__pass_names,
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
    } while (s.shrunk.kept > kept && !sim__done(&s));
    s.shrunk.whole = !s.enough;
    sim__tree_settle(s.root);
    bool failed = s.failed || sim__arena_failed(s.arena);
    sim__shrinker_release(&s);
    *ret_shrunk = s.shrunk;
    return failed ? SUP_ENOMEM : SUP_OK;
}

/* Asks a relation: two trees, two stories, and the first event that differs. */
#include "relation.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/duration.h"
#include "sup/assert.h"
#include "sup/error.h"

const char *sim__relation_name(enum sim__relation relation)
{
    static const char *const names[] = {
#define SIM__X(id, name) name,
        SIM__RELATION_LIST(SIM__X)
#undef SIM__X
    };
    SUP_ASSERT(relation < SIM__RELATIONS);
    return names[relation];
}

/* ---- trees ---- */

struct sim__node *sim__relation_base(struct sim_arena *arena, const struct sim__node *root)
{
    static const char *const judging[] = {"expect", "measures", "verdict"};
    struct sim__node *base = sim__tree_map(arena);
    for (uint32_t i = 0; root->kind == SIM__MAP && i < root->count; i++) {
        const struct sim__entry *entry = &root->entries[i];
        sim__tree_putn(arena, base, entry->key, entry->key_length, entry->value);
    }
    for (size_t i = 0; base != NULL && i < sizeof(judging) / sizeof(judging[0]); i++) {
        (void)sim__tree_forget(base, judging[i]);
    }
    return sim__arena_failed(arena) ? NULL : base;
}

bool sim__relation_is_length(const struct sim__node *node, struct sup_duration *ret_length)
{
    const char *why;
    uint64_t ns;
    if (node->kind != SIM__SCALAR) {
        return false;
    }
    if (node->made_of.ns > 0 && node->made_of.ns < SUP_NEVER_NS) {
        *ret_length = node->made_of;
        return true;
    }
    bool written = node->length > 1 && node->text[0] >= '0' && node->text[0] <= '9' &&
                   strchr("smhd", node->text[node->length - 1]) != NULL;
    if (!written || sim_duration_parse(node->text, &ns, &why) != SUP_OK || ns == 0 ||
        ns == SUP_NEVER_NS) {
        return false;
    }
    *ret_length = SUP_NS(ns);
    return true;
}

bool sim__relation_is_word(const struct sim__node *node, const char *word)
{
    return node != NULL && node->kind == SIM__SCALAR && strcmp(node->text, word) == 0;
}

struct sim__node *sim__relation_get(const struct sim__node *node, enum sim__key key)
{
    return node != NULL ? sim__node_at(node, key) : NULL;
}

/* ---- comparing ---- */

uint32_t sim__tale_difference(const struct sim__tale *one, const struct sim__tale *other)
{
    uint32_t count = one->count < other->count ? one->count : other->count;
    for (uint32_t i = 0; i < count; i++) {
        if (one->digests[i] != other->digests[i]) {
            return i + 1;
        }
    }
    /* What a run had still to tell when it was ended nobody knows. */
    const struct sim__tale *shorter = one->count < other->count ? one : other;
    return one->count == other->count || shorter->stopped ? 0 : count + 1;
}

struct sim__asking {
    enum sim__relation relation;
    bool can;
    struct sim_arena *arena;
    const struct sim__trial_how *how;
    struct sim__pair pair;
    struct sim__telling tellings[2];
    struct sim__tale stories[2];
    struct sim__ear ear; /* of the first story, when it is that of the tree itself */
    struct sim__relation_asked asked;
};

static void be_told(struct sim__asking *asking, uint32_t i, uint32_t quoted)
{
    const struct sim__pair *pair = &asking->pair;
    sim__tale_release(&asking->stories[i]);
    asking->tellings[i] = (struct sim__telling){
        .without = i == 0 ? NULL : pair->added,
        .tempo = i == 0 ? SIM__AS_TOLD : pair->tempo,
        .ends_where_all_are_met = pair->added != NULL,
        .quoted = quoted,
    };
}

/* From the one that is not known yet on. */
static int hear_both(struct sim__asking *asking, uint32_t first, uint32_t quoted)
{
    struct sim__node *trees[] = {asking->pair.one, asking->pair.other};
    int error = SUP_OK;
    for (uint32_t i = first; i < 2 && error == SUP_OK && !asking->stories[0].refused; i++) {
        be_told(asking, i, quoted);
        error = sim__tale_hear(trees[i], asking->how, &asking->tellings[i], &asking->stories[i]);
    }
    return error;
}

/* Spaces that make columns of a timeline are one in a sentence. */
static void put_line(struct sim__text *text, const char *line)
{
    if (line[0] == '\0') {
        sim__text_put(text, "there is none");
        return;
    }
    sim__text_put(text, "`");
    for (const char *c = line; *c != '\0'; c++) {
        if (*c != ' ' || c[1] != ' ') {
            sim__text_char(text, *c);
        }
    }
    sim__text_put(text, "`");
}

static void put_difference(struct sim__asking *asking, uint32_t event)
{
    static const char *const others[] = {
        [SIM__RELATION_UNRELATED_SERVICE] = "and with a service that has nothing to do with it",
        [SIM__RELATION_DOUBLED_TIMES] = "and with all times doubled, halved again here,",
    };
    struct sim__relation_asked *asked = &asking->asked;
    struct sim__text text;
    sim__text_init_fixed(&text, asked->message, sizeof(asked->message));
    sim__text_format(&text, "event %" PRIu32 " is ", event);
    put_line(&text, asking->stories[0].line);
    sim__text_format(&text, ", %s ", others[asking->relation]);
    put_line(&text, asking->stories[1].line);
}

/* Those of a difference are heard again, now for the two lines. */
static int compare(struct sim__asking *asking, uint32_t first)
{
    struct sim__relation_asked *asked = &asking->asked;
    int error = hear_both(asking, first, 0);
    const struct sim__tale *stories = asking->stories;
    if (error != SUP_OK || stories[0].refused || stories[1].refused) {
        return error;
    }
    uint32_t event = sim__tale_difference(&stories[0], &stories[1]);
    asked->events = event > 0 ? event - 1 : stories[0].count;
    asked->answer = event > 0 ? SIM__RELATION_BROKEN : SIM__RELATION_HOLDS;
    if (event == 0) {
        return SUP_OK;
    }
    error = hear_both(asking, 0, event);
    if (error == SUP_OK) {
        put_difference(asking, event);
    }
    return error;
}

static bool make_pair(struct sim__asking *asking, const struct sim__node *root, uint64_t draw)
{
    switch (asking->relation) {
    case SIM__RELATION_UNRELATED_SERVICE:
        return sim__pair_unrelated(asking->arena, root, draw, &asking->pair);
    case SIM__RELATION_DOUBLED_TIMES:
        return sim__pair_doubled(asking->arena, root, &asking->pair);
    case SIM__RELATIONS:
        break;
    }
    return false;
}

int sim__relation_begin(enum sim__relation relation, const struct sim__node *root,
                        const struct sim__trial_how *how, uint64_t draw,
                        struct sim__asking **ret_asking)
{
    struct sim__asking *asking = calloc(1, sizeof(*asking));
    if (asking == NULL) {
        return SUP_ENOMEM;
    }
    asking->relation = relation;
    asking->how = how;
    asking->asked.answer = SIM__RELATION_NOT_ASKED;
    int error = sim__arena_create(&sup_allocator_libc, &asking->arena);
    if (error == SUP_OK) {
        asking->can = make_pair(asking, root, draw);
        error = sim__arena_failed(asking->arena) ? SUP_ENOMEM : SUP_OK;
    }
    if (error != SUP_OK) {
        sim__relation_drop(asking);
        return error;
    }
    *ret_asking = asking;
    return SUP_OK;
}

const struct sim__listener *sim__relation_listen(struct sim__asking *asking)
{
    const struct sim__trial_how *how = asking->how;
    /* Faults and a tape are the trial's alone, and a changed tree has nobody to tell of it. */
    bool same = asking->can && asking->pair.as_it_is && how->faults == NULL && how->tape == NULL;
    if (!same) {
        return NULL;
    }
    be_told(asking, 0, 0);
    sim__ear_open(&asking->ear, &asking->tellings[0], &asking->stories[0]);
    return &asking->ear.listener;
}

int sim__relation_end(struct sim__asking *asking, const struct sim__trial *trial,
                      struct sim__relation_asked *ret_asked)
{
    const struct sim__ear *ear = &asking->ear;
    int error = ear->failed ? SUP_ENOMEM : SUP_OK;
    bool heard = trial != NULL && trial->sign == SIM__SIGN_PASSED && ear->listener.hear != NULL &&
                 ear->told == trial->events;
    if (error == SUP_OK && asking->can) {
        error = compare(asking, heard ? 1 : 0);
    }
    if (error == SUP_OK) {
        *ret_asked = asking->asked;
    }
    return error;
}

void sim__relation_drop(struct sim__asking *asking)
{
    if (asking != NULL) {
        sim__tale_release(&asking->stories[0]);
        sim__tale_release(&asking->stories[1]);
        sim__arena_free(asking->arena);
        free(asking);
    }
}

int sim__relation_ask(enum sim__relation relation, const struct sim__node *root,
                      const struct sim__trial_how *how, uint64_t draw,
                      struct sim__relation_asked *ret_asked)
{
    struct sim__asking *asking;
    int error = sim__relation_begin(relation, root, how, draw, &asking);
    if (error == SUP_OK) {
        error = sim__relation_end(asking, NULL, ret_asked);
        sim__relation_drop(asking);
    }
    return error;
}

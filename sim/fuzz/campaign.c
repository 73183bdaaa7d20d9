/* One seed, and the sum of many; see campaign.h. */
#include "campaign.h"

#include <inttypes.h>
#include <string.h>

#include "sim/base/escape.h"
#include "sim/relation/claim.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/random.h"

/* ---- one seed ---- */

/* No seed is asked two in a sample: what they cost is spread. */
static bool is_wanted(const struct sim__fuzz_how *how, uint64_t seed, enum sim__relation relation)
{
    static const char stream[] = "relations";
    switch (how->relations) {
    case SIM__FUZZ_RELATIONS_ALL:
        return true;
    case SIM__FUZZ_RELATIONS_NONE:
        return false;
    case SIM__FUZZ_RELATIONS_SAMPLE:
        break;
    }
    struct sup_random random = sup_random_derive(seed, stream, sizeof(stream) - 1);
    return sup_random_upto(&random, SIM__FUZZ_RELATION_EVERY - 1, NULL) == (uint64_t)relation;
}
static_assert(SIM__RELATIONS <= SIM__FUZZ_RELATION_EVERY, "a sample has room for each");

/* Of a mutant of the corpus less is wanted. */
static const struct sim__trial_how *how_of(const struct sim__fuzz_how *how,
                                           const struct sim__fuzz_try *one)
{
    return one->input > 0 ? &how->corpus->how : &how->trial;
}

struct questions {
    struct sim_arena *arena;                    /* of the tree */
    struct sim__asking *asking[SIM__RELATIONS]; /* NULL: nothing was made for it before the trial */
    struct sim__trial_how trial;
};

static int ask(const struct sim__node *root, const struct sim__fuzz_how *how,
               const struct questions *questions, struct sim__fuzz_try *one)
{
    int error = SUP_OK;
    for (uint32_t i = 0; i < SIM__RELATIONS && error == SUP_OK; i++) {
        const enum sim__relation relation = (enum sim__relation)i;
        struct sim__relation_asked asked = {.answer = SIM__RELATION_LEFT_OUT};
        const bool fails = sim__trial_failed(&one->trial);
        if (questions->asking[i] != NULL && !fails) {
            error = sim__relation_end(questions->asking[i], &one->trial, &asked);
        } else if (!fails && is_wanted(how, one->drawn.seed, relation)) {
            error = sim__relation_ask(relation, root, how_of(how, one), one->drawn.seed, &asked);
        }
        one->relations[i] = asked.answer;
        if (asked.answer == SIM__RELATION_BROKEN) {
            sim__trial_sign(&one->trial, SIM__SIGN_RELATION, sim__relation_name(relation),
                            asked.message);
        }
    }
    return error;
}

/* The file may have expected to fail. */
static void heed_verdict(const struct sim__node *root, struct sim__trial *trial)
{
    static const struct {
        const char *verdict;
        enum sim__sign sign;
    } rows[] = {{"expectation-failed", SIM__SIGN_EXPECTATION},
                {"invariant-broken", SIM__SIGN_INVARIANT},
                {"stalled", SIM__SIGN_STALLED}};
    const struct sim__node *verdict = sim__node_at(root, SIM__KEY_VERDICT);
    for (size_t i = 0; verdict != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(verdict->text, rows[i].verdict) != 0) {
            continue;
        }
        if (trial->sign == rows[i].sign) {
            sim__trial_sign(trial, SIM__SIGN_PASSED, "", "");
        } else if (trial->sign == SIM__SIGN_PASSED) {
            sim__trial_sign(trial, SIM__SIGN_EXPECTATION, "verdict",
                            "the scenario passes, and says in its `verdict` that it does not");
        }
    }
}

/* Of a mutant only that is a failure which must not be in any scenario. */
static void heed_mutant(struct sim__fuzz_try *one)
{
    switch (one->trial.sign) {
    case SIM__SIGN_REFUSED:
        one->fate = SIM__FUZZ_REFUSED;
        break;
    case SIM__SIGN_STALLED:
        one->fate = SIM__FUZZ_ENDLESS;
        break;
    case SIM__SIGN_EXPECTATION:
        break;
    default:
        return;
    }
    sim__trial_sign(&one->trial, SIM__SIGN_PASSED, "", "");
}

static bool is_generated(const struct sim__fuzz_how *how, const struct sim__fuzz_try *one)
{
    return how->from == NULL && one->input == 0;
}

/* One of the generator's is neither settled nor spelt, but where it may go into a corpus. */
static int make(const struct sim__fuzz_how *how, struct sim_arena *arena, struct sim__fuzz_try *one,
                struct sim__node **ret_root)
{
    if (how->from != NULL) {
        return sim__fuzz_from_make(how->from, one->drawn.seed, arena, &one->variant, ret_root);
    }
    if (how->corpus != NULL) {
        int error = sim__corpus_make(how->corpus, one->drawn.seed, arena, &one->input, ret_root);
        if (error != SUP_OK || one->input > 0) {
            return error;
        }
    }
    *ret_root = sim__fuzz_generate_unsettled(arena, one->drawn.seed, &one->drawn);
    if (*ret_root != NULL && how->corpus != NULL) {
        sim__tree_spell(arena, *ret_root);
    }
    return sim__arena_failed(arena) ? SUP_ENOMEM : SUP_OK;
}

/* Where something stands is of interest in the few that fail: these are settled then, and tried
 * again. */
static int try_again(struct sim_arena *arena, struct sim__node *root,
                     const struct sim__fuzz_how *how, struct sim__fuzz_try *one)
{
    struct sim__trial again;
    sim__tree_spell(arena, root);
    sim__tree_settle(root);
    int error =
        sim__arena_failed(arena) ? SUP_ENOMEM : sim__trial_tree(root, how_of(how, one), &again);
    if (error == SUP_OK && sim__trial_same(&one->trial, &again)) {
        one->trial = again;
    }
    return error;
}

/* What is wanted of a scenario, so that its trial can tell what the relations need to know. */
static int prepare(const struct sim__node *root, const struct sim__fuzz_how *how,
                   const struct sim__fuzz_try *one, struct questions *questions)
{
    int error = SUP_OK;
    questions->trial = *how_of(how, one);
    for (uint32_t i = 0; i < SIM__RELATIONS && error == SUP_OK && is_generated(how, one); i++) {
        const enum sim__relation relation = (enum sim__relation)i;
        const uint64_t seed = one->drawn.seed;
        struct sim__asking **asking = &questions->asking[i];
        if (is_wanted(how, seed, relation)) {
            error = sim__relation_begin(relation, root, how_of(how, one), seed, asking);
        }
        if (*asking != NULL && questions->trial.listener == NULL) {
            questions->trial.listener = sim__relation_listen(*asking);
        }
    }
    return error;
}

static int try_tree(struct sim__node *root, const struct sim__fuzz_how *how,
                    const struct questions *questions, struct sim__fuzz_try *one)
{
    int error = sim__trial_tree(root, &questions->trial, &one->trial);
    if (error == SUP_OK && is_generated(how, one) && sim__trial_failed(&one->trial)) {
        error = try_again(questions->arena, root, how, one);
    }
    if (error != SUP_OK) {
        return error;
    }
    if (how->from != NULL || one->input > 0) {
        one->drawn.services = one->trial.services;
        if (one->input > 0 || how->from->reach == SIM__FUZZ_AT_LARGE) {
            heed_mutant(one);
        } else {
            heed_verdict(root, &one->trial);
        }
    }
    error = one->fate == SIM__FUZZ_JUDGED ? ask(root, how, questions, one) : SUP_OK;
    if (error == SUP_OK && how->lit != NULL && one->fate == SIM__FUZZ_JUDGED &&
        !sim__trial_failed(&one->trial)) {
        error = sim__corpus_look(how->corpus, root, how_of(how, one), how->lit);
    }
    return error;
}

int sim__fuzz_try(uint64_t seed, const struct sim__fuzz_how *how, struct sim__fuzz_try *ret_try)
{
    struct sim__fuzz_try one = {.drawn = {.seed = seed}};
    struct questions questions = {.arena = NULL};
    struct sim__node *root;
    struct sim_arena *arena;
    int error = sim__arena_create(&sup_allocator_libc, &arena);
    if (error != SUP_OK) {
        return error;
    }
    error = make(how, arena, &one, &root);
    if (error == SUP_OK) {
        questions.arena = arena;
        error = prepare(root, how, &one, &questions);
        error = error == SUP_OK ? try_tree(root, how, &questions, &one) : error;
    } else if (error == SUP_EINVAL) {
        sim__trial_sign(&one.trial, SIM__SIGN_REFUSED, "", "the file has changed meanwhile");
        error = SUP_OK;
    }
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        sim__relation_drop(questions.asking[i]);
    }
    sim__arena_free(arena);
    if (error == SUP_OK) {
        *ret_try = one;
    }
    return error;
}

/* ---- its file ---- */

/* A relation is no part of the file, which passes. */
static void put_relation(const struct sim__fuzz_try *one, struct sim__text *text)
{
    struct sim__claim claim = {.draw = one->drawn.seed};
    if (one->trial.sign == SIM__SIGN_RELATION &&
        sim__relation_named(one->trial.word, strlen(one->trial.word), &claim.relation)) {
        sim__text_format(text, "# the file alone passes; the relation %s breaks:\n# ",
                         one->trial.word);
        sim__text_safe(text, one->trial.message, strlen(one->trial.message));
        sim__text_put(text, "\n# of this file: rehearse shrink --relation ");
        sim__claim_put(&claim, text);
        sim__text_put(text, " THIS-FILE\n");
    }
}

static void put_comment(const struct sim__fuzz_try *one, const struct sim__fuzz_origin *origin,
                        struct sim__text *text)
{
    sim__text_put(text, "# found by rehearse fuzz: ");
    sim__trial_signature(&one->trial, text);
    sim__text_format(text, "\n# seed: %" PRIu64 "\n# hash: %016" PRIx64 "\n# version: %s\n",
                     one->drawn.seed, one->trial.hash, origin->version);
    sim__text_format(text, "# replay: %s --seeds %" PRIu64 "..%" PRIu64 "\n", origin->command,
                     one->drawn.seed, one->drawn.seed);
    put_relation(one, text);
}

int sim__fuzz_write(const struct sim__fuzz_try *one, const struct sim__fuzz_how *how,
                    const struct sim__fuzz_origin *origin, struct sim__text *text)
{
    struct sim__fuzz_try again = {.drawn = {.seed = one->drawn.seed}, .input = one->input};
    struct sim__node *root;
    struct sim_arena *arena;
    int error = sim__arena_create(&sup_allocator_libc, &arena);
    if (error != SUP_OK) {
        return error;
    }
    error = make(how, arena, &again, &root);
    if (error == SUP_OK) {
        sim__tree_spell(arena, root);
        put_comment(one, origin, text);
        sim__tree_write(root, text);
    }
    bool failed = text->failed || sim__arena_failed(arena);
    sim__arena_free(arena);
    return error == SUP_OK && failed ? SUP_ENOMEM : error;
}

/* ---- many ---- */

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

static void count_relations(struct sim__fuzz_tally *tally, const struct sim__fuzz_try *one)
{
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        struct sim__fuzz_asked *asked = &tally->relations[i];
        enum sim__relation_answer answer = one->relations[i];
        asked->wanted += answer != SIM__RELATION_LEFT_OUT ? 1 : 0;
        asked->asked += answer == SIM__RELATION_HOLDS || answer == SIM__RELATION_BROKEN ? 1 : 0;
        asked->broken += answer == SIM__RELATION_BROKEN ? 1 : 0;
    }
}

const struct sim__fuzz_finding *sim__fuzz_count(struct sim__fuzz_tally *tally,
                                                const struct sim__fuzz_try *one)
{
    const uint32_t services = one->drawn.services;
    const uint64_t events = one->trial.events;
    const bool failed = sim__trial_failed(&one->trial);
    if (one->fate != SIM__FUZZ_JUDGED) {
        tally->refused += one->fate == SIM__FUZZ_REFUSED ? 1 : 0;
        tally->endless += one->fate == SIM__FUZZ_ENDLESS ? 1 : 0;
        return NULL;
    }
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
    count_relations(tally, one);
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

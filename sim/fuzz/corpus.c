/* Inputs that lit something new; see corpus.h. */
#include "corpus.h"

#include <stdlib.h>
#include <string.h>

#include "from.h"
#include "sim/base/grow.h"
#include "sim/scenario/read.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/random.h"

/* Of a hundred seeds so many change an input, once there is one. */
#define MUTANTS_PERCENT 50u

uint64_t sim__corpus_hash(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

int sim__corpus_add(struct sim__corpus *corpus, const char *bytes, size_t length)
{
    const uint64_t hash = sim__corpus_hash(bytes, length);
    if (length > SIM__CORPUS_INPUT_BYTES || corpus->count >= SIM__CORPUS_INPUTS ||
        corpus->bytes + length > SIM__CORPUS_BYTES) {
        return SUP_ELIMIT;
    }
    for (uint32_t i = 0; i < corpus->count; i++) {
        if (corpus->inputs[i].hash == hash) {
            return SUP_EEXISTS;
        }
    }
    struct sim__corpus_input *inputs =
        sim__grown(corpus->inputs, &corpus->room, (uint64_t)corpus->count + 1, sizeof *inputs);
    if (inputs == NULL) {
        return SUP_ENOMEM;
    }
    corpus->inputs = inputs;
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    inputs[corpus->count++] = (struct sim__corpus_input){copy, length, hash};
    corpus->bytes += length;
    return SUP_OK;
}

void sim__corpus_take_back(struct sim__corpus *corpus)
{
    SUP_ASSERT(corpus->count > corpus->used);
    const struct sim__corpus_input *last = &corpus->inputs[--corpus->count];
    corpus->bytes -= last->length;
    free(last->bytes);
}

/* ---- making ---- */

static int load(const char *bytes, size_t length, struct sim_arena *arena,
                struct sim__node **ret_root)
{
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = bytes, .length = length, .file = "input"};
    struct sim_diagnostics diagnostics = {0};
    int error = sim__tree_load(&reading, SIM__AS_WRITTEN, arena, &diagnostics, ret_root);
    sim_diagnostics_release(&diagnostics);
    return error;
}

uint32_t sim__corpus_draw(const struct sim__corpus *corpus, uint64_t seed)
{
    static const char stream[] = "fuzz corpus";
    struct sup_random random = sup_random_derive(seed, stream, sizeof(stream) - 1);
    if (corpus->used == 0 || sup_random_upto(&random, 99, NULL) >= MUTANTS_PERCENT) {
        return 0;
    }
    return 1 + (uint32_t)sup_random_upto(&random, corpus->used - 1, NULL);
}

int sim__corpus_make(const struct sim__corpus *corpus, uint64_t seed, struct sim_arena *arena,
                     uint32_t *input, struct sim__node **ret_root)
{
    struct sim__node *root = NULL;
    *input = *input > 0 ? *input : sim__corpus_draw(corpus, seed);
    if (*input == 0) {
        return SUP_OK;
    }
    const struct sim__corpus_input *kept = &corpus->inputs[*input - 1];
    int error = load(kept->bytes, kept->length, arena, &root);
    if (error != SUP_OK) {
        return error;
    }
    sim__tree_put(arena, root, "seed", sim__tree_number(arena, seed));
    sim__fuzz_mutate(arena, root, seed);
    sim__tree_settle(root);
    *ret_root = root;
    return sim__arena_failed(arena) ? SUP_ENOMEM : SUP_OK;
}

/* ---- looking ---- */

/* Leaves what the corpus has not. */
static void keep_new(const struct sim__corpus *corpus, struct sim__lit *lit)
{
    for (uint32_t i = 0; i < SIM__LIGHTS / 64; i++) {
        lit->lights.words[i] &= ~corpus->lights.words[i];
    }
    lit->count = sim__lights_count(&lit->lights);
}

int sim__corpus_look(const struct sim__corpus *corpus, const struct sim__node *root,
                     const struct sim__trial_how *how, struct sim__lit *ret_lit)
{
    enum sim__hearing hearing = SIM__HEARING_REFUSED;
    ret_lit->lights = (struct sim__lights){{0}};
    ret_lit->count = 0;
    sim__text_clear(&ret_lit->text);
    int error = sim__lights_hear(root, how, &ret_lit->lights, &hearing);
    if (error != SUP_OK || hearing != SIM__HEARING_WHOLE) {
        return error;
    }
    keep_new(corpus, ret_lit);
    if (ret_lit->count > 0) {
        sim__tree_write(root, &ret_lit->text);
    }
    return ret_lit->text.failed ? SUP_ENOMEM : SUP_OK;
}

/* A variant of a file that varies is chosen by what calls it. */
static bool take(void *context, struct sim_scenario *scenario)
{
    bool *varies = context;
    *varies |= scenario->varied_count > 0;
    sim_scenario_free(scenario);
    return true;
}

/* Whether it is none, or varies something; 0 or SUP_ENOMEM. */
static int is_refused(const char *bytes, size_t length, bool *ret_refused)
{
    bool result = false;
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = bytes,
                                         .length = length,
                                         .file = "input",
                                         .take = take,
                                         .context = &result};
    struct sim_diagnostics diagnostics = {0};
    int error = sim__scenario_read(&reading, &diagnostics, NULL);
    sim_diagnostics_release(&diagnostics);
    *ret_refused = error != SUP_OK || result;
    return error == SUP_ENOMEM ? error : SUP_OK;
}

const char *sim__corpus_read(const struct sim__corpus *corpus, const char *bytes, size_t length,
                             struct sim__lit *ret_lit, int *ret_error)
{
    enum sim__hearing hearing = SIM__HEARING_REFUSED;
    struct sim__node *root = NULL;
    struct sim_arena *arena;
    *ret_error = sim__arena_create(&sup_allocator_libc, &arena);
    if (*ret_error != SUP_OK) {
        return NULL;
    }
    int error = load(bytes, length, arena, &root);
    if (error == SUP_OK && root->kind != SIM__MAP) { /* a word, or a list */
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        sim__tree_settle(root);
        error = sim__lights_hear(root, &corpus->how, &ret_lit->lights, &hearing);
        sim__tree_write(root, &ret_lit->text);
        ret_lit->count = sim__lights_count(&ret_lit->lights);
    }
    sim__arena_free(arena);
    *ret_error = error == SUP_ENOMEM || ret_lit->text.failed ? SUP_ENOMEM : SUP_OK;
    bool refused = error == SUP_EINVAL || hearing == SIM__HEARING_REFUSED;
    if (!refused && *ret_error == SUP_OK) {
        *ret_error = is_refused(bytes, length, &refused);
    }
    if (refused) {
        return "it is no scenario that stands alone and varies nothing";
    }
    return hearing == SIM__HEARING_STOPPED ? "its run does not come to its end" : NULL;
}

void sim__corpus_release(struct sim__corpus *corpus)
{
    for (uint32_t i = 0; i < corpus->count; i++) {
        free(corpus->inputs[i].bytes);
    }
    free(corpus->inputs);
    *corpus = (struct sim__corpus){.count = 0};
}

/* The claim that a file breaks a relation; see claim.h. */
#include "claim.h"

#include <inttypes.h>
#include <string.h>

#include "sim/scenario/read.h"
#include "sup/alloc.h"
#include "sup/error.h"

/* ---- as text ---- */

bool sim__relation_named(const char *name, size_t length, enum sim__relation *ret_relation)
{
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        const char *known = sim__relation_name((enum sim__relation)i);
        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            *ret_relation = (enum sim__relation)i;
            return true;
        }
    }
    return false;
}

static bool read_number(const char *digits, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (digits[0] == '\0') {
        return false;
    }
    for (; *digits != '\0'; digits++) {
        uint64_t digit = (uint64_t)(unsigned char)*digits - '0';
        if (digit > 9 || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = 10 * number + digit;
    }
    *ret_number = number;
    return true;
}

const char *sim__claim_read(const char *value, struct sim__claim *ret_claim)
{
    struct sim__claim claim = {.draw = 1};
    size_t length = strcspn(value, ":");
    if (!sim__relation_named(value, length, &claim.relation)) {
        return "unrelated-service or doubled-times";
    }
    if (value[length] == ':' && !read_number(value + length + 1, &claim.draw)) {
        return "a number comes behind the colon: unrelated-service:917";
    }
    *ret_claim = claim;
    return NULL;
}

void sim__claim_put(const struct sim__claim *claim, struct sim__text *text)
{
    sim__text_put(text, sim__relation_name(claim->relation));
    if (claim->draw != 1 && claim->relation == SIM__RELATION_UNRELATED_SERVICE) {
        sim__text_format(text, ":%" PRIu64, claim->draw);
    }
}

/* ---- asking ---- */

/* With one draw after the other, until it breaks; where nothing is drawn once is enough. */
static int ask(const struct sim__claim *claim, const struct sim__node *root,
               const struct sim__trial_how *how, struct sim__relation_asked *ret_asked)
{
    uint32_t draws = claim->relation == SIM__RELATION_UNRELATED_SERVICE ? SIM__CLAIM_DRAWS : 1;
    int error = SUP_OK;
    *ret_asked = (struct sim__relation_asked){.answer = SIM__RELATION_LEFT_OUT};
    for (uint32_t i = 0; i < draws && error == SUP_OK; i++) {
        error = sim__relation_ask(claim->relation, root, how, claim->draw + i, ret_asked);
        if (ret_asked->answer == SIM__RELATION_BROKEN ||
            ret_asked->answer == SIM__RELATION_NOT_ASKED) {
            break;
        }
    }
    return error;
}

static int ask_text(const struct sim__claim *claim, const struct sim__trial_file *file,
                    const struct sim__trial_how *how, struct sim__relation_asked *ret_asked)
{
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = file->bytes,
                                         .length = file->length,
                                         .file = "claim"};
    struct sim_diagnostics diagnostics = {0};
    struct sim__node *root = NULL;
    struct sim_arena *arena;
    int error = sim__arena_create(&sup_allocator_libc, &arena);
    if (error != SUP_OK) {
        return error;
    }
    error = sim__tree_load(&reading, SIM__AS_WRITTEN, arena, &diagnostics, &root);
    if (error == SUP_OK) {
        error = ask(claim, root, how, ret_asked);
    }
    sim_diagnostics_release(&diagnostics);
    sim__arena_free(arena);
    return error;
}

int sim__claim_trial(const void *context, const struct sim__trial_file *file,
                     const struct sim__trial_how *how, struct sim__trial *ret_trial)
{
    const struct sim__claim *claim = context;
    struct sim__relation_asked asked = {.answer = SIM__RELATION_LEFT_OUT};
    struct sim__trial trial;
    int error = sim__trial_text(file->bytes, file->length, how, &trial);
    bool ran =
        error == SUP_OK && (trial.sign == SIM__SIGN_PASSED || trial.sign == SIM__SIGN_EXPECTATION ||
                            trial.sign == SIM__SIGN_INVARIANT);
    if (ran) {
        error = ask_text(claim, file, how, &asked);
    }
    if (error != SUP_OK) {
        return error;
    }
    if (asked.answer == SIM__RELATION_BROKEN) {
        memset(trial.detail, 0, sizeof(trial.detail));
        if (trial.sign == SIM__SIGN_INVARIANT) {
            memcpy(trial.detail, trial.word, sizeof(trial.detail));
        }
        trial.line = 0;
        sim__trial_sign(&trial, SIM__SIGN_RELATION, sim__relation_name(claim->relation),
                        asked.message);
    }
    *ret_trial = trial;
    return SUP_OK;
}

/* Files of recorded runs; see recorded.h. */
#include "recorded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sets.h"
#include "sim/base/escape.h"
#include "sim/run.h"
#include "sim/scenario/file.h"
#include "sup/sup.h"

#define CHUNK_BYTES 65536u

static int say(const char *path, const char *why)
{
    struct sim__text name = {0};
    sim__text_show(&name, path);
    fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    sim__text_release(&name);
    return SIM_EXIT_USAGE;
}

/* ---- reading ---- */

/* All of the file, up to one byte more than it may have. NULL, or why not. */
static const char *slurp(const char *path, struct sim__text *text)
{
    static char chunk[CHUNK_BYTES];
    FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (stream == NULL) {
        return strerror(errno);
    }
    size_t got = 0;
    do {
        got = fread(chunk, 1, sizeof chunk, stream);
        sim__text_putn(text, chunk, got);
    } while (got > 0 && text->length <= SIM__RECORDED_BYTES_MAX);
    const char *why = ferror(stream) ? strerror(errno) : NULL;
    if (stream != stdin) {
        fclose(stream);
    }
    return text->failed ? "out of memory" : why;
}

int cli_recorded_load(const char *path, struct sim__recorded *ret_recorded)
{
    struct sim__text text = {0};
    struct sim__recorded_mistake mistake = {0};
    *ret_recorded = (struct sim__recorded){0};
    const char *why = slurp(path, &text);
    int result = SUP_EINVAL;
    if (why == NULL) {
        result = sim__recorded_read(sim__text_string(&text), text.length, ret_recorded, &mistake);
    }
    sim__text_release(&text);
    if (result == SUP_OK) {
        return SIM_EXIT_PASS;
    }
    if (result == SUP_ENOMEM) {
        return say(path, "out of memory");
    }
    if (why != NULL) {
        return say(path, why);
    }
    struct sim__text place = {0};
    sim__text_show(&place, path);
    fprintf(stderr, "rehearse: %s:%u: %s\n", sim__text_string(&place), (unsigned)mistake.line,
            mistake.why);
    sim__text_release(&place);
    return SIM_EXIT_USAGE;
}

bool cli_recorded_digest(const char *path, uint64_t *ret_digest)
{
    struct sim__file file = {0};
    const char *why = "out of memory";
    bool good = sim__file_read(path, &file, &why) == SUP_OK;
    if (good) {
        *ret_digest = sim__recorded_digest(file.bytes != NULL ? file.bytes : "", file.length);
    } else {
        say(path, why);
    }
    free(file.bytes);
    return good;
}

/* ---- options ---- */

const char *cli_recorded_options(const struct sim__recorded *recorded,
                                 const struct cli_options *options, struct cli_options *ret_own)
{
    const char *why = NULL;
    *ret_own = *options;
    ret_own->paths = calloc(1, sizeof ret_own->paths[0]);
    ret_own->sets = calloc((size_t)recorded->sets.count + 1, sizeof ret_own->sets[0]);
    ret_own->chosen = calloc((size_t)recorded->variants.count + 1, sizeof ret_own->chosen[0]);
    ret_own->set_count = ret_own->chosen_count = 0;
    if (ret_own->paths == NULL || ret_own->sets == NULL || ret_own->chosen == NULL) {
        return "out of memory";
    }
    ret_own->paths[0] = options->path_count > 0 ? options->paths[0] : recorded->scenario;
    ret_own->path_count = 1;
    for (uint32_t i = 0; why == NULL && i < recorded->sets.count; i++) {
        why = cli_set_set(ret_own, recorded->sets.texts[i]);
    }
    for (uint32_t i = 0; why == NULL && i < recorded->variants.count; i++) {
        why = cli_set_variant(ret_own, recorded->variants.texts[i]);
    }
    ret_own->jobs = 1;
    ret_own->max_events = options->max_events != 0 ? options->max_events : recorded->max_events;
    ret_own->max_steps = options->max_steps != 0 ? options->max_steps : recorded->max_steps;
    if (!options->has_seed) {
        ret_own->has_seed = true;
        ret_own->seed_first = ret_own->seed_last = recorded->seed;
    }
    return why;
}

void cli_recorded_drop(struct cli_options *own)
{
    free(own->paths);
    cli_sets_release(own->sets, own->set_count);
    cli_sets_release(own->chosen, own->chosen_count);
    *own = (struct cli_options){0};
}

/* ---- making ---- */

static int add_setting(struct sim__settings *settings, const char *key, const char *value)
{
    struct sim__text text = {0};
    sim__text_format(&text, "%s=%s", key, value);
    int error = text.failed ? SUP_ENOMEM : SUP_OK;
    if (error == SUP_OK && !sim__recorded_text_is_good(sim__text_string(&text))) {
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        error = sim__settings_add(settings, text.bytes, text.length);
    }
    sim__text_release(&text);
    return error;
}

static int set_text(char **text, const char *value)
{
    return sim__recorded_text_is_good(value) ? sim__recorded_set(text, value, strlen(value))
                                             : SUP_EINVAL;
}

int cli_recorded_make(const struct cli_case *one, const struct cli_options *options,
                      const struct sim__trial *trial, struct sim__choices *choices,
                      struct sim__recorded *ret_recorded)
{
    struct sim__recorded *r = ret_recorded;
    char signature[2 * SIM__TRIAL_WORD_BYTES];
    struct sim__text text;
    *r = (struct sim__recorded){
        .seed = trial->seed,
        .hash = trial->hash,
        .max_events = options->max_events,
        .max_steps = options->max_steps,
        .choices = *choices,
    };
    *choices = (struct sim__choices){0};
    if (!cli_recorded_digest(one->path, &r->digest)) {
        return SUP_EINVAL;
    }
    sim__text_init_fixed(&text, signature, sizeof signature);
    sim__trial_signature(trial, &text);
    int error = set_text(&r->version, SUP_VERSION);
    error = error == SUP_OK ? set_text(&r->scenario, one->path) : error;
    error = error == SUP_OK ? set_text(&r->signature, signature) : error;
    for (uint32_t i = 0; i < options->set_count && error == SUP_OK; i++) {
        error = add_setting(&r->sets, options->sets[i].path, options->sets[i].value);
    }
    for (uint32_t i = 0; i < one->scenario->varied_count && error == SUP_OK; i++) {
        const struct sim_varied *varied = &one->scenario->varied[i];
        error = add_setting(&r->variants, varied->key, varied->value);
    }
    return error;
}

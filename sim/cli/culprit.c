/* The file of a culprit; see culprit.h. */
#include "culprit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "interrupt.h"
#include "output.h"
#include "progress.h"
#include "sim/scenario/read.h"
#include "sim/scenario/tree.h"
#include "sim/shrink/shrink.h"
#include "sim/sweep/spell.h"
#include "sim/trial/apart.h"
#include "sup/error.h"
#include "sup/sup.h"

#define SECOND UINT64_C(1000000000)
#define BUDGET SUP_NS(20 * SECOND) /* of one file */
#define PATIENCE SUP_NS(20 * SECOND)

struct culprit {
    const struct cli_fall *fall;
    const struct cli_options *options;
    struct sup_duration late;
    struct sim_arena *arena;
    struct sim__node *root; /* of the file */
    struct sim__node *said; /* with the fault in it */
    struct sim__apart *apart;
    struct sim__trial trial; /* of the latter */
    struct sup_instant until;
    struct sim__text text;
    int error;
};

/* ---- reading ---- */

/* The tree of the file, with the values that were set and chosen. */
static int load(struct culprit *culprit)
{
    const struct cli_options *options = culprit->options;
    const struct cli_case *one = culprit->fall->swept->one;
    const struct sim_scenario *scenario = one->scenario;
    const struct sim_limits limits = {.memory_bytes = options->max_memory, .tasks = options->tasks};
    struct sim_diagnostics diagnostics = {0};
    struct sim__file file = {0};
    const char *why = NULL;
    struct sim__set *chosen = calloc((size_t)scenario->varied_count + 1, sizeof *chosen);
    int error = chosen == NULL ? SUP_ENOMEM : sim__file_read(one->path, &file, &why);
    for (uint32_t i = 0; chosen != NULL && i < scenario->varied_count; i++) {
        chosen[i] = (struct sim__set){scenario->varied[i].key, scenario->varied[i].value};
    }
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = file.bytes,
        .length = file.length,
        .file = one->path,
        .limits = &limits,
        .path = one->path,
        .identity = file.identity,
        .sets = options->sets,
        .set_count = options->set_count,
        .chosen = chosen,
        .chosen_count = scenario->varied_count,
    };
    if (error == SUP_OK) {
        error =
            sim__tree_load(&reading, scenario->varied_count > 0 ? SIM__AS_CHOSEN : SIM__AS_WRITTEN,
                           culprit->arena, &diagnostics, &culprit->root);
    }
    if (error == SUP_OK && options->has_seed) {
        sim__tree_put(culprit->arena, culprit->root, "seed",
                      sim__tree_number(culprit->arena, options->seed_first));
    }
    sim_diagnostics_release(&diagnostics);
    free(file.bytes);
    free(chosen);
    return error;
}

/* ---- trying ---- */

static bool fails_so(const struct culprit *culprit, const struct sim__trial *trial)
{
    return sim__trial_same(trial, &culprit->fall->first.trial);
}

/* A smaller file that fails without the fault would be about something else. */
static bool has_fault(const struct culprit *culprit, const char *bytes)
{
    bool start = culprit->fall->first.point.first.kind == SIM__POINT_START;
    return strstr(bytes, start ? "refuse" : "stall") != NULL;
}

static enum sim__judgement judge(void *context, const struct sim__candidate *candidate)
{
    struct culprit *culprit = context;
    struct sim__trial trial;
    struct sup_instant now = cli_wall_now();
    if (cli_interrupted() != 0 || now.ns >= culprit->until.ns) {
        return SIM__ENOUGH;
    }
    int result = sim__apart_within(culprit->apart, candidate->bytes, candidate->length,
                                   sup_instant_since(culprit->until, now), &trial);
    if (result != SUP_OK) {
        culprit->error = result < 0 ? result : culprit->error;
        return SIM__ENOUGH;
    }
    bool same = fails_so(culprit, &trial) && has_fault(culprit, candidate->bytes);
    return same ? SIM__SAME : SIM__OTHER;
}

static int try_tree(struct culprit *culprit, const struct sim__node *root)
{
    sim__text_clear(&culprit->text);
    sim__tree_write(root, &culprit->text);
    if (culprit->text.failed) {
        return SUP_ENOMEM;
    }
    return sim__apart_text(culprit->apart, culprit->text.bytes, culprit->text.length,
                           &culprit->trial);
}

/* The first way to say it that fails as the fault did; said stays NULL when none does. */
static int say(struct culprit *culprit)
{
    int error = SUP_OK;
    for (uint32_t way = 0; way < SIM__SPELLINGS && error == SUP_OK; way++) {
        struct sim__node *said = sim__sweep_spell(culprit->arena, culprit->root,
                                                  &culprit->fall->first, culprit->late, way);
        error = said != NULL ? try_tree(culprit, said) : SUP_OK;
        if (said != NULL && error == SUP_OK && fails_so(culprit, &culprit->trial)) {
            culprit->said = said;
            return SUP_OK;
        }
    }
    return sim__arena_failed(culprit->arena) ? SUP_ENOMEM : error;
}

static int shrink(struct culprit *culprit)
{
    const struct sim__shrinking shrinking = {
        .arena = culprit->arena,
        .root = culprit->said,
        .line = culprit->trial.line,
        .keeps_until = true,
        .judge = judge,
        .context = culprit,
    };
    struct sim__shrunk shrunk;
    culprit->until = sup_instant_add(cli_wall_now(), BUDGET);
    int error = sim__shrink(&shrinking, &shrunk);
    error = error == SUP_OK ? culprit->error : error;
    return error == SUP_OK ? try_tree(culprit, culprit->said) : error;
}

/* ---- writing ---- */

static void put_tame(struct sim__text *path, const char *word)
{
    for (; *word != '\0'; word++) {
        char c = *word;
        bool tame = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        sim__text_char(path, tame ? c : '-');
    }
}

static void put_fault(struct sim__text *path, const struct sim_fault *fault)
{
    sim__text_format(path, "-%s-%" PRIu64 "%s", sim__point_name(fault->kind), fault->at,
                     fault->persistent ? "-persistent" : "");
}

static void put_path(const struct culprit *culprit, struct sim__text *path)
{
    const struct cli_case *one = culprit->fall->swept->one;
    const struct sim__sweep_point *point = &culprit->fall->first.point;
    sim__text_put(path, culprit->options->out);
    sim__text_char(path, '/');
    put_tame(path, one->path);
    if (one->scenario->variant != NULL) {
        sim__text_char(path, '-');
        put_tame(path, one->scenario->variant);
    }
    put_fault(path, &point->first);
    if (point->then.at > 0) {
        put_fault(path, &point->then);
    }
    sim__text_put(path, ".yaml");
}

static void put_heading(const struct culprit *culprit, const char *path, struct sim__text *text)
{
    const struct sim__trial *trial = &culprit->trial;
    const char *from = culprit->fall->swept->one->path;
    sim__text_put(text, "# found by rehearse sweep: ");
    sim__trial_signature(trial, text);
    sim__text_put(text, "\n# fault: ");
    cli_sweep_put_point(text, &culprit->fall->first);
    sim__text_put(text, "\n# in: ");
    sim__text_safe(text, from, strlen(from));
    sim__text_put(text, "\n# message: ");
    sim__text_safe(text, trial->message, strcspn(trial->message, "\n"));
    sim__text_format(text, "\n# seed: %" PRIu64 ", hash: %016" PRIx64 ", version: %s\n# replay: ",
                     trial->seed, trial->hash, SUP_VERSION);
    sim__text_format(text, "%s run ", culprit->options->program);
    sim__text_shell(text, path);
    sim__text_char(text, '\n');
}

/* What an earlier one wrote may be replaced; nothing else. */
static bool write_file(const char *path, struct sim__text *text)
{
    struct cli_output output;
    bool good = cli_output_name(&output, path, "out", CLI_OUTPUT_FOUND);
    if (good && !cli_output_may_replace(&output)) {
        good = cli_output_refuse(&output, "it exists and was not written by rehearse");
    }
    good = good && cli_output_open(&output) && cli_output_write(&output, text);
    return cli_output_close(&output) && good;
}

static int write_said(struct culprit *culprit, struct cli_fall *fall)
{
    struct sim__text path = {0}, text = {0};
    put_path(culprit, &path);
    put_heading(culprit, sim__text_string(&path), &text);
    sim__text_putn(&text, culprit->text.bytes, culprit->text.length);
    int error = path.failed || text.failed ? SUP_ENOMEM : SUP_OK;
    if (error == SUP_OK && !write_file(path.bytes, &text)) {
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        fall->file = path.bytes; /* whose it is from here on */
        path = (struct sim__text){0};
    }
    sim__text_release(&path);
    sim__text_release(&text);
    return error;
}

bool cli_culprit_prepare(const char *directory)
{
    struct stat status;
    const char *why = "it is no directory";
    if (mkdir(directory, 0777) == 0) {
        return true;
    }
    if (errno != EEXIST || stat(directory, &status) != 0) {
        why = strerror(errno);
    } else if (S_ISDIR(status.st_mode)) {
        return true;
    }
    struct sim__text name = {0};
    sim__text_show(&name, directory);
    fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    sim__text_release(&name);
    return false;
}

int cli_culprit_write(struct cli_fall *fall, const struct cli_options *options,
                      const struct sim__sweep_how *how)
{
    struct culprit culprit = {.fall = fall, .options = options, .late = how->late};
    if (strcmp(fall->swept->one->path, "-") == 0) {
        return SUP_OK; /* it cannot be read again */
    }
    int error = sim__arena_create(&sup_allocator_libc, &culprit.arena);
    if (error == SUP_OK) {
        error = load(&culprit);
    }
    if (error == SUP_OK) {
        error = sim__apart_create(&how->trial, PATIENCE, &culprit.apart);
    }
    if (error == SUP_OK) {
        error = say(&culprit);
    }
    if (error == SUP_OK && culprit.said != NULL) {
        error = shrink(&culprit);
    }
    if (error == SUP_OK && culprit.said != NULL && fails_so(&culprit, &culprit.trial)) {
        error = write_said(&culprit, fall);
    }
    sim__apart_free(culprit.apart);
    sim__arena_free(culprit.arena);
    sim__text_release(&culprit.text);
    return error > 0 ? SUP_OK : error; /* a signal came: there is no file */
}

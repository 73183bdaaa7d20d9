/* The directory of inputs that lit something new; see fuzz_corpus.h. */
#include "fuzz_corpus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_files.h"
#include "pool.h"
#include "sim/base/grow.h"
#include "sim/run.h"
#include "sim/scenario/file.h"
#include "sup/error.h"
#include "sup/sup.h"

/* A mutant that does more than this is not worth the time in which others are made; as with
 * --at-large, so that it may be had again with that. */
#define EVENTS_A_MUTANT 100000u
#define STEPS_A_MUTANT 2000000u

/* Bytes of somebody's. */
struct part {
    const char *bytes;
    size_t length;
};

/* ---- between processes ---- */

void cli_corpus_send(const struct sim__lit *lit, struct sim__text *bytes)
{
    const uint32_t count = lit != NULL ? lit->count : 0;
    if (lit == NULL) {
        return;
    }
    sim__text_putn(bytes, (const char *)&count, sizeof count);
    for (uint32_t i = 0; i < SIM__LIGHTS && count > 0; i++) {
        if (sim__lights_has(&lit->lights, i)) {
            const uint16_t point = (uint16_t)i;
            sim__text_putn(bytes, (const char *)&point, sizeof point);
        }
    }
    if (count > 0) {
        sim__text_putn(bytes, lit->text.bytes, lit->text.length);
    }
}

/* How many points of these bytes are new, and now lit; the text behind them. False: they
 * are not the whole. */
static bool receive(struct cli_corpus *corpus, struct part *part, uint32_t *ret_new)
{
    struct sim__lights *lights = &corpus->corpus.lights;
    uint32_t count;
    *ret_new = 0;
    if (part->length < sizeof count) {
        return false;
    }
    memcpy(&count, part->bytes, sizeof count);
    const char *points = part->bytes + sizeof count;
    const size_t most = (part->length - sizeof count) / sizeof(uint16_t);
    if (count > most) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint16_t point;
        memcpy(&point, points + i * sizeof point, sizeof point);
        *ret_new += sim__lights_has(lights, point) ? 0 : 1;
        sim__lights_put(lights, point);
    }
    part->bytes = points + count * sizeof(uint16_t);
    part->length -= sizeof count + count * sizeof(uint16_t);
    return true;
}

/* ---- inputs ---- */

/* An input and its path, which is copied. 0, SUP_EEXISTS, SUP_ELIMIT or SUP_ENOMEM. */
static int add(struct cli_corpus *corpus, const struct part *part, const char *path)
{
    const uint32_t count = corpus->corpus.count;
    char **paths =
        sim__grown(corpus->paths, &corpus->path_room, (uint64_t)count + 1, sizeof *paths);
    if (paths == NULL) {
        return SUP_ENOMEM;
    }
    corpus->paths = paths;
    char *copy = strdup(path);
    int error =
        copy == NULL ? SUP_ENOMEM : sim__corpus_add(&corpus->corpus, part->bytes, part->length);
    if (error != SUP_OK) {
        free(copy);
        return error;
    }
    paths[count] = copy;
    return SUP_OK;
}

/* What cannot be written is no input: nobody could make its mutants again. */
static void write_input(struct cli_corpus *corpus, const struct part *part, const char *path,
                        uint32_t points)
{
    struct sim__text text = {0};
    sim__text_format(&text,
                     "# found by rehearse fuzz: an input of its corpus, which lit %" PRIu32
                     " points that were dark\n# version: " SUP_VERSION "\n",
                     points);
    sim__text_putn(&text, part->bytes, part->length);
    corpus->no_memory |= text.failed;
    corpus->added++;
    if (!text.failed && !cli_fuzz_file(path, "corpus", &text)) {
        corpus->failed = true;
        corpus->added--;
        sim__corpus_take_back(&corpus->corpus);
        free(corpus->paths[corpus->corpus.count]);
    }
    sim__text_release(&text);
}

bool cli_corpus_take(struct cli_corpus *corpus, const char *bytes, size_t length)
{
    struct part part = {bytes, length};
    uint32_t points;
    if (!receive(corpus, &part, &points)) {
        return false;
    }
    if (points == 0 || corpus->failed) {
        return true;
    }
    struct sim__text path = {0};
    sim__text_format(&path, "%s/%016" PRIx64 ".yaml", corpus->options->corpus,
                     sim__corpus_hash(part.bytes, part.length));
    int error = path.failed ? SUP_ENOMEM : add(corpus, &part, path.bytes);
    if (error == SUP_OK) {
        write_input(corpus, &part, path.bytes, points);
    }
    corpus->full |= error == SUP_ELIMIT;
    corpus->no_memory |= error == SUP_ENOMEM;
    sim__text_release(&path);
    return !corpus->no_memory;
}

/* ---- reading the directory ---- */

/* In a worker: a byte that is 0 and what the file lights, or why it is left out. */
static void read_one(void *context, uint64_t task, struct sim__text *bytes)
{
    const struct cli_corpus *corpus = context;
    struct sim__lit *lit = calloc(1, sizeof *lit);
    struct sim__file file = {0};
    const char *why = NULL;
    int error =
        lit == NULL ? SUP_ENOMEM : sim__file_read_regular(corpus->files.paths[task], &file, &why);
    if (error == SUP_OK) {
        why = file.length > SIM__CORPUS_INPUT_BYTES
                  ? "it is larger than 256 KiB"
                  : sim__corpus_read(&corpus->corpus, file.bytes, file.length, lit, &error);
    }
    if (error == SUP_ENOMEM) {
        bytes->failed = true;
    } else if (why != NULL) {
        sim__text_put(bytes, why);
    } else {
        sim__text_putn(bytes, "", 1);
        cli_corpus_send(lit, bytes);
    }
    if (lit != NULL) {
        sim__text_release(&lit->text);
    }
    free(lit);
    free(file.bytes);
}

static void lost_one(void *context, uint64_t task, int signal, struct sim__text *bytes)
{
    (void)context;
    (void)task;
    (void)signal;
    sim__text_put(bytes, "its run dies");
}

static bool take_one(void *context, uint64_t task, char *bytes, size_t length)
{
    struct cli_corpus *corpus = context;
    const char *path = corpus->files.paths[task];
    corpus->no_memory |= bytes == NULL;
    if (bytes != NULL && length > 0 && bytes[0] == '\0') {
        struct part part = {bytes + 1, length - 1};
        uint32_t points;
        int error = receive(corpus, &part, &points) ? add(corpus, &part, path) : SUP_ENOMEM;
        corpus->no_memory |= error == SUP_ENOMEM;
        corpus->full |= error == SUP_ELIMIT;
        corpus->skipped += error == SUP_ELIMIT ? 1 : 0;
    } else if (bytes != NULL) {
        (void)cli_fuzz_complain(path, bytes); /* a text, which ends with a NUL */
        corpus->skipped++;
    }
    free(bytes);
    return !corpus->no_memory;
}

/* It is quick. */
static void show_nothing(void *context, uint64_t done)
{
    (void)context;
    (void)done;
}

static int find_files(struct cli_corpus *corpus)
{
    struct cli_complaints complaints = {0};
    int error =
        cli_files_find(&corpus->files, corpus->options->corpus, CLI_NO_SCENARIO, &complaints);
    if (corpus->files.count > 0) { /* else it is empty, as it is the first time */
        fputs(sim__text_string(&complaints.lines), stderr);
        corpus->skipped += complaints.count;
    }
    sim__text_release(&complaints.lines);
    sim__text_release(&complaints.json);
    if (corpus->files.count > SIM__CORPUS_INPUTS) {
        (void)cli_fuzz_complain(corpus->options->corpus,
                                "it holds more than 10000 files; the first of them are read");
    }
    return error;
}

int cli_corpus_open(const struct cli_options *options, struct cli_corpus *corpus,
                    struct sim__fuzz_how *how)
{
    if (options->corpus == NULL) {
        return SIM_EXIT_PASS;
    }
    if (!cli_fuzz_directory(options->corpus)) {
        return SIM_EXIT_USAGE;
    }
    corpus->options = options;
    corpus->corpus.how = (struct sim__trial_how){
        .max_events = EVENTS_A_MUTANT, .max_steps = STEPS_A_MUTANT, .tasks = options->tasks};
    corpus->no_memory |= find_files(corpus) != SUP_OK;
    const uint32_t count = corpus->files.count;
    const struct cli_pool_work work = {
        .context = corpus,
        .count = count < SIM__CORPUS_INPUTS ? count : SIM__CORPUS_INPUTS,
        .jobs = options->jobs,
        .batch = 1,
        .apart = true,
        .patience = options->patience,
        .work = read_one,
        .lost = lost_one,
        .deliver = take_one,
        .tick = show_nothing,
    };
    if (!corpus->no_memory && count > 0) {
        corpus->no_memory |= cli_pool_run(&work) != SUP_OK;
    }
    if (corpus->no_memory) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    corpus->lit_before = sim__lights_count(&corpus->corpus.lights);
    how->corpus = &corpus->corpus;
    return SIM_EXIT_PASS;
}

void cli_corpus_close(struct cli_corpus *corpus)
{
    for (uint32_t i = 0; i < corpus->corpus.count; i++) {
        free(corpus->paths[i]);
    }
    free(corpus->paths);
    cli_files_release(&corpus->files);
    sim__corpus_release(&corpus->corpus);
    *corpus = (struct cli_corpus){0};
}

/* ---- what is said ---- */

const char *cli_corpus_path(const struct cli_corpus *corpus, uint32_t input)
{
    return corpus->paths[input - 1];
}

void cli_put_corpus(struct sim__text *text, const struct cli_corpus *corpus)
{
    if (corpus->options == NULL) {
        return;
    }
    const uint32_t lit = sim__lights_count(&corpus->corpus.lights);
    sim__text_put(text, "corpus: ");
    cli_put_plural(text, corpus->corpus.count, "input");
    sim__text_put(text, ", ");
    cli_put_grouped(text, corpus->added);
    sim__text_put(text, " of them new; ");
    cli_put_plural(text, lit, "point");
    sim__text_put(text, " lit, ");
    cli_put_grouped(text, lit - corpus->lit_before);
    sim__text_put(text, " of them new");
    if (corpus->skipped > 0) {
        sim__text_put(text, "; ");
        cli_put_plural(text, corpus->skipped, "file");
        sim__text_put(text, " left out");
    }
    sim__text_put(text, corpus->failed ? "; no more could be written" : "");
    sim__text_put(text, corpus->full ? "; it is full\n" : "\n");
}

void cli_put_corpus_json(struct sim__text *text, const struct cli_corpus *corpus)
{
    if (corpus->options == NULL) {
        return;
    }
    const uint32_t lit = sim__lights_count(&corpus->corpus.lights);
    sim__text_format(text,
                     ",\"corpus\":{\"inputs\":%" PRIu32 ",\"added\":%" PRIu32 ",\"points\":%" PRIu32
                     ",\"lit\":%" PRIu32 ",\"skipped\":%" PRIu32 "}",
                     corpus->corpus.count, corpus->added, lit, lit - corpus->lit_before,
                     corpus->skipped);
}

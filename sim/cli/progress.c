/* A line on the terminal while something takes long. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "words.h"

#define PATIENCE_NS 500000000u
#define REFRESH_NS 100000000u
/* A run asks once in a thousand steps. */
#define STEPS_A_LOOK 4u

struct sup_instant cli_wall_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct sup_instant){(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
}

void cli_progress_start(struct cli_progress *progress, enum cli_words words, uint64_t count)
{
    *progress = (struct cli_progress){.count = count, .started = cli_wall_now()};
    progress->on = words == CLI_WORDS_WANTED && isatty(STDERR_FILENO) == 1;
}

static bool is_time(struct cli_progress *progress)
{
    struct sup_instant now = cli_wall_now();
    if (sup_instant_since(now, progress->started).ns < PATIENCE_NS ||
        sup_instant_since(now, progress->looked).ns < REFRESH_NS) {
        return false;
    }
    progress->looked = now;
    return true;
}

static void write_line(struct cli_progress *progress, struct sim__text *line)
{
    fprintf(stderr, "\r\033[K%s", sim__text_string(line));
    fflush(stderr);
    sim__text_release(line);
    progress->shown = true;
}

static void put_runs(const struct cli_progress *progress, struct sim__text *line)
{
    cli_put_grouped(line, progress->done);
    sim__text_put(line, " of ");
    cli_put_plural(line, progress->count, "run");
}

void cli_progress_show(struct cli_progress *progress, uint64_t done)
{
    progress->done = done;
    if (!progress->on || !is_time(progress)) {
        return;
    }
    struct sim__text line = {0};
    put_runs(progress, &line);
    sim__text_put(&line, " done, ");
    cli_put_wall(&line, sup_instant_since(progress->looked, progress->started));
    write_line(progress, &line);
}

bool cli_progress_step(void *context, struct sup_instant now, uint64_t events)
{
    struct cli_progress *progress = context;
    if (cli_interrupted() || progress->stop) {
        progress->cut = true;
        return true;
    }
    if (progress->tick != NULL) {
        progress->tick(progress->tick_context);
    }
    if (!progress->on || ++progress->skipped < STEPS_A_LOOK) {
        return false;
    }
    progress->skipped = 0;
    if (!is_time(progress)) {
        return false;
    }
    struct sim__text line = {0};
    if (progress->count > 1) {
        put_runs(progress, &line);
        sim__text_put(&line, "; ");
    }
    sim__text_safe(&line, progress->name, strnlen(progress->name, 40));
    sim__text_put(&line, ": at ");
    sim__text_duration(&line, SUP_NS(now.ns));
    sim__text_put(&line, ", ");
    cli_put_plural(&line, events, "event");
    write_line(progress, &line);
    return false;
}

void cli_progress_clear(struct cli_progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = false;
    }
}

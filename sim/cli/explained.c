/* What is said of a run that was explained; see explained.h. */
#include "explained.h"

#include <inttypes.h>
#include <string.h>

#include "sim/base/escape.h"

#define GRAPH_COLUMNS 40u
/* Rows of the graph; of more points some are left out. */
#define ROWS_MAX 40u

static const struct sim__choice *choice_of(const struct cli_explained *e, uint32_t index)
{
    return &e->choices->items[index];
}

static void put_choice(const struct cli_explained *e, uint32_t index, struct sim__text *text)
{
    sim__explain_choice(e->one->scenario, sim__choices_label(e->choices, index),
                        choice_of(e, index), text);
}

static const struct sim__look *first_of(const struct cli_explained *e)
{
    return &e->explained->points[0];
}

/* Whether a point may be judged by: the end is one run, and all of them. */
static bool has_start(const struct cli_explained *e)
{
    return e->explained->count > 0 && first_of(e)->choices == 0 && e->choices->count > 0;
}

/* ---- the graph ---- */

static bool is_at_jump(const struct cli_explained *e, uint32_t choices)
{
    for (uint32_t i = 0; i < e->explained->jump_count; i++) {
        const struct sim__jump *jump = &e->explained->jumps[i];
        if (choices == jump->before.choices || choices == jump->after.choices) {
            return true;
        }
    }
    return false;
}

static void put_row(const struct sim__look *point, struct sim__text *text)
{
    uint32_t percent = sim__look_percent(point);
    uint32_t marks = (percent * GRAPH_COLUMNS + 50) / 100;
    sim__text_format(text, "  %7" PRIu32 "  %3" PRIu32 " %%  |", point->choices, percent);
    for (uint32_t i = 0; i < marks; i++) {
        sim__text_char(text, '#');
    }
    sim__text_char(text, '\n');
}

/* Of rows that say the same, one after the other, the first and the last are enough. */
static bool is_like_its_neighbours(const struct sim__explained *explained, uint32_t i)
{
    if (i == 0 || i + 1 == explained->count) {
        return false;
    }
    uint32_t percent = sim__look_percent(&explained->points[i]);
    return percent == sim__look_percent(&explained->points[i - 1]) &&
           percent == sim__look_percent(&explained->points[i + 1]);
}

static void put_graph(const struct cli_explained *e, struct sim__text *text)
{
    const struct sim__explained *explained = e->explained;
    uint32_t each = explained->count / ROWS_MAX + 1;
    sim__text_put(text, "\n  choices  fails the same way\n");
    for (uint32_t i = 0; i < explained->count; i++) {
        const struct sim__look *point = &explained->points[i];
        bool turn = i % each == 0 && !is_like_its_neighbours(explained, i);
        if (turn || i + 1 == explained->count || is_at_jump(e, point->choices)) {
            put_row(point, text);
        }
    }
    sim__text_char(text, '\n');
}

/* ---- in words ---- */

static void put_jump(const struct cli_explained *e, const struct sim__jump *jump,
                     struct sim__text *text)
{
    char at[48];
    if (jump->count == 1) {
        sim__text_format(text, "Choice %" PRIu32 " of %" PRIu32 ", at %s: ", jump->first + 1,
                         e->choices->count,
                         sim_duration_format(choice_of(e, jump->first)->at_ns, at));
        put_choice(e, jump->first, text);
    } else {
        sim__text_format(text, "One of the choices %" PRIu32 " to %" PRIu32, jump->first + 1,
                         jump->first + jump->count);
        sim__text_format(text, ", from %s",
                         sim_duration_format(choice_of(e, jump->first)->at_ns, at));
        sim__text_format(
            text, " to %s",
            sim_duration_format(choice_of(e, jump->first + jump->count - 1)->at_ns, at));
    }
    sim__text_format(text,
                     ".\nBefore it %" PRIu32 " %% of the continuations failed in this way, after "
                     "it %" PRIu32 " %%.\n",
                     sim__look_percent(&jump->before), sim__look_percent(&jump->after));
}

/* Why there is nothing to point at. */
static void put_no_jump(const struct cli_explained *e, struct sim__text *text)
{
    if (e->choices->count == 0) {
        sim__text_put(text, "The run has no choices: every seed fails, no choice matters.\n");
    } else if (!has_start(e)) {
        sim__text_put(text, "Nothing is known of other seeds.\n");
    } else if (first_of(e)->same == first_of(e)->runs) {
        sim__text_format(text,
                         "Every seed fails, of %" PRIu32 " that were tried: no choice matters.\n",
                         first_of(e)->runs);
    } else {
        sim__text_format(text,
                         "Nothing jumps: it becomes likely bit by bit, from %" PRIu32
                         " %% of the seeds on, and at no choice by more than chance makes.\n",
                         sim__look_percent(first_of(e)));
    }
}

static void put_shortfall(const struct cli_explained *e, struct sim__text *text)
{
    if (e->explained->whole) {
        return;
    }
    sim__text_format(text,
                     "Fewer continuations were made than were asked for: %" PRIu64
                     ", and not %" PRIu32 " after each choice that had to be looked at; --budget "
                     "gives more time.\n",
                     e->explained->runs, e->continuations);
}

static void put_title(const struct cli_explained *e, struct sim__text *text)
{
    const char *name = e->source != NULL ? e->source : e->one->path;
    sim__text_show(text, name);
    if (e->one->scenario->variant != NULL) {
        sim__text_put(text, " [");
        sim__text_show(text, e->one->scenario->variant);
        sim__text_char(text, ']');
    }
    sim__text_format(text, ", seed %" PRIu64 ": ", e->trial->seed);
    sim__trial_signature(e->trial, text);
    sim__text_char(text, '\n');
    if (e->trial->message[0] != '\0') {
        sim__text_put(text, "  ");
        sim__text_safe(text, e->trial->message, strcspn(e->trial->message, "\n"));
        sim__text_char(text, '\n');
    }
}

void cli_explained_text(const struct cli_explained *explained, struct sim__text *text)
{
    const struct sim__explained *found = explained->explained;
    put_title(explained, text);
    sim__text_format(text,
                     "%" PRIu32 " choices; %" PRIu64 " continuations, %" PRIu32
                     " after each choice that was looked at\n",
                     explained->choices->count, found->runs, explained->continuations);
    if (explained->choices->count > 0) {
        put_graph(explained, text);
    }
    for (uint32_t i = 0; i < found->jump_count; i++) {
        put_jump(explained, &found->jumps[i], text);
    }
    if (found->jump_count == 0) {
        put_no_jump(explained, text);
    }
    put_shortfall(explained, text);
}

/* ---- JSON ---- */

static void put_point(const struct sim__look *point, struct sim__text *text)
{
    sim__text_format(text,
                     "{\"choices\":%" PRIu32 ",\"runs\":%" PRIu32 ",\"failed\":%" PRIu32
                     ",\"failed_otherwise\":%" PRIu32 "}",
                     point->choices, point->runs, point->same, point->other);
}

static void put_json_jump(const struct cli_explained *e, const struct sim__jump *jump,
                          struct sim__text *text)
{
    struct sim__text words = {0};
    sim__text_format(text, "{\"choice\":%" PRIu32 ",\"count\":%" PRIu32, jump->first + 1,
                     jump->count);
    if (jump->count == 1) {
        const struct sim__choice *choice = choice_of(e, jump->first);
        put_choice(e, jump->first, &words);
        sim__text_put(text, ",\"label\":");
        sim__text_json(text, sim__choices_label(e->choices, jump->first));
        sim__text_format(text,
                         ",\"at_ns\":%" PRIu64 ",\"answer\":%" PRIu64 ",\"most\":%" PRIu64
                         ",\"value\":%" PRIu64 ",\"words\":",
                         choice->at_ns, choice->answer, choice->most, choice->value);
        sim__text_json(text, sim__text_string(&words));
        text->failed |= words.failed;
    }
    sim__text_put(text, ",\"before\":");
    put_point(&jump->before, text);
    sim__text_put(text, ",\"after\":");
    put_point(&jump->after, text);
    sim__text_char(text, '}');
    sim__text_release(&words);
}

void cli_explained_json(const struct cli_explained *explained, struct sim__text *text)
{
    const struct sim__explained *found = explained->explained;
    struct sim__text signature = {0};
    sim__trial_signature(explained->trial, &signature);
    sim__text_put(text, "{\"kind\":\"explained\",\"file\":");
    sim__text_json(text, explained->one->path);
    sim__text_put(text, ",\"scenario\":");
    sim__text_json(text, explained->one->scenario->name);
    sim__text_format(text, ",\"seed\":%" PRIu64 ",\"hash\":\"%016" PRIx64 "\",\"signature\":",
                     explained->trial->seed, explained->trial->hash);
    sim__text_json(text, sim__text_string(&signature));
    sim__text_format(text,
                     ",\"choices\":%" PRIu32 ",\"continuations\":%" PRIu32 ",\"runs\":%" PRIu64
                     ",\"whole\":%s,\"points\":[",
                     explained->choices->count, explained->continuations, found->runs,
                     found->whole ? "true" : "false");
    for (uint32_t i = 0; i < found->count; i++) {
        sim__text_put(text, i > 0 ? "," : "");
        put_point(&found->points[i], text);
    }
    sim__text_put(text, "],\"jumps\":[");
    for (uint32_t i = 0; i < found->jump_count; i++) {
        sim__text_put(text, i > 0 ? "," : "");
        put_json_jump(explained, &found->jumps[i], text);
    }
    sim__text_put(text, "]}\n");
    text->failed |= signature.failed;
    sim__text_release(&signature);
}

/* The runs of a campaign for a report; see gathered.h. */
#include "gathered.h"

#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "sim/base/grow.h"
#include "source_line.h"

/* How large a run is, beside what its scenario measures. */
static const struct sim__yardstick events_of_a_run = {"events of a run", false, true};

/* ---- a campaign ---- */

/* The command that it is of, as the results' head has it. */
static void put_command(struct sim__text *text, const struct cli_options *options)
{
    struct sim__text word = {0};
    sim__text_format(text, "rehearse %s", cli_command_name(options->command));
    for (uint32_t i = 0; i < options->given_count; i++) {
        const struct cli_given *given = &options->given[i];
        sim__text_clear(&word);
        sim__text_format(&word, "--%s", given->option->name);
        if (given->value != NULL) {
            sim__text_char(&word, '=');
            sim__text_put(&word, given->value);
        }
        sim__text_char(text, ' ');
        sim__text_shell(text, sim__text_string(&word));
    }
    for (uint32_t i = 0; i < options->path_count; i++) {
        sim__text_char(text, ' ');
        sim__text_shell(text, options->paths[i]);
    }
    text->failed |= word.failed;
    sim__text_release(&word);
}

void cli_gathering_begin(struct cli_gathering *gathering, const struct cli_options *options)
{
    gathering->count++;
    gathering->options = options;
    gathering->one = NULL;
    sim__text_clear(&gathering->command);
    put_command(&gathering->command, options);
    gathering->campaign = (struct sim__campaign){
        .book = &gathering->book,
        .number = gathering->count,
        .command = sim__text_string(&gathering->command),
        .context = gathering,
    };
    sim__campaign_init(&gathering->campaign);
}

void cli_gathering_end(struct cli_gathering *gathering)
{
    gathering->book.failed |= gathering->campaign.failed || gathering->command.failed;
    gathering->done &= !gathering->book.failed;
    sim__campaign_release(&gathering->campaign);
    for (uint32_t i = 0; i < gathering->yardstick_count; i++) {
        free(gathering->yardsticks[i]);
    }
    free(gathering->yardsticks);
    free(gathering->figures);
    free(gathering->points);
    gathering->points = NULL;
    sim__text_release(&gathering->command);
    gathering->yardsticks = NULL;
    gathering->yardstick_count = gathering->yardstick_room = 0;
    gathering->figures = NULL;
}

/* ---- the runs ---- */

static void replay(const struct sim__campaign *campaign, const struct sim__variant *variant,
                   uint64_t seed, struct sim__text *text)
{
    const struct cli_gathering *gathering = campaign->context;
    cli_report_replay(text, gathering->options, variant->owner, seed);
}

static void picture(const struct sim__campaign *campaign, const struct sim__variant *variant,
                    uint64_t seed, struct sim__text *text)
{
    const struct cli_gathering *gathering = campaign->context;
    cli_report_picture(text, gathering->options, variant->owner, seed);
}

static void page(const struct sim__campaign *campaign, const struct sim__variant *variant,
                 const struct sim__outcome *run, struct sim__text *text)
{
    const struct cli_gathering *gathering = campaign->context;
    const struct cli_paged which = {
        .campaign = campaign->number,
        .variant = (uint32_t)(variant - campaign->variants),
        .seed = run->seed,
        .status = run->status,
        .one = variant->owner,
    };
    cli_pages_add(gathering->pages, gathering->options, &which, text);
}

static void start(struct cli_writer *writer, const struct cli_plan *plan)
{
    struct cli_gathering *gathering = writer->options->gathering;
    (void)plan;
    gathering->begun = true;
    gathering->campaign.seeded = true;
    gathering->campaign.replay = replay;
    gathering->campaign.picture = picture;
    gathering->campaign.page = gathering->pages != NULL ? page : NULL;
    writer->text.failed |= gathering->campaign.failed;
}

/* What is measured in a scenario's runs, how many events they have first. */
static struct sim__yardstick *make_yardsticks(struct cli_gathering *gathering,
                                              const struct sim_scenario *scenario)
{
    uint32_t count = scenario->measure_count + 1;
    struct sim__yardstick **all = sim__grown(gathering->yardsticks, &gathering->yardstick_room,
                                             (uint64_t)gathering->yardstick_count + 1, sizeof *all);
    struct sim__yardstick *made = calloc(count, sizeof *made);
    uint64_t *figures = realloc(gathering->figures, (size_t)count * sizeof *figures);
    gathering->figures = figures != NULL ? figures : gathering->figures;
    gathering->yardsticks = all != NULL ? all : gathering->yardsticks;
    if (all == NULL || made == NULL || figures == NULL) {
        free(made);
        return NULL;
    }
    all[gathering->yardstick_count++] = made;
    made[0] = events_of_a_run;
    for (uint32_t i = 1; i < count; i++) {
        made[i] = (struct sim__yardstick){
            .name = scenario->measures[i - 1].name,
            .is_length = sim_measure_is_duration(&scenario->measures[i - 1]),
        };
    }
    return made;
}

static void begin_case(struct cli_gathering *gathering, const struct cli_case *one)
{
    const struct sim_scenario *scenario = one->scenario;
    const struct sim__variant variant = {
        .file = one->path,
        .scenario = scenario->title,
        .variant = scenario->variant == NULL ? "" : scenario->variant,
        .varied = scenario->varied,
        .varied_count = scenario->varied_count,
        .measures = make_yardsticks(gathering, scenario),
        .measure_count = scenario->measure_count + 1,
        .owner = one,
    };
    gathering->one = one;
    gathering->campaign.failed |= variant.measures == NULL;
    if (!gathering->campaign.failed) {
        gathering->variant = sim__campaign_variant(&gathering->campaign, &variant);
    }
}

static void put_place(struct sim__text *text, const struct cli_case *one, struct sim_place place)
{
    const char *file = cli_source_file(one->scenario, one->path, place);
    sim__text_put(text, file);
    sim__text_format(text, ":%u:%u", (unsigned)place.line, (unsigned)place.column);
}

/* Of one run, or of all of a sweep: `whose` says which. */
static void fail(struct cli_gathering *gathering, const struct cli_case *one,
                 const struct sim__campaign_failure *whose, const struct cli_failure *failure)
{
    struct sim__text place = {0}, found = {0};
    put_place(&place, one, failure->place);
    sim__text_put(&found, failure->found);
    if (failure->at.ns != SUP_NEVER_NS) {
        sim__text_put(&found, " (at ");
        sim__text_duration(&found, SUP_NS(failure->at.ns));
        sim__text_char(&found, ')');
    }
    struct sim__campaign_failure failed = *whose;
    failed.variant = gathering->variant;
    failed.place = sim__text_string(&place);
    failed.word = sim_verdict_name(SIM_EXPECTATION_FAILED);
    failed.expected = failure->expected;
    failed.found = sim__text_string(&found);
    sim__campaign_fail(&gathering->campaign, &failed);
    gathering->campaign.failed |= place.failed || found.failed;
    sim__text_release(&place);
    sim__text_release(&found);
}

static void fail_whole(struct cli_gathering *gathering, const struct cli_case *one,
                       const struct cli_record *record)
{
    struct sim__text found = {0};
    cli_report_whole(&found, one, record);
    if (found.length > 0) {
        const struct sim__campaign_failure failed = {
            .variant = gathering->variant,
            .seed = record->seed,
            .place = "",
            .word = sim_verdict_name(record->verdict),
            .expected = "",
            .found = sim__text_string(&found),
        };
        sim__campaign_fail(&gathering->campaign, &failed);
    }
    gathering->campaign.failed |= found.failed;
    sim__text_release(&found);
}

static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct cli_gathering *gathering = writer->options->gathering;
    const uint32_t measures = one->scenario->measure_count;
    if (one != gathering->one) {
        begin_case(gathering, one);
    }
    if (gathering->campaign.failed) {
        writer->text.failed = true;
        return;
    }
    bool ended = record->verdict == SIM_PASS || record->verdict == SIM_EXPECTATION_FAILED;
    const struct sim__outcome outcome = {
        .seed = record->seed,
        .events = record->events,
        .attempts = record->attempts,
        .end_ns = record->end.ns,
        .hash = record->hash,
        .word = sim_verdict_name(record->verdict),
        .status = (uint8_t)record->status,
        .whole = ended && record->measure_count == measures,
    };
    gathering->figures[0] = record->events;
    if (outcome.whole) {
        memcpy(gathering->figures + 1, record->measures, measures * sizeof *gathering->figures);
    }
    sim__campaign_run(&gathering->campaign, gathering->variant, &outcome, gathering->figures);
    if (record->status == SIM_EXIT_PASS) {
        return;
    }
    fail_whole(gathering, one, record);
    const struct sim__campaign_failure whose = {.seed = record->seed};
    for (uint32_t i = 0; i < record->failure_count; i++) {
        fail(gathering, one, &whose, &record->failures[i]);
    }
}

/* What holds in none of the seeds, or not of all of them. */
static void sweep(struct cli_writer *writer, const struct cli_case *one,
                  const struct cli_sweep *sweep)
{
    struct cli_gathering *gathering = writer->options->gathering;
    struct sim__text again = {0};
    cli_report_replay_sweep(&again, writer->options, one, sweep);
    const struct sim__campaign_failure whose = {
        .seed = sweep->first_seed, .runs = sweep->runs, .replay = sim__text_string(&again)};
    for (uint32_t i = 0; i < sweep->failure_count; i++) {
        fail(gathering, one, &whose, &sweep->failures[i]);
    }
    gathering->campaign.failed |= again.failed;
    sim__text_release(&again);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct cli_gathering *gathering = writer->options->gathering;
    sim__campaign_put(&gathering->campaign);
    gathering->done = tally->interrupted == NULL && !gathering->book.failed;
    writer->text.failed |= gathering->book.failed;
}

const struct cli_writer_calls cli_report_gathered = {
    .start = start,
    .run = run,
    .sweep = sweep,
    .end = end,
};

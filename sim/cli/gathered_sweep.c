/* The runs of a sweep of faults for a report; see gathered.h. */
#include <stdlib.h>

#include "gathered.h"
#include "interrupt.h"
#include "sweep_session.h"

/* What became of the points of one file, kind by kind. */
struct cli_gathered_points {
    uint64_t runs[SIM__POINTS];
    uint64_t survived[SIM__POINTS];
    uint64_t cut[SIM__POINTS];
    uint64_t fell[SIM__POINTS];
};

static void add(struct cli_gathering *gathering, uint32_t swept, const struct sim__trial *trial,
                int status)
{
    const struct sim__outcome outcome = {
        .seed = trial->seed,
        .events = trial->events,
        .attempts = trial->attempts,
        .end_ns = trial->end_ns,
        .hash = trial->hash,
        .word = sim__sign_name(trial->sign),
        .status = (uint8_t)status,
    };
    sim__campaign_run(&gathering->campaign, swept, &outcome, NULL);
}

void cli_gather_sweep(struct cli_gathering *gathering, const struct cli_sweep_session *sweep)
{
    gathering->begun = true;
    gathering->points = calloc((size_t)sweep->count + 1, sizeof *gathering->points);
    gathering->campaign.failed |= gathering->points == NULL;
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct cli_swept *swept = &sweep->swept[i];
        const struct sim_scenario *scenario = swept->one->scenario;
        const struct sim__variant variant = {
            .file = swept->one->path,
            .scenario = scenario->title,
            .variant = scenario->variant == NULL ? "" : scenario->variant,
        };
        uint32_t number = sim__campaign_variant(&gathering->campaign, &variant);
        if (swept->known) {
            add(gathering, number, &swept->base.trial,
                cli_swept_announced(swept) ? 0 : cli_sweep_status(&swept->base.trial));
        }
    }
}

void cli_gather_try(struct cli_gathering *gathering, uint32_t swept,
                    const struct sim__sweep_try *one)
{
    const enum sim__sweep_fate fate = sim__sweep_fate(&one->trial);
    const enum sim__point kind = one->point.first.kind;
    if (gathering->points == NULL) {
        return;
    }
    struct cli_gathered_points *points = &gathering->points[swept];
    points->runs[kind]++;
    points->survived[kind] += fate == SIM__SWEEP_SURVIVED;
    points->cut[kind] += fate == SIM__SWEEP_CUT;
    points->fell[kind] += fate == SIM__SWEEP_FELL;
    add(gathering, swept, &one->trial, fate == SIM__SWEEP_FELL ? cli_sweep_status(&one->trial) : 0);
}

static void put_points(struct cli_gathering *gathering, const struct cli_swept *swept,
                       const struct cli_gathered_points *points)
{
    struct sim__book *book = &gathering->book;
    const struct sim_scenario *scenario = swept->one->scenario;
    for (uint32_t kind = 0; kind < SIM__POINTS; kind++) {
        if (swept->base.seen.points[kind] == 0) {
            continue;
        }
        sim__put_number(book, SIM__SHEET_POINTS, gathering->count);
        sim__put_text(book, SIM__SHEET_POINTS, swept->one->path);
        sim__put_text(book, SIM__SHEET_POINTS, scenario->title);
        sim__put_text(book, SIM__SHEET_POINTS, scenario->variant == NULL ? "" : scenario->variant);
        sim__put_text(book, SIM__SHEET_POINTS, sim__point_name((enum sim__point)kind));
        sim__put_number(book, SIM__SHEET_POINTS, swept->base.seen.points[kind]);
        sim__put_number(book, SIM__SHEET_POINTS, points->runs[kind]);
        sim__put_number(book, SIM__SHEET_POINTS, points->survived[kind]);
        sim__put_number(book, SIM__SHEET_POINTS, points->cut[kind]);
        sim__put_number(book, SIM__SHEET_POINTS, points->fell[kind]);
    }
}

static void put_fall(struct cli_gathering *gathering, const struct cli_sweep_session *sweep,
                     const struct cli_fall *fall)
{
    struct sim__text word = {0}, place = {0}, again = {0};
    sim__trial_signature(&fall->first.trial, &word);
    sim__text_format(&word, ", %s", sim__point_name(fall->first.point.first.kind));
    cli_sweep_put_point(&place, &fall->first);
    cli_sweep_put_replay(&again, sweep->options, fall);
    const struct sim__campaign_failure failure = {
        .variant = (uint32_t)(fall->swept - sweep->swept),
        .seed = fall->first.trial.seed,
        .runs = fall->runs,
        .place = sim__text_string(&place),
        .word = sim__text_string(&word),
        .expected = "to survive it",
        .found = fall->first.trial.message,
        .replay = sim__text_string(&again),
    };
    sim__campaign_fail(&gathering->campaign, &failure);
    gathering->campaign.failed |= word.failed || place.failed || again.failed;
    sim__text_release(&word);
    sim__text_release(&place);
    sim__text_release(&again);
}

void cli_gather_sweep_end(struct cli_gathering *gathering, const struct cli_sweep_session *sweep)
{
    struct sim__book *book = &gathering->book;
    for (uint32_t i = 0; i < sweep->fall_count; i++) {
        put_fall(gathering, sweep, &sweep->falls[i]);
    }
    gathering->campaign.unlisted += sweep->unkept;
    sim__campaign_put(&gathering->campaign);
    for (uint32_t i = 0; gathering->points != NULL && i < sweep->count; i++) {
        put_points(gathering, &sweep->swept[i], &gathering->points[i]);
    }
    gathering->done = !sweep->no_memory && cli_interrupted() == 0 && !book->failed;
}

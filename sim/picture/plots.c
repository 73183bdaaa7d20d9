/* What the file's measures and counting expectations ask for, over time: attempts that live,
 * events in a sliding window, events so far. */
#include <stdlib.h>
#include <string.h>

#include "gather.h"
#include "sim/base/grow.h"
#include "sim/expect/match.h"
#include "sim/glob.h"
#include "sim/measure.h"
#include "sup/event.h"

/* Plots of one page: more would be read by nobody. */
#define PLOTS_MAX 12u

enum plot_kind { PLOT_LIVE, PLOT_SLIDING, PLOT_TOTAL };

struct gathering {
    enum plot_kind kind;
    const struct sim_filter *filter;
    struct sup_duration within;
    struct sup_instant *window; /* a ring */
    uint32_t room, first, count;
};

struct sim__plots {
    struct gathering of[PLOTS_MAX];
    struct sim__plot plots[PLOTS_MAX];
    uint64_t live;
};

/* ---- which events ---- */

static bool names(const struct sim_target *target, const char *name)
{
    for (uint32_t i = 0; i < target->count; i++) {
        if (sim_glob_match(target->patterns[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_within(const struct sim__picture *picture, uint32_t group, const char *path)
{
    for (; group != SIM__PICTURE_NONE; group = picture->groups[group].parent) {
        /* What the filter names is the full path, the root's name before it. */
        const char *below = strchr(path, '.');
        if (below != NULL && strcmp(picture->groups[group].name, below + 1) == 0) {
            return true;
        }
    }
    return strchr(path, '.') == NULL;
}

static bool is_whose(const struct sim__picture *picture, const struct sim_filter *filter,
                     const struct sim__picture_event *event)
{
    bool service = event->kind == SIM__SUBJECT_SERVICE;
    uint32_t group = event->kind == SIM__SUBJECT_GROUP ? event->subject : SIM__PICTURE_NONE;
    if (service) {
        group = picture->lanes[event->subject].group;
    }
    if (filter->has_service &&
        !(service && names(&filter->service, picture->lanes[event->subject].name))) {
        return false;
    }
    return filter->group == NULL || is_within(picture, group, filter->group);
}

/* A member as the value of a trace that it is. */
static bool holds(const struct sim_match *match, const struct sim__json *line, const char *key)
{
    struct sim__text text = {0};
    struct sim__value value = {.key = key};
    const struct sim__json_member *member = sim__json_find(line, key);
    if (member == NULL) {
        return match->kind == SIM_MATCH_BOOL && !match->boolean;
    }
    if (sim__json_decode(member, &text)) {
        value.kind = SIM__VALUE_TEXT;
        value.text = sim__text_string(&text);
    } else if (sim__json_number(line, key, &value.number)) {
        value.kind = SIM__VALUE_NUMBER;
    } else {
        value.kind = SIM__VALUE_BOOL;
        value.boolean = member->value[0] == 't';
    }
    bool good = sim__match_holds(match, &value);
    sim__text_release(&text);
    return good;
}

static bool fits(const struct sim__picture *picture, const struct sim_filter *filter,
                 const struct sim__json *line, const struct sim__picture_event *event)
{
    struct sup_instant at = picture->instants[event->instant];
    if (!sim__json_is(line, "event", sup_event_name(filter->pattern.type)) ||
        at.ns < filter->from.ns || at.ns > filter->to.ns || !is_whose(picture, filter, event)) {
        return false;
    }
    for (uint32_t i = 0; i < filter->pattern.key_count; i++) {
        const struct sim_event_key *key = &filter->pattern.keys[i];
        if (!holds(&key->match, line, strcmp(key->key, "at") == 0 ? "t" : key->key)) {
            return false;
        }
    }
    return true;
}

/* ---- steps ---- */

static void step(struct sim__picture *picture, struct sim__plot *plot, struct sup_instant at,
                 uint64_t value)
{
    if (plot->step_count > 0 && plot->steps[plot->step_count - 1].at.ns == at.ns) {
        plot->steps[plot->step_count - 1].value = value; /* as it was when the instant was over */
        bool same = plot->step_count > 1 && plot->steps[plot->step_count - 2].value == value;
        plot->step_count -= same;
    } else {
        struct sim__plot_step *steps =
            sim__grown(plot->steps, &plot->room, (uint64_t)plot->step_count + 1, sizeof *steps);
        picture->failed |= steps == NULL;
        if (steps == NULL) {
            return;
        }
        plot->steps = steps;
        steps[plot->step_count++] = (struct sim__plot_step){.at = at, .value = value};
    }
    if (value > plot->peak) {
        plot->peak = value;
    }
}

/* Both ends of a window are in it, so an event leaves it a nanosecond after its length. */
static void leave(struct sim__picture *picture, struct gathering *one, struct sim__plot *plot,
                  struct sup_instant now)
{
    while (one->count > 0) {
        struct sup_instant out = sup_instant_add(
            one->window[one->first % one->room],
            SUP_NS(one->within.ns < SUP_NEVER_NS - 1 ? one->within.ns + 1 : SUP_NEVER_NS));
        if (out.ns > now.ns || out.ns == SUP_NEVER_NS) {
            break;
        }
        one->first++;
        one->count--;
        step(picture, plot, out, one->count);
    }
}

static void enter(struct sim__picture *picture, struct gathering *one, struct sup_instant now)
{
    if (one->count == one->room) {
        uint32_t room = one->room == 0 ? 64 : one->room * 2;
        struct sup_instant *window = room > one->room ? calloc(room, sizeof *window) : NULL;
        picture->failed |= window == NULL;
        if (window == NULL) {
            return;
        }
        for (uint32_t i = 0; i < one->count; i++) {
            window[i] = one->window[(one->first + i) % one->room];
        }
        free(one->window);
        one->window = window;
        one->room = room;
        one->first = 0;
    }
    one->window[(one->first + one->count++) % one->room] = now;
}

static void hear_live(struct sim__picture *picture, struct sim__plot *plot,
                      const struct sim__picture_event *event)
{
    struct sim__plots *plots = picture->gathering;
    uint64_t live = plots->live;
    const char *type = picture->words[event->type];
    if (strcmp(type, sup_event_name(SUP_EVENT_ATTEMPT_STARTED)) == 0) {
        live++;
    } else if ((strcmp(type, sup_event_name(SUP_EVENT_ATTEMPT_ENDED)) == 0 ||
                strcmp(type, sup_event_name(SUP_EVENT_ABANDONED)) == 0) &&
               live > 0) {
        live--;
    }
    if (live != plots->live) {
        plots->live = live;
        step(picture, plot, picture->instants[event->instant], live);
    }
}

void sim__plots_hear(struct sim__picture *picture, const struct sim__json *line,
                     const struct sim__picture_event *event)
{
    struct sup_instant now = picture->instants[event->instant];
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        struct gathering *one = &picture->gathering->of[i];
        struct sim__plot *plot = &picture->plots[i];
        if (one->kind == PLOT_LIVE) {
            hear_live(picture, plot, event);
            continue;
        }
        if (one->kind == PLOT_SLIDING) {
            leave(picture, one, plot, now);
        }
        if (!fits(picture, one->filter, line, event)) {
            continue;
        }
        if (one->kind == PLOT_SLIDING) {
            enter(picture, one, now);
        } else {
            one->count++;
        }
        step(picture, plot, now, one->count);
    }
}

/* ---- which plots ---- */

static const char *name_of(struct sim__picture *picture, const char *name,
                           const struct sim_counted *counted, enum plot_kind kind)
{
    struct sim__text text = {0};
    if (name != NULL) {
        sim__text_put(&text, name);
        sim__text_put(&text, ": ");
    }
    sim__text_put(&text, sup_event_name(counted->filter.pattern.type));
    if (kind == PLOT_SLIDING) {
        sim__text_put(&text, " within ");
        sim__text_duration(&text, counted->within);
    } else {
        sim__text_put(&text, " so far");
    }
    const char *copy = sim__arena_text(picture->arena, sim__text_string(&text), text.length);
    picture->failed |= text.failed || copy == NULL;
    sim__text_release(&text);
    return copy;
}

static void add(struct sim__picture *picture, const char *name, const struct sim_counted *counted,
                enum plot_kind kind)
{
    struct sim__plots *plots = picture->gathering;
    if (picture->plot_count < PLOTS_MAX) {
        plots->of[picture->plot_count] = (struct gathering){
            .kind = kind,
            .filter = &counted->filter,
            .within = counted->within,
        };
        plots->plots[picture->plot_count++].name = name_of(picture, name, counted, kind);
    }
}

bool sim__plots_begin(struct sim__picture *picture)
{
    const struct sim_scenario *scenario = picture->scenario;
    picture->gathering = calloc(1, sizeof *picture->gathering);
    if (picture->gathering == NULL) {
        return false;
    }
    picture->plots = picture->gathering->plots;
    picture->gathering->of[0].kind = PLOT_LIVE;
    picture->plots[picture->plot_count++].name = "live attempts";
    step(picture, &picture->plots[0], (struct sup_instant){0}, 0);
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        const struct sim_measure *measure = &scenario->measures[i];
        if (measure->kind == SIM_MEASURE_PEAK || measure->kind == SIM_MEASURE_TALLY) {
            add(picture, measure->name, measure->counted,
                measure->kind == SIM_MEASURE_PEAK ? PLOT_SLIDING : PLOT_TOTAL);
        }
    }
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *one = &scenario->expectations[i];
        if (one->what == SIM_WHAT_PEAK) {
            add(picture, NULL, one->counted, PLOT_SLIDING);
        }
    }
    return !picture->failed;
}

void sim__plots_complete(struct sim__picture *picture)
{
    struct sup_instant end = picture->instants[picture->end];
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        if (picture->gathering->of[i].kind == PLOT_SLIDING) {
            leave(picture, &picture->gathering->of[i], &picture->plots[i], end);
        }
    }
}

void sim__plots_release(struct sim__picture *picture)
{
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        free(picture->gathering->of[i].window);
        free(picture->plots[i].steps);
    }
    free(picture->gathering);
}

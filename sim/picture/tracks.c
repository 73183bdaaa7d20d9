/* A picture as tracks; see tracks.h. */
#include "tracks.h"

#include <string.h>

#include "sim/base/escape.h"
#include "sup/event.h"
#include "sup/sup.h"

/* Of the supervisor and the world; groups come after it, the root first. */
#define WORLD 1u
#define ROOT 2u
#define SUPERVISOR 1u /* thread of the world; conditions come after it */

struct tracks {
    struct sim__text *text;
    const struct sim__picture *picture;
    bool begun;
};

static void put_us(struct sim__text *text, struct sup_duration length)
{
    sim__text_u64(text, length.ns / 1000);
    sim__text_format(text, ".%03u", (unsigned)(length.ns % 1000));
}

static struct sup_duration since_start(const struct tracks *tracks, uint32_t instant)
{
    return SUP_NS(tracks->picture->instants[instant].ns);
}

static uint32_t process_of(const struct tracks *tracks, uint32_t lane)
{
    uint32_t group = tracks->picture->lanes[lane].group;
    return group == SIM__PICTURE_NONE ? ROOT : ROOT + 1 + group;
}

/* Behind the threads of all services. */
static uint32_t breaker_of(const struct tracks *tracks, uint32_t lane)
{
    return tracks->picture->lane_count + lane + 1;
}

/* `{"ph":"X","pid":1,"tid":1`: a record that is open. */
static void open_record(struct tracks *tracks, const char *phase, uint32_t process, uint32_t thread)
{
    sim__text_put(tracks->text, tracks->begun ? ",\n" : "\n");
    tracks->begun = true;
    sim__text_format(tracks->text, "{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u", phase, process, thread);
}

static void put_text(struct tracks *tracks, const char *key, const char *value)
{
    sim__text_format(tracks->text, ",\"%s\":", key);
    sim__text_json(tracks->text, value);
}

static void put_time(struct tracks *tracks, const char *key, struct sup_duration length)
{
    sim__text_format(tracks->text, ",\"%s\":", key);
    put_us(tracks->text, length);
}

/* When it begins, and for how long it goes on. */
static void put_stretch(struct tracks *tracks, uint32_t from, uint32_t to)
{
    const struct sup_instant *instants = tracks->picture->instants;
    put_time(tracks, "ts", SUP_NS(instants[from].ns));
    put_time(tracks, "dur", sup_instant_since(instants[to], instants[from]));
}

/* ---- who there is ---- */

static void name_track(struct tracks *tracks, uint32_t process, uint32_t thread, const char *name)
{
    bool whole = thread == 0;
    open_record(tracks, "M", process, thread);
    put_text(tracks, "name", whole ? "process_name" : "thread_name");
    sim__text_put(tracks->text, ",\"args\":{\"name\":");
    sim__text_json(tracks->text, name);
    sim__text_put(tracks->text, "}}");
    open_record(tracks, "M", process, thread);
    put_text(tracks, "name", whole ? "process_sort_index" : "thread_sort_index");
    sim__text_format(tracks->text, ",\"args\":{\"sort_index\":%u}}", whole ? process : thread);
}

static void name_tracks(struct tracks *tracks)
{
    const struct sim__picture *picture = tracks->picture;
    name_track(tracks, WORLD, 0, "supervisor and world");
    name_track(tracks, WORLD, SUPERVISOR, "supervisor");
    for (uint32_t i = 0; i < picture->condition_count; i++) {
        name_track(tracks, WORLD, SUPERVISOR + 1 + i, picture->conditions[i].name);
    }
    name_track(tracks, ROOT, 0, "services");
    for (uint32_t i = 0; i < picture->group_count; i++) {
        name_track(tracks, ROOT + 1 + i, 0, picture->groups[i].name);
    }
    for (uint32_t i = 0; i < picture->lane_count; i++) {
        name_track(tracks, process_of(tracks, i), i + 1, picture->lanes[i].name);
    }
}

/* Those of services whose breaker ever was open. */
static void name_breakers(struct tracks *tracks)
{
    const struct sim__picture *picture = tracks->picture;
    uint32_t named = SIM__PICTURE_NONE;
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        if (bar->kind < SIM__BAR_OPEN || bar->service == named) {
            continue;
        }
        struct sim__text name = {0};
        named = bar->service;
        sim__text_format(&name, "%s, breaker", picture->lanes[named].name);
        name_track(tracks, process_of(tracks, named), breaker_of(tracks, named),
                   sim__text_string(&name));
        tracks->text->failed |= name.failed;
        sim__text_release(&name);
    }
}

/* ---- what happened ---- */

static void put_args(struct tracks *tracks, const struct sim__picture_event *event)
{
    const struct sim__picture *picture = tracks->picture;
    sim__text_put(tracks->text, ",\"args\":{\"detail\":");
    sim__text_json(tracks->text, picture->words[event->detail]);
    if (event->because != SIM__PICTURE_NONE) {
        put_text(tracks, "because", picture->words[event->because]);
    }
    sim__text_put(tracks->text, "}}");
}

static void put_bar(struct tracks *tracks, const struct sim__bar *bar)
{
    bool breaker = bar->kind == SIM__BAR_OPEN || bar->kind == SIM__BAR_HALF_OPEN;
    uint32_t thread = breaker ? breaker_of(tracks, bar->service) : bar->service + 1;
    struct sim__text name = {0};
    if (bar->kind == SIM__BAR_IDLE || bar->kind == SIM__BAR_ENDED) {
        return; /* nothing is drawn there */
    }
    sim__text_put(&name, sim__bar_name(bar->kind));
    if (bar->attempt > 0) {
        sim__text_format(&name, " #%u", bar->attempt);
    }
    open_record(tracks, "X", process_of(tracks, bar->service), thread);
    put_text(tracks, "name", sim__text_string(&name));
    put_text(tracks, "cat", breaker ? "breaker" : "phase");
    put_stretch(tracks, bar->from, bar->to);
    put_args(tracks, &tracks->picture->events[bar->event]);
    tracks->text->failed |= name.failed;
    sim__text_release(&name);
}

static void find_track(const struct tracks *tracks, const struct sim__picture_event *event,
                       uint32_t *ret_process, uint32_t *ret_thread)
{
    *ret_process = WORLD;
    *ret_thread = SUPERVISOR;
    if (event->kind == SIM__SUBJECT_SERVICE) {
        *ret_process = process_of(tracks, event->subject);
        *ret_thread = event->subject + 1;
    } else if (event->kind == SIM__SUBJECT_CONDITION) {
        *ret_thread = SUPERVISOR + 1 + event->subject;
    }
}

static bool is_command(const struct tracks *tracks, const struct sim__picture_event *event)
{
    return strcmp(tracks->picture->words[event->type], sup_event_name(SUP_EVENT_COMMAND)) == 0;
}

/* Commands are the operator's, all on the supervisor's track: slices, that flows can leave. */
static void put_event(struct tracks *tracks, const struct sim__picture_event *event)
{
    uint32_t process, thread;
    bool command = is_command(tracks, event);
    find_track(tracks, event, &process, &thread);
    open_record(tracks, command ? "X" : "i", command ? WORLD : process,
                command ? SUPERVISOR : thread);
    put_text(tracks, "name", tracks->picture->words[event->type]);
    put_text(tracks, "cat", command ? "command" : "event");
    put_time(tracks, "ts", since_start(tracks, event->instant));
    sim__text_put(tracks->text, command ? ",\"dur\":0.000" : ",\"s\":\"t\"");
    put_args(tracks, event);
}

static void put_band(struct tracks *tracks, const struct sim__band *band)
{
    open_record(tracks, "X", WORLD, SUPERVISOR + 1 + band->condition);
    put_text(tracks, "name", tracks->picture->words[band->state]);
    put_text(tracks, "cat", "condition");
    put_stretch(tracks, band->from, band->to);
    sim__text_put(tracks->text, "}");
}

static void put_drain(struct tracks *tracks, const struct sim__band *drain)
{
    open_record(tracks, "X", WORLD, SUPERVISOR);
    put_text(tracks, "name", "draining");
    put_text(tracks, "cat", "drain");
    put_stretch(tracks, drain->from, drain->to);
    sim__text_put(tracks->text, "}");
}

static void put_plot(struct tracks *tracks, const struct sim__plot *plot)
{
    for (uint32_t i = 0; i < plot->step_count; i++) {
        open_record(tracks, "C", WORLD, SUPERVISOR);
        put_text(tracks, "name", plot->name);
        put_time(tracks, "ts", SUP_NS(plot->steps[i].at.ns));
        sim__text_put(tracks->text, ",\"args\":{\"value\":");
        sim__text_u64(tracks->text, plot->steps[i].value);
        sim__text_put(tracks->text, "}}");
    }
}

/* ---- from a command to what it brought ---- */

static bool is_commanded(const struct tracks *tracks, const struct sim__picture_event *event)
{
    const char *because =
        event->because == SIM__PICTURE_NONE ? "" : tracks->picture->words[event->because];
    return strncmp(because, "operator: ", 10) == 0 || strncmp(because, "drain: ", 7) == 0;
}

/* The command that comes last before the event, in its instant; NONE: there is none. */
static uint32_t command_before(const struct tracks *tracks, uint32_t number)
{
    const struct sim__picture_event *events = tracks->picture->events;
    for (uint32_t i = number; i > 0 && events[i - 1].instant == events[number].instant; i--) {
        if (is_command(tracks, &events[i - 1])) {
            return i - 1;
        }
    }
    return SIM__PICTURE_NONE;
}

static void put_flow_end(struct tracks *tracks, const char *phase, uint32_t id, uint32_t instant)
{
    put_text(tracks, "name", "command");
    put_text(tracks, "cat", "command");
    sim__text_format(tracks->text, ",\"id\":%u", id);
    put_time(tracks, "ts", since_start(tracks, instant));
    sim__text_put(tracks->text, phase[0] == 'f' ? ",\"bp\":\"e\"}" : "}");
}

static void put_flows(struct tracks *tracks)
{
    const struct sim__picture *picture = tracks->picture;
    uint32_t id = 0;
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        bool drawn = bar->kind != SIM__BAR_IDLE && bar->kind != SIM__BAR_ENDED;
        uint32_t command = drawn && is_commanded(tracks, &picture->events[bar->event])
                               ? command_before(tracks, bar->event)
                               : SIM__PICTURE_NONE;
        if (command == SIM__PICTURE_NONE) {
            continue;
        }
        open_record(tracks, "s", WORLD, SUPERVISOR);
        put_flow_end(tracks, "s", ++id, picture->events[command].instant);
        open_record(tracks, "f", process_of(tracks, bar->service), bar->service + 1);
        put_flow_end(tracks, "f", id, bar->from);
    }
}

void sim__tracks_put(struct sim__text *text, const struct sim__picture *picture,
                     const struct sim__picture_frame *frame)
{
    struct tracks tracks = {.text = text, .picture = picture};
    sim__text_put(text, "{\"otherData\":{\"rehearse\":\"" SUP_VERSION "\"");
    put_text(&tracks, "scenario", frame->name);
    put_text(&tracks, "file", frame->file);
    sim__text_format(text, ",\"seed\":\"%llu\",\"hash\":\"", (unsigned long long)frame->seed);
    sim__text_hex16(text, frame->hash);
    sim__text_char(text, '"');
    put_text(&tracks, "verdict", frame->word);
    put_text(&tracks, "replay", frame->replay);
    sim__text_put(text, "},\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
    name_tracks(&tracks);
    name_breakers(&tracks);
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        put_bar(&tracks, &picture->bars[i]);
    }
    for (uint32_t i = 0; i < picture->event_count; i++) {
        put_event(&tracks, &picture->events[i]);
    }
    for (uint32_t i = 0; i < picture->band_count; i++) {
        put_band(&tracks, &picture->bands[i]);
    }
    for (uint32_t i = 0; i < picture->drain_count; i++) {
        put_drain(&tracks, &picture->drains[i]);
    }
    for (uint32_t i = 0; i < picture->plot_count; i++) {
        put_plot(&tracks, &picture->plots[i]);
    }
    put_flows(&tracks);
    sim__text_put(text, "\n]}\n");
}

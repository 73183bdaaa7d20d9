/* Plays planted streams to the invariant checker. */
#include "core_world.h"

#include <stdlib.h>

#include "planted.h"
#include "sim/run/lag.h"

#define NAMES_MAX 8u
#define WORDS_MAX 8u

static const char head[] =
    HEAD "defaults: {backoff: {base: 10ms, max: 1s}, stop: {grace: 50ms, abort-wait: 20ms}}\n";
static const char usual[] = "services: [{name: a}, {name: b}]";

struct player {
    char name[32];
    uint32_t attempts;
    uint32_t generations;
};

struct stream {
    struct sim_invariants *inv;
    struct sim_scenario *scenario;
    struct world *world; /* for `settle`; its services were only registered */
    struct player players[NAMES_MAX];
    uint32_t player_count;
    uint64_t now;
    uint64_t sequence;
};

/* ---- opening ---- */

/* A later registration may have another policy: that of a `spawn`. */
static void announce(struct stream *s, const char *name, bool again)
{
    const struct sim_service *found = NULL;
    for (uint32_t i = 0; i < s->scenario->service_count; i++) {
        const struct sim_service *service = &s->scenario->services[i];
        found = strcmp(service->name, name) == 0 ? service : found;
    }
    for (uint32_t i = 0; again && i < s->scenario->timeline_count; i++) {
        const struct sim_service *service = s->scenario->timeline[i].service;
        found = service != NULL && strcmp(service->name, name) == 0 ? service : found;
    }
    assert_non_null(found);
    assert_int_equal(sim_invariants_policy(s->inv, name, found->group, &found->policy), SUP_OK);
    if (found->paused) {
        sim_invariants_paused(s->inv, name);
    }
    if (found->lag != NULL) {
        const struct sim_invariants_lag lag = sim__lag_bounds(found->lag);
        assert_int_equal(sim_invariants_lag(s->inv, name, &lag), SUP_OK);
    }
}

static uint32_t slot_of(struct stream *s, const char *name)
{
    for (uint32_t i = 0; i < s->player_count; i++) {
        if (strcmp(s->players[i].name, name) == 0) {
            return i;
        }
    }
    assert_true(s->player_count < NAMES_MAX && strlen(name) < sizeof(s->players[0].name));
    strcpy(s->players[s->player_count].name, name);
    return s->player_count++;
}

struct stream *stream_open(const char *world)
{
    char text[2048];
    struct stream *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    int length = snprintf(text, sizeof(text), "%s%s\n", head, world != NULL ? world : usual);
    assert_true(length > 0 && (size_t)length < sizeof(text));
    s->scenario = read_good(text);
    struct sim_invariants_config config = {
        .blocking_pool = s->scenario->blocking_pool,
        .shutdown_timeout = s->scenario->shutdown_timeout,
        .root = s->scenario->root,
        .clock_at_zero = s->scenario->clock,
    };
    assert_int_equal(sim_invariants_create(&config, &s->inv), SUP_OK);
    for (uint32_t i = 0; i < s->scenario->group_count; i++) {
        const struct sim_group *group = &s->scenario->groups[i];
        assert_int_equal(sim_invariants_group(s->inv, group->name, &group->policy), SUP_OK);
    }
    for (uint32_t i = 0; i < s->scenario->service_count; i++) {
        announce(s, s->scenario->services[i].name, false);
        slot_of(s, s->scenario->services[i].name);
    }
    return s;
}

struct sim_invariants *stream_invariants(struct stream *s)
{
    return s->inv;
}

void stream_close(struct stream *s)
{
    sim_invariants_free(s->inv);
    sim_scenario_free(s->scenario);
    if (s->world != NULL) {
        world_close(s->world);
        free(s->world);
    }
    free(s);
}

static struct sup *supervisor_of(struct stream *s)
{
    if (s->world == NULL) {
        s->world = calloc(1, sizeof(*s->world));
        assert_non_null(s->world);
        world_open(s->world);
        for (uint32_t i = 0; i < s->scenario->service_count; i++) {
            spawn(s->world, s->scenario->services[i].name, &s->scenario->services[i].policy);
        }
    }
    return s->world->sup;
}

/* ---- words ---- */

struct statement {
    char text[128];
    char *words[WORDS_MAX];
    uint32_t count;
};

static const char *word(const struct statement *st, uint32_t i)
{
    return i < st->count ? st->words[i] : NULL;
}

static bool is(const struct statement *st, uint32_t i, const char *wanted)
{
    return i < st->count && strcmp(st->words[i], wanted) == 0;
}

static uint32_t number(const struct statement *st, uint32_t i, uint32_t otherwise)
{
    return i < st->count ? (uint32_t)strtoul(st->words[i], NULL, 10) : otherwise;
}

static struct sup_duration duration(const char *text)
{
    struct sup_duration length = {0};
    const char *why = NULL;
    if (sim_duration_parse(text, &length.ns, &why) != SUP_OK) {
        fail_msg("`%s` is no duration", text);
    }
    return length;
}

#define NAMED(function, names, type) \
    static uint32_t function(const char *text) \
    { \
        for (uint32_t i = 0; i < (uint32_t)(names); i++) { \
            if (text != NULL && strcmp(text, type(i)) == 0) { \
                return i; \
            } \
        } \
        fail_msg("nothing is called `%s`", text != NULL ? text : "nothing"); \
        return 0; \
    }
#define EVENT_NAME(i) sup_event_name((enum sup_event_type)(i))
#define OUTCOME_NAME(i) sup_outcome_name((enum sup_outcome)(i))
#define REASON_NAME(i) sup_reason_name((enum sup_reason)(i))
#define COMMAND_NAME(i) sup_command_name((enum sup_command)(i))
NAMED(event_type, SUP_EVENT_TYPES, EVENT_NAME)
NAMED(outcome_word, SUP_OUTCOMES, OUTCOME_NAME)
NAMED(reason_word, SUP_REASONS, REASON_NAME)
NAMED(command_word, SUP_COMMANDS, COMMAND_NAME)

static uint32_t then_word(const char *text)
{
    static const char *const words[] = {
#define SUP__X(id, name) name,
        SUP_LIMIT_THEN_LIST(SUP__X)
#undef SUP__X
    };
    for (uint32_t i = 0; i < COUNT(words); i++) {
        if (text != NULL && strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    fail_msg("no limit brings `%s`", text != NULL ? text : "nothing");
    return 0;
}

/* ---- events ---- */

static void say(struct stream *s, struct sup_event event)
{
    event.at.ns = s->now;
    event.sequence = ++s->sequence;
    sim_invariants_event(s->inv, &event);
}

static void command_of(struct sup_event *event, const struct statement *st, uint32_t i)
{
    event->type = SUP_EVENT_COMMAND;
    event->fields = SUP_FIELD_COMMAND;
    event->command = (enum sup_command)command_word(word(st, i));
    event->idempotent = is(st, i + 1, "idempotent");
    event->result = is(st, i + 1, "refused")   ? SUP_ESTOPPING
                    : is(st, i + 1, "limited") ? SUP_ELIMIT
                                               : SUP_OK;
}

/* What it returned, behind the outcome: code=N, signal=N, exit=OUTCOME, finish=N. */
static bool returned(struct sup_event *event, const struct statement *st)
{
    bool any = false;
    for (uint32_t i = 3; i < st->count; i++) {
        const char *text = word(st, i);
        if (strncmp(text, "code=", 5) == 0) {
            event->fields |= SUP_FIELD_CODE;
            event->code = (int32_t)strtol(text + 5, NULL, 10);
        } else if (strncmp(text, "signal=", 7) == 0) {
            event->fields |= SUP_FIELD_SIGNAL;
            event->signal = (int32_t)strtol(text + 7, NULL, 10);
        } else if (strncmp(text, "finish=", 7) == 0) {
            event->fields |= SUP_FIELD_FINISH;
            event->finish = (int32_t)strtol(text + 7, NULL, 10);
        } else if (strncmp(text, "exit=", 5) == 0) {
            event->fields |= SUP_FIELD_EXIT;
            event->exit = (enum sup_outcome)outcome_word(text + 5);
        } else {
            continue;
        }
        any = true;
    }
    return any;
}

/* What an attempt does; true when it was that. */
static bool of_attempt(struct player *p, struct sup_event *event, const struct statement *st)
{
    event->fields = SUP_FIELD_ATTEMPT;
    if (is(st, 1, "starts")) {
        event->type = SUP_EVENT_ATTEMPT_STARTED;
        event->attempt = number(st, 2, p->attempts + 1);
        p->attempts = event->attempt;
    } else if (is(st, 1, "ended")) {
        event->type = SUP_EVENT_ATTEMPT_ENDED;
        event->fields |= SUP_FIELD_OUTCOME;
        event->outcome = (enum sup_outcome)outcome_word(word(st, 2));
        event->attempt = returned(event, st) ? p->attempts : number(st, 3, p->attempts);
    } else if (is(st, 1, "finishing")) {
        event->type = SUP_EVENT_FINISHING;
        event->attempt = number(st, 2, p->attempts);
    } else if (is(st, 1, "late")) {
        event->type = SUP_EVENT_LATE_REPORT;
        event->fields |= is(st, 3, "exit") ? SUP_FIELD_EXIT : 0;
        event->attempt = number(st, 2, p->attempts);
        event->generation = number(st, is(st, 3, "exit") ? 4 : 3, p->generations - 1);
    } else {
        return false;
    }
    return true;
}

/* What the supervisor does about it. */
static bool of_supervision(struct sup_event *event, const struct statement *st)
{
    if (is(st, 1, "waits")) {
        event->type = SUP_EVENT_BACKING_OFF;
        event->fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK;
        event->delay = duration(word(st, 2));
        event->streak = number(st, 3, 0);
    } else if (is(st, 1, "opened")) {
        event->type = SUP_EVENT_BREAKER_OPENED;
        event->fields = SUP_FIELD_COUNT | (st->count > 4 ? SUP_FIELD_DELAY : 0);
        event->count = number(st, 2, 0);
        event->limit = number(st, 3, 0);
        event->delay = st->count > 4 ? duration(word(st, 4)) : (struct sup_duration){0};
    } else if (is(st, 1, "exhausted")) {
        event->type = SUP_EVENT_LIMIT_EXHAUSTED;
        event->fields = SUP_FIELD_COUNT | SUP_FIELD_THEN;
        event->count = number(st, 2, 0);
        event->limit = number(st, 3, 0);
        event->then = then_word(word(st, 4));
    } else if (is(st, 1, "terminated")) {
        event->type = SUP_EVENT_TERMINATED;
        event->fields = SUP_FIELD_REASON;
        event->reason = (enum sup_reason)reason_word(word(st, 2));
    } else {
        return false;
    }
    return true;
}

static void of_service(struct stream *s, const struct statement *st)
{
    uint32_t slot = slot_of(s, word(st, 0));
    struct player *p = &s->players[slot];
    struct sup_event event = {.slot = slot, .service = p->name};
    if (is(st, 1, "registered")) {
        event.type = SUP_EVENT_REGISTERED;
        event.fields = SUP_FIELD_GENERATION;
        event.generation = number(st, 2, p->generations);
        p->generations = event.generation + 1;
        p->attempts = 0;
    } else if (is(st, 1, "command")) {
        command_of(&event, st, 2);
    } else if (!of_attempt(p, &event, st) && !of_supervision(&event, st)) {
        event.fields = 0;
        event.type = (enum sup_event_type)event_type(word(st, 1));
    }
    say(s, event);
}

static void of_group(struct stream *s, const struct statement *st)
{
    struct sup_event event = {.slot = UINT32_MAX, .group = word(st, 1)};
    if (is(st, 2, "command")) {
        command_of(&event, st, 3);
    } else if (is(st, 2, "exhausted")) {
        event.type = SUP_EVENT_LIMIT_EXHAUSTED;
        event.fields = SUP_FIELD_COUNT;
        event.count = number(st, 3, 0);
        event.limit = number(st, 4, 0);
    } else {
        event.type = (enum sup_event_type)event_type(word(st, 2));
    }
    say(s, event);
}

static void of_drain(struct stream *s, const struct statement *st)
{
    struct sup_event event = {.slot = UINT32_MAX};
    if (is(st, 0, "shutdown")) {
        event.type = SUP_EVENT_SHUTDOWN_REQUESTED;
        event.fields = st->count > 1 ? SUP_FIELD_TIMEOUT : 0;
        event.timeout = st->count > 1 ? duration(word(st, 1)) : (struct sup_duration){0};
    } else {
        event.type = SUP_EVENT_DRAINED;
        event.fields = SUP_FIELD_DRAIN;
        event.took = duration(word(st, 1));
        event.drain = (struct sup_drain_counts){
            .already_exited = number(st, 2, 0),
            .graceful = number(st, 3, 0),
            .aborted = number(st, 4, 0),
            .abandoned = number(st, 5, 0),
        };
    }
    say(s, event);
}

/* ---- playing ---- */

/* What is no event; true when it was that. */
static bool aside(struct stream *s, const struct statement *st)
{
    if (st->words[0][0] == '+') {
        s->now += duration(st->words[0] + 1).ns;
    } else if (st->words[0][0] == '@') {
        s->now = duration(st->words[0] + 1).ns;
    } else if (is(st, 0, "gap")) {
        s->sequence++;
    } else if (is(st, 0, "stalled")) {
        sim_invariants_stalled(s->inv);
    } else if (is(st, 0, "announce")) {
        announce(s, word(st, 1), true);
    } else if (is(st, 0, "refused")) {
        sim_invariants_refused(s->inv, word(st, 1));
    } else if (is(st, 0, "settle")) {
        sim_invariants_settled(s->inv, supervisor_of(s));
    } else if (is(st, 0, "end")) {
        sim_invariants_end(s->inv, supervisor_of(s));
    } else {
        return false;
    }
    return true;
}

static void perform(struct stream *s, const struct statement *st)
{
    if (aside(s, st)) {
        return;
    }
    if (is(st, 0, "group")) {
        of_group(s, st);
    } else if (is(st, 0, "shutdown") || is(st, 0, "drained")) {
        of_drain(s, st);
    } else {
        of_service(s, st);
    }
}

static void split(struct statement *st, const char *begin, size_t length)
{
    assert_true(length < sizeof(st->text));
    memcpy(st->text, begin, length);
    st->text[length] = '\0';
    st->count = 0;
    char *rest = NULL;
    for (char *w = strtok_r(st->text, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
        assert_true(st->count < WORDS_MAX);
        st->words[st->count++] = w;
    }
    assert_true(st->count > 0);
}

/* Plays the statements; all but the last have to break nothing, and the last
 * neither, unless it may. */
static void play(struct stream *s, const char *name, const char *story, bool last_may)
{
    while (story != NULL && *story != '\0') {
        const char *end = strchr(story, ';');
        size_t length = end != NULL ? (size_t)(end - story) : strlen(story);
        struct statement st;
        split(&st, story, length);
        if (is(&st, 1, "begins")) {
            st.words[1] = "registered";
            perform(s, &st);
            st.words[1] = "starts";
        }
        perform(s, &st);
        if (sim_invariants_broken(s->inv) != NULL && !(last_may && end == NULL)) {
            fail_msg("%s: `%.*s` broke %s: %s", name, (int)length, story,
                     sim_invariants_broken(s->inv), sim_invariants_text(s->inv));
        }
        story = end != NULL ? end + 1 : NULL;
    }
    assert_false(sim_invariants_failed(s->inv));
}

void stream_play(struct stream *s, const char *story)
{
    play(s, "stream", story, false);
}

static void play_fault(const struct planted *c)
{
    struct stream *s = stream_open(c->world);
    play(s, c->name, c->story, false);
    play(s, c->name, c->fault, true);
    const char *broken = sim_invariants_broken(s->inv);
    if (broken == NULL || strcmp(broken, c->invariant) != 0) {
        fail_msg("%s: %s instead of %s: %s", c->name, broken != NULL ? broken : "nothing",
                 c->invariant, sim_invariants_text(s->inv));
    }
    const char *sentence = strstr(sim_invariants_text(s->inv), ": ");
    assert_non_null(sentence);
    if (strcmp(sentence + 2, c->text) != 0) {
        fail_msg("%s: it says: %s", c->name, sim_invariants_text(s->inv));
    }
    stream_close(s);
}

void assert_planted(const struct planted *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cases[i].fault != NULL) {
            play_fault(&cases[i]);
        }
        struct stream *s = stream_open(cases[i].world);
        play(s, cases[i].name, cases[i].story, false);
        play(s, cases[i].name, cases[i].fine, false);
        stream_close(s);
    }
}

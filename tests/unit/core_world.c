/* The world that tests of the core run in; see core_world.h. */
#include "core_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A broken promise of the core fails the test that met it. */
_Noreturn __attribute__((weak)) void sup_assert_failed(const char *expression, const char *file,
                                                       int line)
{
    mock_assert(0, expression, file, line);
    abort();
}

/* ---- logs ---- */

__attribute__((format(printf, 2, 3))) static void put(struct world_log *log, const char *format,
                                                      ...)
{
    if (log->size - log->length < 4096) {
        log->size = log->size * 2 + 8192;
        log->text = realloc(log->text, log->size);
        assert_non_null(log->text);
    }
    va_list arguments;
    va_start(arguments, format);
    int wrote = vsnprintf(log->text + log->length, log->size - log->length, format, arguments);
    va_end(arguments);
    assert_in_range(wrote, 0, 4095);
    log->length += (size_t)wrote;
}

static void put_time(struct world_log *log, uint64_t ns)
{
    static const struct {
        uint64_t ns;
        const char *name;
    } units[] = {{SECOND, "s"}, {MS, "ms"}, {1000, "us"}, {1, "ns"}};
    if (ns == 0 || ns == SUP_NEVER_NS) {
        put(log, ns == 0 ? "0" : "never");
        return;
    }
    size_t unit = 0;
    while (ns % units[unit].ns != 0) {
        unit++;
    }
    put(log, "%" PRIu64 "%s", ns / units[unit].ns, units[unit].name);
}

void forget_events(struct world *w)
{
    w->events.length = w->calls.length = 0;
    if (w->events.text != NULL) {
        w->events.text[0] = '\0';
    }
    if (w->calls.text != NULL) {
        w->calls.text[0] = '\0';
    }
}

uint32_t count_events(const struct world *w, const char *text)
{
    uint32_t count = 0;
    for (const char *at = w->events.text; at != NULL; count++) {
        at = strstr(at, text);
        if (at == NULL) {
            break;
        }
        at++;
    }
    return count;
}

void world_expect(struct world_log *log, const char *const *lines, const char *file, int line)
{
    struct world_log wanted = {0};
    put(&wanted, "%s", "");
    for (; *lines != NULL; lines++) {
        put(&wanted, "%s\n", *lines);
    }
    const char *found = log->length == 0 ? "" : log->text;
    if (strcmp(found, wanted.text) != 0) {
        fprintf(stderr, "expected:\n%sfound:\n%s", wanted.text, found);
        _fail(file, line);
    }
    free(wanted.text);
    log->length = 0;
}

/* ---- events ---- */

static void put_fields(struct world_log *log, const struct sup_event *event)
{
    uint32_t fields = event->fields;
    if (fields & SUP_FIELD_GENERATION) {
        put(log, " g%" PRIu32, event->generation);
    }
    if (fields & SUP_FIELD_ATTEMPT) {
        put(log, " #%" PRIu32, event->attempt);
    }
    if (fields & SUP_FIELD_OUTCOME) {
        put(log, " %s", sup_outcome_name(event->outcome));
    }
    if (fields & SUP_FIELD_EXIT) {
        put(log, " exit %s", sup_outcome_name(event->exit));
    }
    if (fields & SUP_FIELD_CODE) {
        put(log, " code %" PRId32, event->code);
    }
    if (fields & SUP_FIELD_SIGNAL) {
        put(log, " signal %" PRId32, event->signal);
    }
    if (fields & SUP_FIELD_FINISH) {
        put(log, " finish %" PRId32, event->finish);
    }
    if (fields & SUP_FIELD_DELAY) {
        put(log, " ");
        put_time(log, event->delay.ns);
    }
    if (fields & SUP_FIELD_STREAK) {
        put(log, " k%" PRIu32, event->streak);
    }
    if (fields & SUP_FIELD_ERROR) {
        put(log, " '%s'", event->error);
    }
    if (fields & SUP_FIELD_REASON) {
        put(log, " %s", sup_reason_name(event->reason));
    }
    if (fields & SUP_FIELD_TEXT) {
        put(log, " '%s'", event->text);
    }
}

static void put_more_fields(struct world_log *log, const struct sup_event *event)
{
    uint32_t fields = event->fields;
    if (fields & SUP_FIELD_COUNT) {
        put(log, " %" PRIu32 "/%" PRIu32, event->count, event->limit);
    }
    if (fields & SUP_FIELD_THEN) {
        put(log, " then %s", sup_limit_then_name(event->then));
    }
    if (fields & SUP_FIELD_COMMAND) {
        bool by_token = strcmp(event->who, "token") == 0;
        assert_string_equal(event->who, by_token ? "token" : "ops");
        assert_string_equal(event->why, by_token ? "its cancellation token was cancelled" : "test");
        put(log, " %s %s%s", sup_command_name(event->command), sup_error_name(event->result),
            event->idempotent ? " idempotent" : "");
    }
    if (fields & SUP_FIELD_TIMEOUT) {
        put(log, " timeout ");
        put_time(log, event->timeout.ns);
    }
    if (fields & SUP_FIELD_DRAIN) {
        const struct sup_drain_counts *counts = &event->drain;
        put(log, " took ");
        put_time(log, event->took.ns);
        put(log,
            "%s exited %" PRIu32 " graceful %" PRIu32 " aborted %" PRIu32 " abandoned %" PRIu32,
            event->timed_out ? " timed-out" : "", counts->already_exited, counts->graceful,
            counts->aborted, counts->abandoned);
    }
}

/* State is updated before its event: what a snapshot says must fit. */
static void check_snapshot(const struct world *w, const struct sup_event *event)
{
    struct sup_snapshot shot;
    if (event->slot == UINT32_MAX || sup_snapshot_slot(w->sup, event->slot, &shot) != SUP_OK) {
        return;
    }
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_STARTED:
        assert_true(shot.active && shot.attempt == event->attempt);
        break;
    case SUP_EVENT_ATTEMPT_ENDED:
        assert_false(shot.active);
        break;
    case SUP_EVENT_BACKING_OFF:
        assert_int_equal(shot.phase, SUP_PHASE_BACKING_OFF);
        assert_true(shot.delay.ns == event->delay.ns);
        break;
    case SUP_EVENT_CANCEL_DELIVERED:
        assert_int_equal(shot.phase, SUP_PHASE_STOPPING);
        break;
    case SUP_EVENT_TERMINATED:
        assert_int_equal(shot.phase, SUP_PHASE_TERMINATED);
        assert_int_equal(shot.reason, event->reason);
        break;
    case SUP_EVENT_BREAKER_CLOSED:
        assert_int_equal(shot.breaker, SUP_BREAKER_STATE_CLOSED);
        break;
    case SUP_EVENT_REMOVED:
    case SUP_EVENT_REPLACED:
        fail_msg("%s is still there", event->service);
        break;
    default:
        break;
    }
}

static void record(void *context, const struct sup_event *event)
{
    struct world *w = context;
    struct world_log *log = &w->events;
    assert_true(event->at.ns == w->now);
    assert_true((event->service != NULL) == (event->slot != UINT32_MAX) ||
                event->type == SUP_EVENT_COMMAND);
    assert_true(event->sequence == ++w->sequence);
    put_time(log, event->at.ns);
    put(log, " %s",
        event->service != NULL ? event->service
        : event->group != NULL ? event->group
                               : "-");
    put(log, " %s", sup_event_name(event->type));
    if (event->service != NULL && event->group != NULL && strcmp(event->group, "runtime") != 0) {
        put(log, " in %s", event->group);
    }
    put_fields(log, event);
    put_more_fields(log, event);
    put(log, "\n");
    check_snapshot(w, event);
}

/* ---- the executor ---- */

static struct world_attempt *known(struct world *w, struct sup_attempt id)
{
    for (uint32_t i = w->attempt_count; i-- > 0;) {
        struct world_attempt *a = &w->attempts[i];
        if (a->id.slot == id.slot && a->id.generation == id.generation &&
            a->id.attempt == id.attempt) {
            return a;
        }
    }
    fail_msg("an attempt nobody started");
    return NULL;
}

static void put_call(struct world *w, const char *what, struct sup_attempt id)
{
    put_time(&w->calls, w->now);
    put(&w->calls, " %s %s#%" PRIu32 "\n", what, sup_slot_name(w->sup, id.slot), id.attempt);
}

/* Keeps the list short: what has ended is nobody's concern any more. */
static void forget_ended(struct world *w)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < w->attempt_count; i++) {
        if (!w->attempts[i].ended) {
            w->attempts[kept++] = w->attempts[i];
        }
    }
    w->attempt_count = kept;
    w->forget_at = 2 * kept < 32 ? 32 : 2 * kept;
}

/* Never two live attempts of one name, and none once the drain has begun. */
static int executor_start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct world *w = context;
    assert_int_equal(sup_supervisor_phase_of(w->sup), SUP_SUPERVISOR_RUNNING);
    assert_string_equal(start->service, sup_slot_name(w->sup, start->id.slot));
    for (uint32_t i = 0; i < w->attempt_count; i++) {
        const struct world_attempt *a = &w->attempts[i];
        assert_true(a->id.slot != start->id.slot || a->ended || a->abandoned);
        assert_true(a->id.slot != start->id.slot || a->id.generation < start->id.generation ||
                    a->id.attempt < start->id.attempt);
    }
    put_call(w, "start", start->id);
    w->stop_signal = start->stop_signal;
    if (w->refusals > 0) {
        w->refusals--;
        *ret_error = w->refusal_text;
        return SUP_EREFUSED;
    }
    if (w->attempt_count >= w->forget_at) {
        forget_ended(w);
    }
    assert_true(w->attempt_count < WORLD_ATTEMPTS_MAX);
    w->attempts[w->attempt_count++] = (struct world_attempt){.id = start->id, .started_at = w->now};
    return 0;
}

static void executor_cancel(void *context, struct sup_attempt id, void *work)
{
    struct world *w = context;
    struct world_attempt *a = known(w, id);
    (void)work;
    put_call(w, "cancel", id);
    assert_false((a->cancelled && !w->again) || a->aborted || a->abandoned || a->ended ||
                 a->finishing);
    a->cancelled = true;
}

static void executor_abort(void *context, struct sup_attempt id, void *work)
{
    struct world *w = context;
    struct world_attempt *a = known(w, id);
    (void)work;
    put_call(w, "abort", id);
    assert_true(a->cancelled || a->finishing);
    assert_false((a->aborted && !w->again) || a->abandoned || a->ended);
    a->aborted = true;
}

static void executor_abandon(void *context, struct sup_attempt id, void *work)
{
    struct world *w = context;
    struct world_attempt *a = known(w, id);
    (void)work;
    put_call(w, "abandon", id);
    assert_false(a->abandoned || a->ended);
    a->abandoned = true;
}

/* ---- clock and memory ---- */

static struct sup_instant read_clock(void *context)
{
    return (struct sup_instant){((const struct world *)context)->now};
}

/* Each block is preceded by its size, so that a wrong one is noticed. */
static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct world *w = context;
    size_t room = _Alignof(max_align_t) > sizeof(size_t) ? _Alignof(max_align_t) : sizeof(size_t);
    char *old = block == NULL ? NULL : (char *)block - room;
    if (old != NULL) {
        size_t noted;
        memcpy(&noted, old, sizeof(noted));
        assert_int_equal(noted, old_size);
        w->blocks--;
        w->bytes -= old_size;
    } else {
        assert_int_equal(old_size, 0);
    }
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    if (!w->may_allocate) {
        fail_msg("%zu bytes were asked for outside a registration", new_size);
    }
    char *fresh = realloc(old, new_size + room);
    assert_non_null(fresh);
    memcpy(fresh, &new_size, sizeof(new_size));
    if (new_size > old_size) {
        memset(fresh + room + old_size, 0xA5, new_size - old_size);
    }
    w->blocks++;
    w->bytes += new_size;
    return fresh + room;
}

/* ---- the world ---- */

void world_prepare(struct world *w)
{
    memset(w, 0, sizeof(*w));
    sup_config_default(&w->config);
    w->config.clock = (struct sup_clock){read_clock, w};
    w->config.executor =
        (struct sup_executor){executor_start, executor_cancel, executor_abort, executor_abandon, w};
    w->config.alloc = (struct sup_allocator){resize, w};
}

void world_create(struct world *w)
{
    w->may_allocate = true;
    assert_int_equal(sup_create(&w->config, &w->sup), SUP_OK);
    w->may_allocate = false;
    assert_int_equal(sup_subscribe(w->sup, record, w), SUP_OK);
    sup_check(w->sup);
}

void world_open(struct world *w)
{
    world_prepare(w);
    world_create(w);
}

void world_deafen(struct world *w)
{
    assert_int_equal(sup_unsubscribe(w->sup, record, w), SUP_OK);
    forget_events(w);
}

void world_close(struct world *w)
{
    sup_check(w->sup);
    sup_free(w->sup);
    assert_int_equal(w->blocks, 0);
    assert_int_equal(w->bytes, 0);
    free(w->events.text);
    free(w->calls.text);
    w->sup = NULL;
}

/* ---- policies and registering ---- */

struct sup_policy policy_default(void)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    return policy;
}

struct sup_policy policy_backoff(uint64_t base_ms, uint64_t max_ms)
{
    struct sup_policy policy = policy_default();
    policy.backoff.base = SUP_MS(base_ms);
    policy.backoff.max = SUP_MS(max_ms);
    return policy;
}

static const struct sup_actor actor = {"ops", "test"};

int spawn_spec(struct world *w, const struct sup_spec *spec)
{
    struct sup_spec own = *spec;
    own.work = w;
    w->may_allocate = true;
    int result = sup_spawn(w->sup, &own);
    w->may_allocate = false;
    sup_check(w->sup);
    return result;
}

int try_spawn(struct world *w, const char *name, const char *group_path,
              const struct sup_policy *policy)
{
    const struct sup_spec spec = {.name = name, .group = group_path, .policy = policy};
    return spawn_spec(w, &spec);
}

void spawn_in(struct world *w, const char *name, const char *group_path,
              const struct sup_policy *policy)
{
    assert_int_equal(try_spawn(w, name, group_path, policy), SUP_OK);
}

void spawn(struct world *w, const char *name, const struct sup_policy *policy)
{
    spawn_in(w, name, NULL, policy);
}

void group_limited(struct world *w, const char *path, enum sup_strategy strategy, uint32_t max,
                   uint64_t within, enum sup_limit_then then)
{
    struct sup_group_policy policy = {.strategy = strategy,
                                      .limit = {max != SUP_UNLIMITED, max, {within}, then}};
    w->may_allocate = true;
    assert_int_equal(sup_group_create(w->sup, path, &policy), SUP_OK);
    w->may_allocate = false;
}

void group(struct world *w, const char *path, enum sup_strategy strategy)
{
    group_limited(w, path, strategy, SUP_UNLIMITED, 0, SUP_LIMIT_ESCALATE);
}

/* ---- time ---- */

uint64_t deadline(const struct world *w)
{
    return sup_deadline(w->sup).ns;
}

uint32_t step(struct world *w)
{
    uint32_t fired = sup_step(w->sup);
    sup_check(w->sup);
    return fired;
}

void advance_to(struct world *w, uint64_t at)
{
    assert_true(at >= w->now);
    while (deadline(w) < at) {
        if (deadline(w) > w->now) {
            w->now = deadline(w);
        }
        step(w);
    }
    w->now = at;
}

void run_to(struct world *w, uint64_t at)
{
    advance_to(w, at);
    for (uint32_t rounds = 0; deadline(w) <= w->now; rounds++) {
        assert_true(rounds < 1000);
        step(w);
    }
}

/* ---- reports ---- */

struct sup_snapshot look(const struct world *w, const char *name)
{
    struct sup_snapshot shot;
    if (sup_snapshot_of(w->sup, name, &shot) != SUP_OK) {
        fail_msg("%s is not registered", name);
    }
    return shot;
}

bool exists(const struct world *w, const char *name)
{
    struct sup_snapshot shot;
    return sup_snapshot_of(w->sup, name, &shot) == SUP_OK;
}

struct sup_attempt attempt_of(const struct world *w, const char *name, uint32_t generation,
                              uint32_t attempt)
{
    for (uint32_t slot = 0; sup_slot_name(w->sup, slot) != NULL; slot++) {
        if (strcmp(sup_slot_name(w->sup, slot), name) == 0) {
            return (struct sup_attempt){slot, generation, attempt};
        }
    }
    fail_msg("%s was never registered", name);
    return (struct sup_attempt){0};
}

struct sup_attempt live_attempt(const struct world *w, const char *name)
{
    struct sup_snapshot shot = look(w, name);
    if (!shot.active) {
        fail_msg("%s has no live attempt", name);
    }
    return (struct sup_attempt){shot.slot, shot.generation, shot.attempt};
}

int end_attempt(struct world *w, struct sup_attempt id, const struct sup_end *end)
{
    struct world_attempt *a = known(w, id);
    assert_false(a->ended);
    a->ended = true;
    int result = sup_report_end(w->sup, id, end);
    sup_check(w->sup);
    return result;
}

int finishing(struct world *w, struct sup_attempt id, const struct sup_end *end)
{
    struct world_attempt *a = known(w, id);
    int result = sup_report_finishing(w->sup, id, end);
    a->aborted = a->aborted && a->finishing;
    a->finishing = true;
    sup_check(w->sup);
    return result;
}

static void end_live(struct world *w, const char *name, const struct sup_end *end)
{
    assert_int_equal(end_attempt(w, live_attempt(w, name), end), SUP_OK);
}

void succeed(struct world *w, const char *name)
{
    end_live(w, name, &(struct sup_end){.outcome = SUP_OUTCOME_SUCCEEDED});
}

void done(struct world *w, const char *name)
{
    end_live(w, name, &(struct sup_end){.outcome = SUP_OUTCOME_SUCCEEDED, .done = true});
}

void fail_with(struct world *w, const char *name, const char *error)
{
    end_live(w, name, &(struct sup_end){.outcome = SUP_OUTCOME_FAILED, .error = error});
}

void crash(struct world *w, const char *name)
{
    end_live(w, name, &(struct sup_end){.outcome = SUP_OUTCOME_CRASHED});
}

void was_aborted(struct world *w, const char *name)
{
    end_live(w, name, &(struct sup_end){.outcome = SUP_OUTCOME_ABORTED});
}

void ready(struct world *w, const char *name)
{
    assert_int_equal(sup_report_ready(w->sup, live_attempt(w, name), true), SUP_OK);
    sup_check(w->sup);
}

void not_ready(struct world *w, const char *name)
{
    assert_int_equal(sup_report_ready(w->sup, live_attempt(w, name), false), SUP_OK);
    sup_check(w->sup);
}

void beat(struct world *w, const char *name)
{
    assert_int_equal(sup_report_beat(w->sup, live_attempt(w, name)), SUP_OK);
    sup_check(w->sup);
}

void extend(struct world *w, const char *name, uint64_t length)
{
    struct sup_duration by = {length};
    assert_int_equal(sup_report_extend(w->sup, live_attempt(w, name), by), SUP_OK);
    sup_check(w->sup);
}

/* ---- commands ---- */

int command(struct world *w, enum sup_command code, const char *name)
{
    int result = sup_control(w->sup, code, name, &actor, &w->outcome);
    assert_int_equal(result, w->outcome.result);
    assert_int_equal(w->outcome.command, code);
    sup_check(w->sup);
    return result;
}

int cancel_group(struct world *w, const char *path)
{
    int result = sup_cancel_group(w->sup, path, &actor, &w->outcome);
    sup_check(w->sup);
    return result;
}

int force_abort(struct world *w, const char *path)
{
    int result = sup_force_abort(w->sup, path, &actor, &w->outcome);
    sup_check(w->sup);
    return result;
}

int shut_down(struct world *w, uint64_t timeout)
{
    struct sup_duration limit = {timeout};
    int result = sup_shutdown(w->sup, &limit, &actor, &w->outcome);
    sup_check(w->sup);
    return result;
}

/* ---- states ---- */

void world_expect_state(const struct world *w, const char *name, const char *text, const char *file,
                        int line)
{
    struct sup_snapshot shot = look(w, name);
    char found[128];
    bool active = shot.operation == SUP_OPERATION_ACTIVE;
    bool over = shot.phase == SUP_PHASE_TERMINATED;
    snprintf(found, sizeof(found), "%s%s%s%s%s", sup_phase_name(shot.phase), over ? " " : "",
             over ? sup_reason_name(shot.reason) : "", active ? "" : " ",
             active ? "" : sup_operation_name(shot.operation));
    if (strcmp(found, text) != 0) {
        print_error("%s: expected '%s', found '%s'\n", name, text, found);
        _fail(file, line);
    }
}

struct sup_metrics metrics(const struct world *w)
{
    struct sup_metrics read;
    sup_metrics_read(w->sup, &read);
    return read;
}

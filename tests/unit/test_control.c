/* Operator commands: the table of every command in every situation that a service
 * can be in. A cell says the result, what the command itself did (cancel, abort),
 * and the state after it; each command is then repeated until ten, when it must be
 * idempotent (or refused for the same reason) and emit nothing but its own event.
 */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

#define COMMANDS 7

static const enum sup_command codes[COMMANDS] = {
    SUP_COMMAND_PAUSE,  SUP_COMMAND_QUARANTINE, SUP_COMMAND_RESUME, SUP_COMMAND_RESTART,
    SUP_COMMAND_CANCEL, SUP_COMMAND_ABORT,      SUP_COMMAND_REMOVE,
};

static struct sup_policy brief(void)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

/* ---- situations: each makes service "s" and leaves it so ---- */

static void in_running(struct world *w)
{
    struct sup_policy policy = brief();
    spawn_in(w, "s", "g", &policy);
}

static void in_starting(struct world *w)
{
    struct sup_policy policy = brief();
    policy.ready_explicit = true;
    spawn_in(w, "s", "g", &policy);
}

static void in_backing_off(struct world *w)
{
    in_running(w);
    fail_with(w, "s", "x");
}

static void in_cooldown(struct world *w)
{
    struct sup_policy policy = brief();
    policy.breaker.failures = 1;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    spawn_in(w, "s", "g", &policy);
    fail_with(w, "s", "x");
}

static void in_queue(struct world *w)
{
    struct sup_policy policy = brief();
    policy.kind = SUP_KIND_BLOCKING;
    spawn_in(w, "other", "g", &policy); /* the pool has one slot */
    spawn_in(w, "s", "g", &policy);
}

static void held(struct world *w, enum sup_command code)
{
    in_running(w);
    command(w, code, "s");
    succeed(w, "s");
}

static void in_paused(struct world *w)
{
    held(w, SUP_COMMAND_PAUSE);
}

static void in_quarantined(struct world *w)
{
    held(w, SUP_COMMAND_QUARANTINE);
}

static void in_group_wait(struct world *w)
{
    struct sup_policy policy = brief();
    group(w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(w, "other", "g", &policy);
    spawn_in(w, "s", "g", &policy);
    fail_with(w, "other", "x");
    succeed(w, "s");
}

static void in_group_stop(struct world *w)
{
    struct sup_policy policy = brief();
    group(w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(w, "other", "g", &policy);
    spawn_in(w, "s", "g", &policy);
    fail_with(w, "other", "x");
}

static void in_liveness_stop(struct world *w)
{
    struct sup_policy policy = brief();
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(1);
    spawn_in(w, "s", "g", &policy);
    run_to(w, MS);
}

static void stopped_by(struct world *w, enum sup_command code)
{
    in_running(w);
    command(w, code, "s");
}

static void in_restart_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_RESTART);
}

static void in_pause_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_PAUSE);
}

static void in_quarantine_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_QUARANTINE);
}

static void in_cancel_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_CANCEL);
}

static void in_cancel_stop_paused(struct world *w)
{
    stopped_by(w, SUP_COMMAND_PAUSE);
    command(w, SUP_COMMAND_CANCEL, "s");
}

static void in_overdue_cancel_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_CANCEL);
    run_to(w, 50 * MS);
}

static void in_abort_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_ABORT);
}

static void in_remove_stop(struct world *w)
{
    stopped_by(w, SUP_COMMAND_REMOVE);
}

static void in_replace_stop(struct world *w)
{
    in_running(w);
    in_running(w);
}

static void in_completed(struct world *w)
{
    in_running(w);
    succeed(w, "s");
}

static void in_terminated_paused(struct world *w)
{
    in_completed(w);
    command(w, SUP_COMMAND_PAUSE, "s");
}

static void in_terminated_quarantined(struct world *w)
{
    in_completed(w);
    command(w, SUP_COMMAND_QUARANTINE, "s");
}

static void in_cancelled_group(struct world *w)
{
    in_completed(w);
    cancel_group(w, "g");
}

static void in_abandoned(struct world *w)
{
    in_abort_stop(w);
    run_to(w, SECOND);
}

static void in_abandoned_removal(struct world *w)
{
    in_remove_stop(w);
    run_to(w, SECOND);
}

static void in_drain_stop(struct world *w)
{
    in_running(w);
    shut_down(w, SECOND);
}

static void in_drain_turn(struct world *w)
{
    struct sup_policy policy = brief();
    w->config.shutdown_order = SUP_ORDER_REVERSE;
    in_running(w);
    spawn(w, "other", &policy);
    shut_down(w, SECOND);
}

static void in_drained(struct world *w)
{
    in_running(w);
    shut_down(w, SECOND);
    succeed(w, "s");
}

static void in_drain_removal(struct world *w)
{
    in_remove_stop(w);
    shut_down(w, SECOND);
}

static void in_nowhere(struct world *w)
{
    (void)w;
}

struct situation {
    const char *name;
    void (*make)(struct world *w);
    const char *cells[COMMANDS]; /* pause quarantine resume restart cancel abort remove */
    bool reverse;                /* the order of the drain */
};

#define UNKNOWN "unknown"

static const struct situation situations[] = {
    {"running",
     in_running,
     {"ok cancel, stopping paused", "ok cancel, stopping quarantined", "ok idempotent, running",
      "ok cancel, stopping", "ok cancel, stopping", "ok cancel abort, stopping",
      "ok cancel, stopping removed"},
     false},
    {"starting",
     in_starting,
     {"ok cancel, stopping paused", "ok cancel, stopping quarantined", "ok idempotent, starting",
      "ok cancel, stopping", "ok cancel, stopping", "ok cancel abort, stopping",
      "ok cancel, stopping removed"},
     false},
    {"backing off",
     in_backing_off,
     {"ok, idle paused", "ok, idle quarantined", "ok idempotent, backing-off", "ok, running",
      "ok, terminated cancelled", "ok, terminated aborted", "ok, gone"},
     false},
    {"cooldown",
     in_cooldown,
     {"ok, idle paused", "ok, idle quarantined", "ok idempotent, backing-off", "ok, running",
      "ok, terminated cancelled", "ok, terminated aborted", "ok, gone"},
     false},
    {"queue",
     in_queue,
     {"ok, idle paused", "ok, idle quarantined", "ok idempotent, idle", "ok, idle",
      "ok, terminated cancelled", "ok, terminated aborted", "ok, gone"},
     false},
    {"paused",
     in_paused,
     {"ok idempotent, idle paused", "ok, idle quarantined", "ok, running",
      "not-active, idle paused", "ok, terminated cancelled paused", "ok, terminated aborted paused",
      "ok, gone"},
     false},
    {"quarantined",
     in_quarantined,
     {"ok, idle paused", "ok idempotent, idle quarantined", "ok, running",
      "not-active, idle quarantined", "ok, terminated cancelled quarantined",
      "ok, terminated aborted quarantined", "ok, gone"},
     false},
    {"group wait",
     in_group_wait,
     {"ok, idle paused", "ok, idle quarantined", "ok idempotent, idle", "ok, running",
      "ok, terminated cancelled", "ok, terminated aborted", "ok, gone"},
     false},
    {"group stop",
     in_group_stop,
     {"ok, stopping paused", "ok, stopping quarantined", "ok idempotent, stopping", "ok, stopping",
      "ok, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"liveness stop",
     in_liveness_stop,
     {"ok, stopping paused", "ok, stopping quarantined", "ok idempotent, stopping", "ok, stopping",
      "ok, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"restart stop",
     in_restart_stop,
     {"ok, stopping paused", "ok, stopping quarantined", "ok idempotent, stopping",
      "ok idempotent, stopping", "ok, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"pause stop",
     in_pause_stop,
     {"ok idempotent, stopping paused", "ok, stopping quarantined", "ok, stopping",
      "not-active, stopping paused", "ok, stopping paused", "ok abort, stopping paused",
      "ok, stopping removed"},
     false},
    {"quarantine stop",
     in_quarantine_stop,
     {"ok, stopping paused", "ok idempotent, stopping quarantined", "ok, stopping",
      "not-active, stopping quarantined", "ok, stopping quarantined",
      "ok abort, stopping quarantined", "ok, stopping removed"},
     false},
    {"cancel stop",
     in_cancel_stop,
     {"stopping, stopping", "stopping, stopping", "stopping, stopping", "stopping, stopping",
      "ok idempotent, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"cancel stop paused",
     in_cancel_stop_paused,
     {"stopping, stopping paused", "stopping, stopping paused", "stopping, stopping paused",
      "not-active, stopping paused", "ok idempotent, stopping paused", "ok abort, stopping paused",
      "ok, stopping removed"},
     false},
    {"overdue cancel stop",
     in_overdue_cancel_stop,
     {"stopping, stopping", "stopping, stopping", "stopping, stopping", "stopping, stopping",
      "ok idempotent, stopping", "ok, stopping", "ok, stopping removed"},
     false},
    {"abort stop",
     in_abort_stop,
     {"stopping, stopping", "stopping, stopping", "stopping, stopping", "stopping, stopping",
      "stopping, stopping", "ok idempotent, stopping", "ok, stopping removed"},
     false},
    {"remove stop",
     in_remove_stop,
     {"stopping, stopping removed", "stopping, stopping removed", "stopping, stopping removed",
      "stopping, stopping removed", "stopping, stopping removed", "ok abort, stopping removed",
      "ok idempotent, stopping removed"},
     false},
    {"replace stop",
     in_replace_stop,
     {"stopping, stopping", "stopping, stopping", "stopping, stopping", "stopping, stopping",
      "stopping, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"completed",
     in_completed,
     {"ok, terminated completed paused", "ok, terminated completed quarantined",
      "ok idempotent, terminated completed", "ok, running", "ok idempotent, terminated completed",
      "ok idempotent, terminated completed", "ok, gone"},
     false},
    {"terminated paused",
     in_terminated_paused,
     {"ok idempotent, terminated completed paused", "ok, terminated completed quarantined",
      "ok, terminated completed", "not-active, terminated completed paused",
      "ok idempotent, terminated completed paused", "ok idempotent, terminated completed paused",
      "ok, gone"},
     false},
    {"terminated quarantined",
     in_terminated_quarantined,
     {"ok, terminated completed paused", "ok idempotent, terminated completed quarantined",
      "ok, terminated completed", "not-active, terminated completed quarantined",
      "ok idempotent, terminated completed quarantined",
      "ok idempotent, terminated completed quarantined", "ok, gone"},
     false},
    {"cancelled group",
     in_cancelled_group,
     {"ok, terminated completed paused", "ok, terminated completed quarantined",
      "ok idempotent, terminated completed", "cancelled, terminated completed",
      "ok idempotent, terminated completed", "ok idempotent, terminated completed", "ok, gone"},
     false},
    {"abandoned",
     in_abandoned,
     {"ok, terminated abandoned paused", "ok, terminated abandoned quarantined",
      "ok idempotent, terminated abandoned", "ok, running", "ok idempotent, terminated abandoned",
      "ok idempotent, terminated abandoned", "ok, gone"},
     false},
    {"abandoned removal",
     in_abandoned_removal,
     {"ok, terminated abandoned paused", "ok, terminated abandoned quarantined",
      "ok idempotent, terminated abandoned removed", "ok, running",
      "ok idempotent, terminated abandoned removed", "ok idempotent, terminated abandoned removed",
      "ok, gone"},
     false},
    {"drain stop",
     in_drain_stop,
     {"draining, stopping", "draining, stopping", "draining, stopping", "draining, stopping",
      "ok idempotent, stopping", "ok abort, stopping", "ok, stopping removed"},
     false},
    {"drain turn",
     in_drain_turn,
     {"draining, running", "draining, running", "draining, running", "draining, running",
      "ok cancel, stopping", "ok cancel abort, stopping", "ok cancel, stopping removed"},
     true},
    {"drained",
     in_drained,
     {"draining, terminated cancelled", "draining, terminated cancelled",
      "draining, terminated cancelled", "draining, terminated cancelled",
      "ok idempotent, terminated cancelled", "ok idempotent, terminated cancelled", "ok, gone"},
     false},
    {"drain removal",
     in_drain_removal,
     {"draining, stopping removed", "draining, stopping removed", "draining, stopping removed",
      "draining, stopping removed", "stopping, stopping removed", "ok abort, stopping removed",
      "ok idempotent, stopping removed"},
     false},
    {"nowhere", in_nowhere, {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}, false},
};

/* ---- one cell ---- */

static void describe(const struct world *w, char *text, size_t size)
{
    const struct sup_command_outcome *o = &w->outcome;
    struct sup_snapshot shot;
    const char *phase = "gone";
    const char *operation = "";
    if (o->result == SUP_EUNKNOWN) {
        snprintf(text, size, UNKNOWN);
        return;
    }
    if (sup_snapshot_of(w->sup, "s", &shot) == SUP_OK) {
        assert_int_equal(shot.phase, o->phase_after);
        assert_int_equal(shot.operation, o->operation_after);
        assert_int_equal(shot.stop_state, o->stop_state);
        phase = sup_phase_name(shot.phase);
        operation =
            shot.operation == SUP_OPERATION_ACTIVE ? "" : sup_operation_name(shot.operation);
    }
    bool over = phase[0] == 't';
    snprintf(text, size, "%s%s%s%s, %s%s%s%s%s", sup_error_name(o->result),
             o->idempotent ? " idempotent" : "", o->cancel_delivered ? " cancel" : "",
             o->abort_requested ? " abort" : "", phase, over ? " " : "",
             over ? sup_reason_name(shot.reason) : "", operation[0] ? " " : "", operation);
}

static void open_situation(struct world *w, const struct situation *situation)
{
    world_prepare(w);
    w->config.blocking_pool = 1;
    w->config.on_duplicate = SUP_DUPLICATE_REPLACE;
    w->config.shutdown_order = situation->reverse ? SUP_ORDER_REVERSE : SUP_ORDER_PARALLEL;
    world_create(w);
    situation->make(w);
    forget_events(w);
}

/* Repeats the command until ten: from the second on (the third for a restart that
 * took effect at once) it changes nothing and tells nothing but itself. */
static void repeat(struct world *w, enum sup_command code)
{
    char first[96];
    char text[96];
    describe(w, first, sizeof(first));
    bool known = w->outcome.result != SUP_EUNKNOWN;
    for (uint32_t i = 2; i <= 10; i++) {
        bool again = code == SUP_COMMAND_RESTART && w->outcome.result == SUP_OK &&
                     !w->outcome.idempotent && look(w, "s").active &&
                     look(w, "s").phase != SUP_PHASE_STOPPING;
        forget_events(w);
        int result = command(w, code, "s");
        if (again) {
            continue;
        }
        describe(w, text, sizeof(text));
        bool refused = result != SUP_OK;
        assert_true(refused || w->outcome.idempotent);
        assert_false(w->outcome.cancel_delivered || w->outcome.abort_requested);
        if (refused && exists(w, "s")) {
            assert_string_equal(text, first);
        }
        assert_int_equal(count_events(w, "\n"), 1);
        assert_int_equal(count_events(w, " s command "), 1);
        assert_int_equal(w->calls.length, 0);
    }
    assert_true(known || w->outcome.result == SUP_EUNKNOWN);
}

static void control__every_command_in_every_situation(void **state)
{
    (void)state;
    uint32_t wrong = 0;
    for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        const struct situation *situation = &situations[i];
        for (size_t c = 0; c < COMMANDS; c++) {
            struct world w;
            char found[96];
            open_situation(&w, situation);
            command(&w, codes[c], "s");
            describe(&w, found, sizeof(found));
            if (strcmp(found, situation->cells[c]) != 0) {
                fprintf(stderr, "%s, %s: expected '%s', found '%s'\n", situation->name,
                        sup_command_name(codes[c]), situation->cells[c], found);
                wrong++;
            }
            repeat(&w, codes[c]);
            world_close(&w);
        }
    }
    assert_int_equal(wrong, 0);
}

/* ---- what the table does not show ---- */

static void control__event_order_is_command_change_cancel(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_running(&w);
    forget_events(&w);
    command(&w, SUP_COMMAND_PAUSE, "s");
    expect_events(&w, "0 s command pause ok", "0 s paused", "0 s cancel-delivered #1");
    succeed(&w, "s");
    expect_events(&w, "0 s attempt-ended #1 cancelled exit succeeded");
    command(&w, SUP_COMMAND_RESUME, "s");
    expect_events(&w, "0 s command resume ok", "0 s resumed", "0 s attempt-started #2");
    command(&w, SUP_COMMAND_REMOVE, "s");
    succeed(&w, "s");
    expect_events(&w, "0 s command remove ok", "0 s cancel-delivered #2",
                  "0 s attempt-ended #2 cancelled exit succeeded", "0 s removed");
    world_close(&w);
}

static void control__blank_actor_is_refused_and_told_to_nobody(void **state)
{
    (void)state;
    static const struct sup_actor blanks[] = {{"", "test"},  {"ops", ""},    {"  \t", "test"},
                                              {"ops", "\n"}, {NULL, "test"}, {"ops", NULL}};
    struct world w;
    world_open(&w);
    in_running(&w);
    forget_events(&w);
    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        assert_int_equal(sup_cancel(w.sup, "s", &blanks[i], NULL), SUP_EINVAL);
        assert_int_equal(sup_cancel_group(w.sup, "g", &blanks[i], NULL), SUP_EINVAL);
        assert_int_equal(sup_shutdown(w.sup, NULL, &blanks[i], NULL), SUP_EINVAL);
    }
    assert_int_equal(sup_cancel(w.sup, "s", NULL, NULL), SUP_EINVAL);
    struct sup_actor actor = {"ops", "test"};
    assert_int_equal(sup_cancel(w.sup, NULL, &actor, NULL), SUP_EINVAL);
    assert_int_equal(sup_control(w.sup, SUP_COMMAND_SPAWN, "s", &actor, NULL), SUP_EINVAL);
    assert_int_equal(sup_control(w.sup, SUP_COMMAND_SHUTDOWN, "s", &actor, NULL), SUP_EINVAL);
    expect_no_events(&w);
    expect_state(&w, "s", "running");
    world_close(&w);
}

static void control__unknown_name_is_told_and_creates_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "nobody"), SUP_EUNKNOWN);
    assert_int_equal(cancel_group(&w, "no.where"), SUP_EUNKNOWN);
    assert_int_equal(force_abort(&w, "no.where"), SUP_EUNKNOWN);
    expect_events(&w, "0 nobody command pause unknown", "0 no.where command cancel-group unknown",
                  "0 no.where command force-abort unknown");
    assert_false(exists(&w, "nobody"));
    assert_int_equal(metrics(&w).commands_total, 3);
    assert_int_equal(metrics(&w).spawned_total, 0);
    world_close(&w);
}

static void control__restart_of_a_live_service_is_a_fresh_start(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_running(&w);
    fail_with(&w, "s", "x");
    run_to(&w, 10 * MS);
    forget_events(&w);
    command(&w, SUP_COMMAND_RESTART, "s");
    advance_to(&w, 12 * MS);
    fail_with(&w, "s", "bad end");
    expect_events(&w, "10ms s command restart ok", "10ms s cancel-delivered #2",
                  "12ms s attempt-ended #2 cancelled exit failed 'bad end'", "12ms s restarted",
                  "12ms s attempt-started #3");
    struct sup_snapshot shot = look(&w, "s");
    assert_int_equal(shot.streak, 0);
    assert_int_equal(shot.failures, 1);
    assert_int_equal(shot.restarts, 2);
    assert_string_equal(shot.last_error, "bad end");
    world_close(&w);
}

static void control__restart_of_a_terminated_one_is_registered_anew_and_last(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "s", &policy);
    spawn(&w, "t", &policy);
    succeed(&w, "s");
    forget_events(&w);
    command(&w, SUP_COMMAND_RESTART, "s");
    expect_events(&w, "0 s command restart ok", "0 s registered g1", "0 s restarted",
                  "0 s attempt-started #1");
    uint64_t cursor = 0;
    struct sup_snapshot shot;
    assert_true(sup_snapshot_next(w.sup, &cursor, &shot));
    assert_string_equal(shot.service, "t");
    assert_true(sup_snapshot_next(w.sup, &cursor, &shot));
    assert_string_equal(shot.service, "s");
    assert_int_equal(shot.restarts, 0);
    assert_false(sup_snapshot_next(w.sup, &cursor, &shot));
    assert_false(sup_snapshot_next(w.sup, &cursor, &shot));
    world_close(&w);
}

/* Stop beats restart: what was to be restarted is held, and its resume tells of no
 * restart. */
static void control__pause_cancels_a_restart_for_good(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_running(&w);
    command(&w, SUP_COMMAND_RESTART, "s");
    command(&w, SUP_COMMAND_PAUSE, "s");
    succeed(&w, "s");
    expect_state(&w, "s", "idle paused");
    command(&w, SUP_COMMAND_RESUME, "s");
    expect_state(&w, "s", "running");
    assert_int_equal(count_events(&w, "restarted"), 0);
    world_close(&w);
}

static void control__resume_while_stopping_starts_after_the_end(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_running(&w);
    command(&w, SUP_COMMAND_PAUSE, "s");
    forget_events(&w);
    command(&w, SUP_COMMAND_RESUME, "s");
    expect_events(&w, "0 s command resume ok", "0 s resumed");
    advance_to(&w, 3 * MS);
    succeed(&w, "s");
    expect_events(&w, "3ms s attempt-ended #1 cancelled exit succeeded",
                  "3ms s attempt-started #2");
    world_close(&w);
}

static void control__restart_cuts_a_backoff_short(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_backing_off(&w);
    forget_events(&w);
    command(&w, SUP_COMMAND_RESTART, "s");
    expect_events(&w, "0 s command restart ok", "0 s restarted", "0 s attempt-started #2");
    run_to(&w, SECOND);
    expect_no_events(&w);
    world_close(&w);
}

static void control__overdue_stop_says_what_failed(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_overdue_cancel_stop(&w);
    command(&w, SUP_COMMAND_CANCEL, "s");
    assert_int_equal(w.outcome.stop_state, SUP_STOP_STATE_FAILED);
    assert_string_equal(w.outcome.failure_phase, "wait-completion");
    assert_non_null(w.outcome.failure_reason);
    assert_int_equal(w.outcome.attempt, 1);
    was_aborted(&w, "s");
    command(&w, SUP_COMMAND_CANCEL, "s");
    assert_int_equal(w.outcome.stop_state, SUP_STOP_STATE_NO_ACTIVE_ATTEMPT);
    assert_int_equal(w.outcome.attempt, 0);
    assert_null(w.outcome.failure_phase);
    world_close(&w);
}

static void control__outcome_tells_before_and_after(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_running(&w);
    command(&w, SUP_COMMAND_QUARANTINE, "s");
    assert_int_equal(w.outcome.operation_before, SUP_OPERATION_ACTIVE);
    assert_int_equal(w.outcome.operation_after, SUP_OPERATION_QUARANTINED);
    assert_int_equal(w.outcome.phase_before, SUP_PHASE_RUNNING);
    assert_int_equal(w.outcome.phase_after, SUP_PHASE_STOPPING);
    assert_int_equal(w.outcome.attempt, 1);
    assert_int_equal(w.outcome.affected, 1);
    world_close(&w);
}

static void control__fresh_start_empties_every_window(void **state)
{
    (void)state;
    static const enum sup_command ways[] = {SUP_COMMAND_RESTART, SUP_COMMAND_PAUSE};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_policy policy = brief();
        policy.breaker.failures = 2;
        policy.limit = (struct sup_limit_policy){true, 1, {SECOND}, SUP_LIMIT_TERMINATE};
        world_open(&w);
        spawn(&w, "s", &policy);
        fail_with(&w, "s", "x");
        command(&w, ways[i], "s");
        command(&w, SUP_COMMAND_RESUME, "s"); /* nothing new after a restart */
        expect_state(&w, "s", "running");
        assert_int_equal(look(&w, "s").limit_used, 0);
        fail_with(&w, "s", "x");
        expect_state(&w, "s", "backing-off");
        world_close(&w);
    }
}

/* A cancel takes a restart over for good: the next one is a command of its own. */
static void control__restart_after_a_cancelled_restart(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    in_restart_stop(&w);
    command(&w, SUP_COMMAND_CANCEL, "s");
    succeed(&w, "s");
    expect_state(&w, "s", "terminated cancelled");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "s"), SUP_OK);
    assert_false(w.outcome.idempotent);
    assert_int_equal(look(&w, "s").generation, 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control__every_command_in_every_situation),
        cmocka_unit_test(control__event_order_is_command_change_cancel),
        cmocka_unit_test(control__blank_actor_is_refused_and_told_to_nobody),
        cmocka_unit_test(control__unknown_name_is_told_and_creates_nothing),
        cmocka_unit_test(control__restart_of_a_live_service_is_a_fresh_start),
        cmocka_unit_test(control__restart_of_a_terminated_one_is_registered_anew_and_last),
        cmocka_unit_test(control__pause_cancels_a_restart_for_good),
        cmocka_unit_test(control__resume_while_stopping_starts_after_the_end),
        cmocka_unit_test(control__restart_cuts_a_backoff_short),
        cmocka_unit_test(control__overdue_stop_says_what_failed),
        cmocka_unit_test(control__outcome_tells_before_and_after),
        cmocka_unit_test(control__fresh_start_empties_every_window),
        cmocka_unit_test(control__restart_after_a_cancelled_restart),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}

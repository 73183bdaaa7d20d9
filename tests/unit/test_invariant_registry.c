/* Planted streams about registrations, operators' commands, and the drain; and about
 * services that were never announced. */
#include "core_world.h"

#include "planted.h"
#include "sim/invariant/internal.h"

static const struct planted registrations[] = {
    {"the first generation", NULL, "+1s", "a registered 1", "generation-count",
     "generation 1 instead of 0", "a registered 0"},
    {"a generation left out", NULL, "a registered; a removed", "a registered 2", "generation-count",
     "generation 2 instead of 1", "a registered 1"},
    {"a generation again", NULL, "a registered; a removed", "a registered 0", "generation-count",
     "generation 0 instead of 1", "a registered 1"},
    {"over an idle one", NULL, "a registered", "a registered 1", "phase-illegal",
     "it is registered already, and idle", "a removed; a registered 1"},
    {"over a live one", NULL, "a begins", "a registered 1", "phase-illegal",
     "it is registered already, and running",
     "a ended succeeded; a terminated completed; a registered 1"},
    {"in the drain", NULL, "a begins; shutdown", "b registered", "attempt-draining",
     "registered while draining", "a cancel-delivered"},
    {"in a cancelled group", "services: [{name: a, group: x}, {name: b, group: x.y}, {name: c}]",
     "a begins; group x group-cancelled", "b registered", "attempt-cancelled-group",
     "its group is cancelled", "c registered"},
    {"a task leaves", "services: [{name: a, kind: task}]",
     "a begins; a ended succeeded; a terminated completed", "a removed", "not-registered",
     "nothing of that name is registered", "a registered 1; a starts"},
    {"an abandoned task stays", "services: [{name: a, kind: task}]",
     "a begins; a command abort; a cancel-delivered; a abort-requested; +20ms; a abandoned; "
     "a terminated abandoned",
     "a registered 2", "generation-count", "generation 2 instead of 1", "a removed"},
    {"a service stays", NULL, "a begins; a ended succeeded; a terminated completed; a removed",
     "a removed", "not-registered", "nothing of that name is registered", "a registered 1"},
    {"a task runs once", "services: [{name: a, kind: task, restart: always}]",
     "a begins; a ended failed", "a waits 10ms 1", "follow-up", "`terminated` has to come now",
     "a terminated unrecoverable"},
    {"what was announced anew counts",
     "services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: a, backoff: {base: 30ms}}}]",
     "a begins; a ended succeeded; a terminated completed; announce a; a command spawn; "
     "a registered 1; a starts; a ended failed",
     "a waits 10ms 1", "delay-bounds",
     "delay 10000000ns is not within 30000000ns and 30000000ns, streak 1", "a waits 30ms 1"},
    {"what was announced anew and refused does not",
     "services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: a, backoff: {base: 30ms}}}]",
     "a begins; a ended succeeded; a terminated completed; announce a; refused a; "
     "a command restart; a registered 1; a starts; a ended failed",
     "a waits 30ms 1", "delay-bounds",
     "delay 30000000ns is not within 10000000ns and 10000000ns, streak 1", "a waits 10ms 1"},
    {"an operator's restart registers the same again",
     "services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: a, backoff: {base: 30ms}}}]",
     "a begins; a ended succeeded; a terminated completed; announce a; a command restart; "
     "a registered 1; a starts; a ended failed",
     "a waits 30ms 1", "delay-bounds",
     "delay 30000000ns is not within 10000000ns and 10000000ns, streak 1", "a waits 10ms 1"},
    {"unless another command came",
     "services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: a, backoff: {base: 30ms}}}]",
     "a begins; a ended succeeded; a terminated completed; announce a; a command restart; "
     "a command spawn; a registered 1; a starts; a ended failed",
     "a waits 10ms 1", "delay-bounds",
     "delay 10000000ns is not within 30000000ns and 30000000ns, streak 1", "a waits 30ms 1"},
    {"a policy that differs in its jitter alone",
     "services: [{name: a}, {name: b, backoff: {jitter: full}}]",
     "a begins; b begins; a ended failed; b ended failed; b waits 3ms 1", "a waits 3ms 1",
     "delay-bounds", "delay 3000000ns is not within 10000000ns and 10000000ns, streak 1",
     "a waits 10ms 1"},
    {"only who was paused is so", "services: [{name: a, paused: true}, {name: b}]",
     "a registered; a paused; x registered", "x paused; x starts", "attempt-inactive",
     "it is paused", "x starts"},
    {.name = "a command to what never came",
     .story = "a begins",
     .fine = "b command forget; b command cancel; b command restart limited; b registered"},
    {"a command to a group that was refused", "services: [{name: a, group: x}]",
     "a begins; group x command cancel-group refused", "a cancel-delivered", "cancel-unasked",
     "nobody asked for it", "group x command cancel-group; a cancel-delivered"},
    {"a restart of what was never announced", NULL,
     "x begins; x ended succeeded; x terminated completed; x command restart", "x registered 0",
     "generation-count", "generation 0 instead of 1", "x registered 1; x starts"},
    {"a command to what is gone", NULL,
     "a registered; a removed; a command abort; a registered 1; "
     "a starts; a command cancel; a cancel-delivered",
     "a abort-requested", "abort-unasked", "its grace has not passed", "a ended cancelled"},
};

static const struct planted drains[] = {
    {"asked for twice", NULL, "a begins; @3ms; shutdown", "shutdown", "drain-twice",
     "it was requested at 3000000ns", "a cancel-delivered"},
    {"nobody asked", NULL, "a begins; a ended succeeded; a terminated completed",
     "drained 0s 1 0 0 0", "drained-early", "nobody asked for it", "shutdown; drained 0s 1 0 0 0"},
    {"an attempt lives", NULL, "a begins; shutdown; a cancel-delivered", "drained 0s 0 0 0 0",
     "drained-early", "1 attempts live, 1 services are not terminated",
     "a ended cancelled; a terminated cancelled; drained 0s 0 1 0 0"},
    {"a service is idle", NULL, "a registered; shutdown", "drained 0s 1 0 0 0", "drained-early",
     "0 attempts live, 1 services are not terminated",
     "a terminated cancelled; drained 0s 1 0 0 0"},
    {"its time", NULL,
     "a begins; +1s; shutdown; a cancel-delivered; +5ms; a ended cancelled; a terminated cancelled",
     "drained 4ms 0 1 0 0", "drain-report",
     "already exited 0, ended 1, abandoned 0 by the events, in 5000000ns", "drained 5ms 0 1 0 0"},
    {"who had exited", NULL,
     "a begins; b begins; b ended failed; b waits 10ms 1; shutdown; "
     "b terminated cancelled; a cancel-delivered; a ended cancelled; a terminated cancelled",
     "drained 0s 0 1 0 0", "drain-report",
     "already exited 1, ended 1, abandoned 0 by the events, in 0ns", "drained 0s 1 1 0 0"},
    {"who had ended before does not count", NULL,
     "a begins; b begins; b ended succeeded; b terminated completed; b removed; shutdown; "
     "a cancel-delivered; a ended cancelled; a terminated cancelled",
     "drained 0s 1 1 0 0", "drain-report",
     "already exited 0, ended 1, abandoned 0 by the events, in 0ns", "drained 0s 0 1 0 0"},
    {"who ended", NULL,
     "a begins; b begins; shutdown; a cancel-delivered; a ended cancelled; "
     "a terminated cancelled; b cancel-delivered; b ended cancelled; b terminated cancelled",
     "drained 0s 0 1 0 0", "drain-report",
     "already exited 0, ended 2, abandoned 0 by the events, in 0ns", "drained 0s 0 1 1 0"},
    {"who was abandoned", NULL,
     "a begins; shutdown 10ms; a cancel-delivered; +10ms; a abandoned; "
     "a terminated abandoned",
     "drained 10ms 0 0 0 0", "drain-report",
     "already exited 0, ended 0, abandoned 1 by the events, in 10000000ns", "drained 10ms 0 0 0 1"},
    {"who was abandoned before", NULL,
     "a begins; a command abort; a cancel-delivered; "
     "a abort-requested; +20ms; a abandoned; a terminated abandoned; shutdown",
     "drained 0s 0 0 0 1", "drain-report",
     "already exited 1, ended 0, abandoned 0 by the events, in 0ns", "drained 0s 1 0 0 0"},
    {"something after it", NULL,
     "a registered; shutdown; a terminated cancelled; "
     "drained 0s 1 0 0 0",
     "a stale", "after-drained", "everything had ended",
     "a late 0 exit; a command remove; a removed; group runtime group-cancelled"},
    {"a registration after it", NULL, "shutdown; drained 0s 0 0 0 0", "a registered",
     "after-drained", "everything had ended", "a command spawn refused"},
};

static void registry__registrations(void **state)
{
    (void)state;
    assert_planted(registrations, COUNT(registrations));
}

static void drain__reports_what_the_events_tell(void **state)
{
    (void)state;
    assert_planted(drains, COUNT(drains));
}

/* What is not announced has no policy: its order is checked, nothing else. */
static void unannounced__is_checked_without_its_policy(void **state)
{
    (void)state;
    static const char *const stories[] = {
        "x begins; x ended succeeded; x starts; x ended failed; x waits 7ms 3; +1ms; x starts",
        "x begins; x ended failed; x opened 5 9; +1ms; x breaker-half-open; x starts; "
        "x ended succeeded; x terminated completed; x registered 1; x starts",
        "x begins; x ended failed; x opened 5 9 1s; +1ms; x breaker-half-open; x starts; "
        "x not-ready; x ready; +1s; x ended crashed",
        "x begins; x ended failed; x exhausted 3 3 quarantine; x quarantined",
        "x begins; x cancel-delivered; x ended timed-out; x waits 1s 1",
        "x begins; x cancel-delivered; +1ms; x stop-deadline; x abort-requested; +1ms; "
        "x abandoned; x terminated abandoned; x late 1 exit",
        "x begins; x command cancel; x cancel-delivered; x ended cancelled; x terminated cancelled",
        "x begins; x stale; x command restart; x cancel-delivered; x ended cancelled; "
        "x restarted; x starts; x ended failed; x terminated unrecoverable; x removed",
    };
    for (size_t i = 0; i < COUNT(stories); i++) {
        struct stream *s = stream_open(NULL);
        stream_play(s, stories[i]);
        stream_close(s);
    }
    static const struct planted faults[] = {
        {"two at once", NULL, "x begins", "x starts", "attempt-overlap", "attempt 1 lives",
         "x ended failed; x starts"},
        {"an open breaker", NULL, "x begins; x ended failed; x opened 5 9", "x opened 5 9",
         "breaker-edge", "it was open", "x breaker-half-open; x starts"},
        {"abandoned, and it goes on", NULL, "x begins; x cancel-delivered; x abandoned",
         "x waits 1s 1", "follow-up", "`terminated` has to come now", "x terminated abandoned"},
    };
    assert_planted(faults, COUNT(faults));
}

/* ---- the checker's own life ---- */

static struct sup_event registration(uint32_t slot)
{
    return (struct sup_event){.type = SUP_EVENT_REGISTERED,
                              .sequence = 1,
                              .slot = slot,
                              .service = "a",
                              .fields = SUP_FIELD_GENERATION};
}

static void event__room_is_made_for_what_nobody_announced(void **state)
{
    (void)state;
    struct sim_invariants_config config = {.blocking_pool = 1};
    struct sim_invariants *inv;
    assert_int_equal(sim_invariants_create(&config, &inv), SUP_OK);
    struct sup_event event = registration(40);
    sim_invariants_event(inv, &event);
    assert_null(sim_invariants_broken(inv));
    assert_false(sim_invariants_failed(inv));
    sim_invariants_free(inv);
}

static void event__one_that_cannot_be_kept_stops_the_checking(void **state)
{
    (void)state;
    struct stream *s = stream_open(NULL);
    struct sim_invariants *inv = stream_invariants(s);
    struct sup_event event = registration(UINT32_MAX);
    sim_invariants_event(inv, &event);
    assert_true(sim_invariants_failed(inv));
    uint64_t checked = sim_invariants_checked(inv);
    event.sequence = 9;
    sim_invariants_event(inv, &event);
    sim_invariants_settled(inv, NULL);
    assert_int_equal(sim_invariants_checked(inv), checked);
    assert_null(sim_invariants_broken(inv));
    stream_close(s);
}

static void event__the_first_broken_invariant_is_kept(void **state)
{
    (void)state;
    struct stream *s = stream_open(NULL);
    struct sim_invariants *inv = stream_invariants(s);
    stream_play(s, "@1500ms; a begins; a ended failed; a waits 10ms 1; +11ms");
    struct sup_event event = {.type = SUP_EVENT_ATTEMPT_STARTED, .sequence = 5, .attempt = 2};
    event.at.ns = 1511 * MS;
    event.service = "a";
    sim_invariants_event(inv, &event);
    assert_string_equal(sim_invariants_broken(inv), "restart-instant");
    assert_string_equal(sim_invariants_text(inv),
                        "a at 1.511s, event 5 (attempt-started): it was due at 1510000000ns");
    uint64_t checked = sim_invariants_checked(inv);
    event.sequence = 12;
    event.attempt = 9;
    sim_invariants_event(inv, &event);
    sim_invariants_settled(inv, NULL);
    sim_invariants_stalled(inv);
    assert_string_equal(sim_invariants_broken(inv), "restart-instant");
    assert_int_equal(sim_invariants_checked(inv), checked);
    stream_close(s);
    sim_invariants_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry__registrations),
        cmocka_unit_test(drain__reports_what_the_events_tell),
        cmocka_unit_test(unannounced__is_checked_without_its_policy),
        cmocka_unit_test(event__room_is_made_for_what_nobody_announced),
        cmocka_unit_test(event__one_that_cannot_be_kept_stops_the_checking),
        cmocka_unit_test(event__the_first_broken_invariant_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

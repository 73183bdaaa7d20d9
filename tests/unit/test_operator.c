/* Operators: what their starts and stops empty, starts by hand that are counted, and waits that
 * no operator ends. To the nanosecond. */
#include "ruled.h"

#include "operator.h"
#include "service.h"
#include "supervisor.h"

#define STREAK SUP__CLEARS(STREAK)
#define LIMIT SUP__CLEARS(LIMIT)
#define BREAKER SUP__CLEARS(BREAKER)

static struct sup_rules operated(uint32_t clears, uint32_t stop_clears, bool counts, bool waits)
{
    struct sup_rules rules = rules_default();
    rules.operators = (struct sup_operator_rules){
        .clears = clears, .stop_clears = stop_clears, .counts = counts, .waits = waits};
    return rules;
}

/* Waits 10 ms, 20 ms, 40 ms; three restarts an hour; a breaker that opens at the fourth failure. */
static struct sup_policy watched(const struct sup_rules *rules)
{
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, rules);
    policy.limit.enabled = true;
    policy.limit.max = 3;
    policy.limit.within = SUP_SEC(3600);
    policy.breaker.failures = 4;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    policy.breaker.cooldown = policy.breaker.probe_for = SUP_SEC(1);
    return policy;
}

static void fail_and_wait(struct world *w, const char *name)
{
    fail_with(w, name, "x");
    run_to(w, w->now + look(w, name).delay.ns);
}

/* How many failures the breaker still takes before it opens. */
static uint32_t room_in_breaker(struct world *w, const char *name)
{
    uint32_t failures = 0;
    while (look(w, name).breaker == SUP_BREAKER_STATE_CLOSED) {
        fail_and_wait(w, name);
        failures++;
    }
    return failures - 1;
}

static void start__empties_what_it_is_told_to(void **state)
{
    (void)state;
    for (uint32_t clears = 0; clears <= SUP_CLEARS_ALL; clears++) {
        struct world w;
        struct sup_rules rules = operated(clears, 0, false, false);
        struct sup_policy policy = watched(&rules);
        policy.limit.max = 10;
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_and_wait(&w, "a");
        fail_and_wait(&w, "a");
        assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
        was_aborted(&w, "a");
        assert_int_equal(look(&w, "a").attempt, 4);
        assert_int_equal(look(&w, "a").streak, clears & STREAK ? 0 : 2);
        assert_int_equal(look(&w, "a").limit_used, clears & LIMIT ? 0 : 2);
        assert_int_equal(room_in_breaker(&w, "a"), clears & BREAKER ? 3 : 1);
        world_close(&w);
    }
}

static void stop__empties_what_it_is_told_to(void **state)
{
    (void)state;
    static const enum sup_command stops[] = {SUP_COMMAND_PAUSE, SUP_COMMAND_QUARANTINE,
                                             SUP_COMMAND_CANCEL};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_rules rules = operated(0, STREAK, false, false);
        struct sup_policy policy = watched(&rules);
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK); /* not while it runs */
        assert_int_equal(look(&w, "a").streak, 1);
        assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
        assert_int_equal(command(&w, stops[i], "a"), SUP_OK);
        assert_int_equal(look(&w, "a").streak, 0);
        assert_int_equal(look(&w, "a").limit_used, 1);
        world_close(&w);
    }
}

/* A probe that is stopped so has no breaker to prove itself to. */
static void stop__closes_a_breaker_whose_probe_runs(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, BREAKER, false, false);
    struct sup_policy policy = watched(&rules);
    policy.breaker.failures = 1;
    policy.limit.enabled = false;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, SECOND);
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_HALF_OPEN);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_CLOSED);
    forget_events(&w);
    run_to(&w, 3 * SECOND);
    assert_int_equal(count_events(&w, "breaker"), 0);
    world_close(&w);
}

static void breaker__start_by_hand_is_its_probe(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(STREAK, 0, false, false);
    struct sup_policy policy = watched(&rules);
    policy.breaker.failures = 1;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    forget_events(&w);
    run_to(&w, 5 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    expect_events(&w, "5ms a command restart ok", "5ms a breaker-half-open", "5ms a restarted",
                  "5ms a attempt-started #2");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK); /* it has proved nothing */
    run_to(&w, 7 * MS);
    was_aborted(&w, "a");
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_HALF_OPEN);
    assert_int_equal(look(&w, "a").attempt, 3);
    forget_events(&w);
    run_to(&w, SECOND + 7 * MS);
    expect_events(&w, "1007ms a breaker-closed");
    world_close(&w);
}

/* ---- starts that count ---- */

static struct sup_policy counted(struct sup_rules *rules, uint32_t max, uint64_t within)
{
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, rules);
    rules->limit.window = SUP_LIMIT_WINDOW_FIXED;
    rules->limit.counts = SUP_LIMIT_COUNTS_STARTS;
    policy.limit.enabled = true;
    policy.limit.max = max;
    policy.limit.within = SUP_NS(within);
    policy.limit.then = SUP_LIMIT_QUARANTINE;
    return policy;
}

static void count__refuses_where_nothing_lives(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, true, false);
    struct sup_policy policy = counted(&rules, 2, 100);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").limit_used, 2);
    fail_with(&w, "a", "x");
    const struct sup_snapshot before = look(&w, "a");
    forget_events(&w);
    advance_to(&w, 100);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_ELIMIT);
    expect_events(&w, "100ns a command restart limit");
    assert_int_equal(w.outcome.affected, 0);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    assert_int_equal(look(&w, "a").streak, before.streak);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_ELIMIT);
    assert_int_equal(look(&w, "a").operation, SUP_OPERATION_PAUSED);
    advance_to(&w, 101);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    assert_int_equal(look(&w, "a").limit_used, 1);
    world_close(&w);
}

static void count__refuses_when_it_is_due(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, true, false);
    struct sup_policy policy = counted(&rules, 1, SECOND);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    run_to(&w, 1 * MS);
    was_aborted(&w, "a");
    expect_events(&w, "0 a command restart ok", "0 a cancel-delivered #1",
                  "1ms a attempt-ended #1 cancelled", "1ms a limit-exhausted 1/1 then quarantine",
                  "1ms a quarantined");
    assert_int_equal(look(&w, "a").operation, SUP_OPERATION_QUARANTINED);
    spawn(&w, "b", &policy); /* a resume while it stops is the same */
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "b"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "b"), SUP_OK);
    was_aborted(&w, "b");
    assert_int_equal(look(&w, "b").operation, SUP_OPERATION_QUARANTINED);
    policy.limit.then = SUP_LIMIT_TERMINATE;
    spawn(&w, "c", &policy); /* and what gave up is registered anew, as ever */
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "c"), SUP_OK);
    was_aborted(&w, "c");
    expect_state(&w, "c", "terminated restart-limit");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "c"), SUP_OK);
    assert_int_equal(look(&w, "c").phase, SUP_PHASE_RUNNING);
    assert_int_equal(look(&w, "c").limit_used, 1);
    world_close(&w);
}

/* What is emptied first has room, if there is any at all; what counts anything else has no say. */
static void count__where_it_may_not_be_refused(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(LIMIT, 0, true, false);
    struct sup_policy policy = counted(&rules, 1, SECOND);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").limit_used, 1);
    policy.limit.max = 0;
    spawn(&w, "b", &policy);
    assert_int_equal(look(&w, "b").operation, SUP_OPERATION_QUARANTINED);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "b"), SUP_ELIMIT);
    rules = operated(0, 0, true, false);
    policy = counted(&rules, 0, SECOND);
    rules.limit.counts = SUP_LIMIT_COUNTS_RESTARTS;
    spawn(&w, "c", &policy);
    fail_with(&w, "c", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "c"), SUP_OK);
    assert_int_equal(look(&w, "c").phase, SUP_PHASE_RUNNING);
    policy = counted(&rules, 1, 100);
    rules.limit.window = SUP_LIMIT_WINDOW_ONCE; /* and when its only window is over */
    spawn(&w, "d", &policy);
    fail_with(&w, "d", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "d"), SUP_ELIMIT);
    advance_to(&w, 101);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "d"), SUP_OK);
    policy.limit.enabled = false;
    spawn(&w, "e", &policy);
    fail_with(&w, "e", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "e"), SUP_OK);
    world_close(&w);
}

static void count__stop_takes_back_a_step(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, true, false);
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_and_wait(&w, "a");
    fail_with(&w, "a", "x");
    assert_int_equal(look(&w, "a").streak, 2);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").streak, 1);
    assert_int_equal(command(&w, SUP_COMMAND_QUARANTINE, "a"), SUP_OK); /* it waits no more */
    assert_int_equal(look(&w, "a").streak, 1);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    succeed(&w, "a");
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").streak, 0);
    world_close(&w);
}

/* ---- waits that go on ---- */

static void wait__restart_does_not_end_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(SUP_CLEARS_ALL, 0, true, true);
    struct sup_policy policy = watched(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    forget_events(&w);
    run_to(&w, 1 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").streak, 0);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_true(w.outcome.idempotent);
    run_to(&w, 10 * MS - 1);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms a restarted", "10ms a attempt-started #2");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"),
                     SUP_OK); /* what lives waits for nothing */
    was_aborted(&w, "a");
    assert_int_equal(look(&w, "a").attempt, 3);
    world_close(&w);
}

static void wait__that_is_by_hand_asks_no_limit_twice(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, true, true);
    struct sup_policy policy = counted(&rules, 2, SECOND);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_true(w.outcome.idempotent);
    world_close(&w);
}

static void wait__goes_on_after_a_pause(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, true, true);
    struct sup_policy policy = watched(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_and_wait(&w, "a");
    fail_with(&w, "a", "x");
    assert_int_equal(look(&w, "a").streak, 2);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(deadline(&w), SUP_NEVER_NS);
    run_to(&w, 15 * MS);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    expect_events(&w, "15ms a command resume ok", "15ms a resumed");
    assert_int_equal(w.outcome.phase_after, SUP_PHASE_BACKING_OFF);
    assert_int_equal(look(&w, "a").delay.ns, 15 * MS);
    assert_int_equal(look(&w, "a").streak, 1);
    run_to(&w, 20 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_QUARANTINE, "a"),
                     SUP_OK); /* the step is taken back once */
    assert_int_equal(look(&w, "a").streak, 1);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(deadline(&w), 30 * MS);
    run_to(&w, 30 * MS);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK); /* and what is over is over */
    was_aborted(&w, "a");
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    fail_with(&w, "a", "x");
    uint64_t until = w.now + look(&w, "a").delay.ns;
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    run_to(&w, until);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    world_close(&w);
}

/* What was drawn is what the next is drawn from, however little of it was left; and a registration
 * that is made anew has waited for nothing. */
static void wait__is_the_one_before_as_it_was_drawn(void **state)
{
    (void)state;
    struct sup_duration delays[2];
    for (int cut = 0; cut < 2; cut++) {
        struct world w;
        struct sup_rules rules = operated(0, 0, false, true);
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        policy.backoff.jitter = SUP_JITTER_DECORRELATED;
        policy.backoff.max = SUP_SEC(3600);
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_and_wait(&w, "a");
        fail_with(&w, "a", "x");
        uint64_t due = w.now + look(&w, "a").delay.ns;
        if (cut == 1) {
            command(&w, SUP_COMMAND_PAUSE, "a");
            run_to(&w, due - 2);
            command(&w, SUP_COMMAND_RESUME, "a");
            command(&w, SUP_COMMAND_PAUSE, "a");
            run_to(&w, due - 1);
            command(&w, SUP_COMMAND_RESUME, "a");
            assert_int_equal(look(&w, "a").delay.ns, 1);
        }
        run_to(&w, due);
        fail_with(&w, "a", "x");
        delays[cut] = look(&w, "a").delay;
        world_close(&w);
    }
    assert_int_equal(delays[0].ns, delays[1].ns);
}

static void wait__of_the_registration_before_is_over(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(0, 0, false, true);
    struct sup_policy policy = watched(&rules);
    policy.backoff.base = SUP_SEC(100);
    policy.backoff.max = SUP_SEC(100);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    was_aborted(&w, "a");
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    world_close(&w);
}

/* A wait for ever goes on for ever, and one that never was does not. */
static void wait__without_an_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(SUP_CLEARS_ALL, 0, false, true);
    struct sup_policy policy = watched(&rules);
    policy.clean_exit_delay = SUP_DURATION_NEVER;
    policy.restart = SUP_RESTART_ALWAYS;
    world_open(&w);
    spawn(&w, "a", &policy);
    succeed(&w, "a");
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    run_to(&w, SECOND);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    assert_int_equal(look(&w, "a").delay.ns, SUP_NEVER_NS);
    assert_int_equal(deadline(&w), SUP_NEVER_NS);
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_SEC(1);
    spawn(&w, "b", &policy); /* between two calls nobody waits */
    succeed(&w, "b");
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "b"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "b"), SUP_OK);
    assert_int_equal(look(&w, "b").phase, SUP_PHASE_RUNNING);
    succeed(&w, "b");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "b"), SUP_OK);
    assert_int_equal(look(&w, "b").phase, SUP_PHASE_RUNNING);
    world_close(&w);
}

/* Another member of its group ends the wait of all: it has been over since, whatever was left. */
static void wait__of_a_group_that_was_hastened(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = operated(SUP_CLEARS_ALL, 0, false, true);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    struct sup_policy plain = policy_backoff(10, 1000);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &plain);
    fail_with(&w, "a", "x");
    was_aborted(&w, "b");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    run_to(&w, 10 * MS);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    assert_int_equal(look(&w, "b").phase, SUP_PHASE_RUNNING);
    world_close(&w);
}

/* ---- paused from the beginning ---- */

static int spawn_paused(struct world *w, const char *name, const struct sup_policy *policy)
{
    const struct sup_spec spec = {.name = name, .policy = policy, .paused = true};
    return spawn_spec(w, &spec);
}

static void paused__waits_to_be_resumed(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 1000);
    world_prepare(&w);
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    assert_int_equal(spawn_paused(&w, "a", &policy), SUP_OK);
    expect_events(&w, "0 a registered g0", "0 a paused");
    expect_no_calls(&w);
    expect_state(&w, "a", "idle paused");
    run_to(&w, SECOND);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_ENOTACTIVE);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(look(&w, "a").attempt, 1);
    assert_int_equal(look(&w, "a").restarts, 0);
    assert_int_equal(spawn_paused(&w, "a", &policy), SUP_OK); /* as what takes its place */
    was_aborted(&w, "a");
    expect_state(&w, "a", "idle paused");
    assert_int_equal(look(&w, "a").generation, 1);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK); /* anew, and not paused */
    expect_state(&w, "a", "running");
    world_close(&w);
}

/* ---- what is forgotten ---- */

static void forget__empties_all_that_counts(void **state)
{
    (void)state;
    static const enum sup_limit_window windows[] = {SUP_LIMIT_WINDOW_SLIDING,
                                                    SUP_LIMIT_WINDOW_FIXED, SUP_LIMIT_WINDOW_DECAY};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = watched(&rules);
        rules.limit.window = windows[i];
        rules.limit.half_life = SUP_SEC(3600);
        policy.limit.max = policy.max_restarts = 2;
        policy.breaker.failures = 3;
        world_open(&w);
        spawn(&w, "a", &policy);
        for (int times = 0; times < 3; times++) {
            fail_and_wait(&w, "a");
            fail_with(&w, "a", "x");
            assert_int_equal(look(&w, "a").delay.ns, 20 * MS);
            assert_int_equal(look(&w, "a").limit_used, 2);
            forget_events(&w);
            assert_int_equal(command(&w, SUP_COMMAND_FORGET, "a"), SUP_OK);
            assert_int_equal(count_events(&w, "\n"), 1);
            assert_int_equal(count_events(&w, "a command forget ok\n"), 1);
            assert_int_equal(w.outcome.affected, 1);
            assert_int_equal(w.outcome.phase_after, SUP_PHASE_BACKING_OFF);
            assert_int_equal(look(&w, "a").streak, 0);
            assert_int_equal(look(&w, "a").limit_used, 0);
            assert_int_equal(look(&w, "a").delay.ns, 20 * MS);
            assert_int_equal(command(&w, SUP_COMMAND_FORGET, "a"), SUP_OK);
            assert_true(w.outcome.idempotent);
            run_to(&w, w.now + 20 * MS);
        }
        assert_int_equal(look(&w, "a").attempt, 7);
        assert_int_equal(look(&w, "a").failures, 6);
        world_close(&w);
    }
}

/* Each of what is counted is enough for there to be something to forget. */
static void forget__whatever_there_is(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy fixed = counted(&rules, 1, SECOND);
    struct sup_policy windowless = ruled(SUP_RESTART_ON_FAILURE, NULL);
    struct sup_policy broken = watched(NULL), limited = watched(NULL), full = watched(NULL);
    struct sup_policy stuck = watched(NULL);
    broken.limit.enabled = false;
    broken.breaker.failures = 1;
    limited.breaker.failures = 0;
    full.limit.max = 0;
    full.limit.then = SUP_LIMIT_QUARANTINE;
    world_open(&w);
    spawn(&w, "fixed", &fixed); /* its window has opened */
    spawn(&w, "none", &windowless);
    spawn(&w, "broken", &broken);
    spawn(&w, "limited", &limited);
    spawn(&w, "full", &full);
    spawn(&w, "stuck", &stuck);
    assert_int_equal(command(&w, SUP_COMMAND_FORGET, "none"), SUP_OK);
    assert_true(w.outcome.idempotent);
    fail_with(&w, "none", "x");
    fail_with(&w, "broken", "x");
    fail_with(&w, "limited", "x");
    fail_with(&w, "full", "x");
    for (int times = 0; times < 2; times++) {
        static const char *const names[] = {"fixed", "none", "broken", "limited", "full"};
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(command(&w, SUP_COMMAND_FORGET, names[i]), SUP_OK);
            assert_int_equal(w.outcome.idempotent, times == 1);
        }
    }
    assert_int_equal(look(&w, "broken").breaker, SUP_BREAKER_STATE_OPEN);
    assert_false(look(&w, "full").limit_exhausted);
    command(&w, SUP_COMMAND_REMOVE, "stuck"); /* also of who is being removed */
    assert_int_equal(command(&w, SUP_COMMAND_FORGET, "stuck"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_FORGET, "nobody"), SUP_EUNKNOWN);
    shut_down(&w, SECOND);
    assert_int_equal(command(&w, SUP_COMMAND_FORGET, "none"), SUP_EDRAINING);
    world_close(&w);
}

static void check__says_what_is_impossible(void **state)
{
    (void)state;
    struct sup_rules rules = operated(8, 0, false, false);
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    const char *why = NULL;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.operators empties what there is not");
    rules = operated(0, 8, false, false);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    rules = operated(0, 0, false, false);
    rules.operators.unused[5] = 1;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.operators.unused is not 0");
    rules.operators.unused[5] = 0;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
}

/* Each field makes rules of their own; what is said of a task is not. */
static void intern__keeps_what_is_said(void **state)
{
    (void)state;
    struct world w;
    const struct sup_rules all[] = {operated(6, 0, false, false), operated(7, 1, false, false),
                                    operated(7, 0, true, false), operated(7, 0, false, true),
                                    operated(7, 0, false, false)};
    world_open(&w);
    for (uint32_t i = 0; i < 5; i++) {
        char name[] = {(char)('a' + i), '\0'};
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &all[i]);
        spawn(&w, name, &policy);
        assert_int_equal(w.sup->policy_count, i + 1);
    }
    assert_null(w.sup->policies[4].policy.rules);
    struct sup_policy task = ruled(SUP_RESTART_ALWAYS, &all[0]);
    task.kind = SUP_KIND_TASK;
    spawn(&w, "t", &task);
    assert_null(w.sup->policies[5].policy.rules);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__empties_what_it_is_told_to),
        cmocka_unit_test(stop__empties_what_it_is_told_to),
        cmocka_unit_test(stop__closes_a_breaker_whose_probe_runs),
        cmocka_unit_test(breaker__start_by_hand_is_its_probe),
        cmocka_unit_test(count__refuses_where_nothing_lives),
        cmocka_unit_test(count__refuses_when_it_is_due),
        cmocka_unit_test(count__where_it_may_not_be_refused),
        cmocka_unit_test(count__stop_takes_back_a_step),
        cmocka_unit_test(wait__restart_does_not_end_it),
        cmocka_unit_test(wait__that_is_by_hand_asks_no_limit_twice),
        cmocka_unit_test(wait__goes_on_after_a_pause),
        cmocka_unit_test(wait__is_the_one_before_as_it_was_drawn),
        cmocka_unit_test(wait__of_the_registration_before_is_over),
        cmocka_unit_test(wait__without_an_end),
        cmocka_unit_test(wait__of_a_group_that_was_hastened),
        cmocka_unit_test(paused__waits_to_be_resumed),
        cmocka_unit_test(forget__empties_all_that_counts),
        cmocka_unit_test(forget__whatever_there_is),
        cmocka_unit_test(check__says_what_is_impossible),
        cmocka_unit_test(intern__keeps_what_is_said),
    };
    return cmocka_run_group_tests_name("operators", tests, NULL, NULL);
}

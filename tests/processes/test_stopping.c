/* Cancelling, aborting and abandoning children, and what they leave behind. */
#define _GNU_SOURCE
#include "process_world.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* Tells through NOTIFY_FD when it is prepared, so that a signal finds it so. */
#define PREPARED "echo >&3; "
#define WAIT_LONG "while :; do sleep 1; done"

static struct sup_policy explicit_ready(void)
{
    struct sup_policy policy = world_never();
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_DURATION_NEVER;
    return policy;
}

static struct sup_process_spec prepared(const char *line, const char **argv)
{
    struct sup_process_spec spec = world_shell(line, argv);
    spec.ready_pipe = true;
    return spec;
}

static void stopping__term_ends_it_gracefully(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = prepared("trap 'exit 0' TERM; " PREPARED WAIT_LONG, argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated cancelled");
    assert_true(world_logged(&world, "attempt-ended #1 cancelled exit=succeeded\n"));
    world_close(&world);
}

static void stopping__death_by_the_stop_signal_is_a_clean_end(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 60", argv);
    world_spawn(&world, "a", &spec, NULL);
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated cancelled");
    assert_true(world_logged(&world, "attempt-ended #1 cancelled exit=succeeded\n"));
    world_close(&world);
}

static void stopping__stop_signal_is_the_specs(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        prepared("trap '' TERM; trap 'exit 9' INT; " PREPARED WAIT_LONG, argv);
    spec.stop_signal = SIGINT;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated cancelled");
    assert_true(world_logged(&world, "attempt-ended #1 cancelled exit=failed 'exit code 9'\n"));
    world_close(&world);
}

/* Which the policy may say, before the spec does. */
static void stopping__stop_signal_is_the_policys(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    struct sup_rules rules;
    (void)state;
    sup_rules_default(&rules);
    rules.stop_signal = SIGINT;
    policy.rules = &rules;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        prepared("trap '' TERM; trap 'exit 8' HUP; trap 'exit 9' INT; " PREPARED WAIT_LONG, argv);
    spec.stop_signal = SIGHUP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated cancelled");
    assert_true(world_logged(&world, "attempt-ended #1 cancelled exit=failed 'exit code 9'\n"));
    world_close(&world);
}

/* As the supervisor does when a grace has passed. */
static void stopping__a_second_cancel_is_the_signal_again(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.stop_grace = SUP_DURATION_NEVER;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        prepared("trap 'trap \"exit 7\" TERM; echo not-ready >&3' TERM; " PREPARED WAIT_LONG, argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a not-ready");
    struct sup_executor executor = sup_processes_executor(world.processes);
    struct sup_attempt id = {.slot = world_look(&world, "a").slot, .attempt = 1};
    executor.cancel(executor.context, id, &spec);
    world_await(&world, "a terminated cancelled");
    assert_true(world_logged(&world, "attempt-ended #1 cancelled exit=failed 'exit code 7'\n"));
    world_close(&world);
}

static void stopping__what_ignores_term_is_killed_at_its_grace_and_named(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    const char *argv_polite[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    struct sup_drain_report report;
    (void)state;
    policy.stop_grace = SUP_MS(30);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec stubborn = prepared("trap '' TERM; " PREPARED WAIT_LONG, argv);
    struct sup_process_spec polite = world_shell("exec sleep 60", argv_polite);
    world_spawn(&world, "stubborn", &stubborn, &policy);
    world_spawn(&world, "polite", &polite, NULL);
    world_await(&world, "stubborn ready");
    struct sup_actor actor = {"test", "the day is over"};
    assert_int_equal(sup_shutdown(world.sup, NULL, &actor, NULL), SUP_OK);
    world_await(&world, " drained");
    assert_true(world_logged(&world, "stubborn stop-deadline #1"));
    assert_true(world_logged(&world, "stubborn attempt-ended #1 aborted\n"));
    sup_drain_report_read(world.sup, &report);
    assert_int_equal(report.counts.aborted, 1);
    assert_int_equal(report.counts.graceful, 1);
    assert_false(report.timed_out);
    assert_true(report.took.ns >= 30 * MS);
    assert_int_equal(sup_drain_class_of(world.sup, world_look(&world, "stubborn").slot),
                     SUP_DRAIN_ABORTED);
    assert_int_equal(sup_drain_class_of(world.sup, world_look(&world, "polite").slot),
                     SUP_DRAIN_GRACEFUL);
    world_close(&world);
}

static bool beats(struct world *world, const void *argument)
{
    return world_look(world, argument).heartbeat == SUP_HEARTBEAT_FRESH;
}

static void stopping__stopped_child_is_found_by_its_heartbeat_and_restarted(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    (void)state;
    sup_policy_default(&policy);
    policy.stale_after = SUP_MS(400);
    policy.stale_then = SUP_STALE_RESTART;
    policy.stop_grace = SUP_MS(20);
    policy.stop_abort_wait = SUP_SEC(WORLD_BOUND_SECONDS);
    policy.backoff.base = SUP_MS(1);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = prepared("while :; do echo beat >&3; sleep 0.02; done", argv);
    world_spawn(&world, "a", &spec, &policy);
    world_until(&world, beats, "a");
    assert_int_equal(kill(world_pid(&world, "a"), SIGSTOP), 0);
    world_await(&world, "a attempt-started #2");
    world_story(&world, "a",
                "registered\nattempt-started #1\nstale #1\ncancel-delivered #1\n"
                "stop-deadline #1\nabort-requested #1\n"
                "attempt-ended #1 aborted 'heartbeat stale'\n"
                "backing-off 'heartbeat stale'\nattempt-started #2\n");
    world_close(&world);
}

/* ---- process groups ---- */

static bool printed(struct world *world, const void *argument)
{
    (void)argument;
    return strchr(world->output, '\n') != NULL;
}

/* Killed in this turn, it may take the kernel a moment more. */
static void await_death(int pid)
{
    struct pollfd death = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    if (death.fd >= 0) {
        assert_int_equal(poll(&death, 1, WORLD_BOUND_SECONDS * 1000), 1);
        close(death.fd);
    }
    assert_false(process_runs(pid));
}

static int grandchild_of(struct world *world)
{
    world_until(world, printed, NULL);
    int pid = atoi(world->output);
    assert_true(pid > 1);
    return pid;
}

static void stopping__cancel_reaches_the_whole_group(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        /* The other one names itself: before it has become another program, the trap
         * that it was forked with could take its signal. */
        world_shell("trap 'wait; exit 0' TERM; sh -c 'echo $$; exec sleep 600' & wait", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    int grandchild = grandchild_of(&world);
    assert_true(process_runs(grandchild));
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated");
    await_death(grandchild);
    world_close(&world);
}

static void stopping__what_a_dead_child_leaves_behind_is_killed(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("(trap '' TERM HUP; exec sleep 60) & echo $!; kill -SEGV $$", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    await_death(grandchild_of(&world));
    world_close(&world);
}

static void stopping__child_in_our_group_is_signalled_alone(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 60", argv);
    spec.leave_group = true;
    world_spawn(&world, "a", &spec, NULL);
    assert_int_equal(getpgid(world_pid(&world, "a")), getpgrp());
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "a terminated cancelled");
    world_close(&world);
}

/* Run as a child: leaves its group and waits there. */
static int move_away(void)
{
    pid_t other = fork();
    if (other == 0) {
        pause();
        return 0;
    }
    if (other < 0 || setpgid(other, other) != 0 || setpgid(0, other) != 0) {
        return 1;
    }
    printf("%d\n", (int)other);
    fflush(stdout);
    pause();
    return 2;
}

static void stopping__child_that_moved_to_another_group_is_still_reached(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_self("move-away", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    int other = grandchild_of(&world);
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    world_await(&world, "attempt-ended #1 cancelled exit=succeeded\n");
    assert_true(process_runs(other)); /* which left, and is nobody's business */
    assert_int_equal(kill(other, SIGKILL), 0);
    await_death(other);
    world_close(&world);
}

/* ---- late ---- */

static void stopping__abandoned_child_reports_late(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    policy.stop_grace = SUP_NS(0);
    policy.stop_abort_wait = SUP_NS(0);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = prepared("trap '' TERM; " PREPARED WAIT_LONG, argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    int pid = world_pid(&world, "a");
    /* No time at all to end in: given up before the loop turns and sees its end. */
    world_command(&world, SUP_COMMAND_CANCEL, "a");
    while (world_look(&world, "a").phase != SUP_PHASE_TERMINATED) {
        sup_step(world.sup);
    }
    world_await(&world, "a late-report #1 exit=aborted");
    assert_true(world_logged(&world, "a abandoned #1"));
    assert_true(world_logged(&world, "a terminated abandoned"));
    assert_false(process_runs(pid));
    assert_int_equal(sup_processes_live(world.processes), 0);
    world_close(&world);
}

static void stopping__executor_with_children_is_not_freed(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("exec sleep 60", argv);
    world_spawn(&world, "a", &spec, NULL);
    assert_int_equal(sup_processes_free(world.processes), SUP_EBUSY);
    world_close(&world);
}

static void stopping__restart_waits_for_the_end_of_the_old_attempt(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = explicit_ready();
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        prepared("trap 'sleep 0.05; exit 0' TERM; " PREPARED WAIT_LONG, argv);
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a ready");
    int pid = world_pid(&world, "a");
    world_command(&world, SUP_COMMAND_RESTART, "a");
    world_await(&world, "a attempt-started #2");
    assert_false(process_runs(pid));
    assert_int_equal(sup_processes_live(world.processes), 1);
    assert_true(world_pid(&world, "a") != pid);
    world_close(&world);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0) {
        return move_away();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopping__term_ends_it_gracefully),
        cmocka_unit_test(stopping__death_by_the_stop_signal_is_a_clean_end),
        cmocka_unit_test(stopping__stop_signal_is_the_specs),
        cmocka_unit_test(stopping__stop_signal_is_the_policys),
        cmocka_unit_test(stopping__a_second_cancel_is_the_signal_again),
        cmocka_unit_test(stopping__what_ignores_term_is_killed_at_its_grace_and_named),
        cmocka_unit_test(stopping__stopped_child_is_found_by_its_heartbeat_and_restarted),
        cmocka_unit_test(stopping__cancel_reaches_the_whole_group),
        cmocka_unit_test(stopping__what_a_dead_child_leaves_behind_is_killed),
        cmocka_unit_test(stopping__child_in_our_group_is_signalled_alone),
        cmocka_unit_test(stopping__child_that_moved_to_another_group_is_still_reached),
        cmocka_unit_test(stopping__abandoned_child_reports_late),
        cmocka_unit_test(stopping__executor_with_children_is_not_freed),
        cmocka_unit_test(stopping__restart_waits_for_the_end_of_the_old_attempt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

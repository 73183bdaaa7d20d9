/* What children write: kept, handed on, and all of it before their end. */
#define _GNU_SOURCE
#include "process_world.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void output__both_streams_are_handed_on_in_order(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("echo one; echo two >&2; echo three", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    assert_string_equal(world.output, "one\ntwo\nthree\n");
    world_close(&world);
}

/* Looks at the kept output while the end is being reported. */
struct last_words {
    struct world *world;
    char text[64];
    size_t length;
};

static void hear(void *context, const struct sup_event *event)
{
    struct last_words *words = context;
    if (event->type == SUP_EVENT_ATTEMPT_ENDED) {
        struct sup_attempt id = {event->slot, 0, event->attempt};
        words->length =
            sup_processes_output(words->world->processes, id, words->text, sizeof(words->text));
    }
}

static void last_words_are(uint32_t output_bytes, const char *line, const char *expected)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct last_words words = {.world = &world};
    world_init(&world);
    world.config.output_bytes = output_bytes;
    world_open(&world);
    assert_int_equal(sup_subscribe(world.sup, hear, &words), SUP_OK);
    struct sup_process_spec spec = world_shell(line, argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    assert_int_equal(words.length, strlen(expected));
    assert_memory_equal(words.text, expected, words.length);
    /* It stays readable, and is that attempt's alone. */
    char again[64] = "";
    struct sup_attempt gone = {0, 0, 1};
    struct sup_attempt never = {0, 0, 2};
    struct sup_attempt nobody = {7777, 0, 1};
    size_t kept = sup_processes_output(world.processes, gone, again, sizeof(again));
    assert_int_equal(kept, words.length);
    assert_memory_equal(again, words.text, kept);
    assert_int_equal(sup_processes_output(world.processes, never, again, sizeof(again)), 0);
    assert_int_equal(sup_processes_output(world.processes, nobody, again, sizeof(again)), 0);
    world_close(&world);
}

static void output__last_bytes_are_there_when_the_end_is_reported(void **state)
{
    (void)state;
    last_words_are(4096, "echo out of cheese; exit 3", "out of cheese\n");
    last_words_are(8, "printf 0123456789abcdef; exit 3", "89abcdef");
    last_words_are(16, "printf 0123456789abcdef; kill -KILL $$", "0123456789abcdef");
    last_words_are(0, "echo nothing is kept", "");
    /* More than the caller's buffer: the end counts. */
    last_words_are(4096, "printf %100d 7",
                   "                                             "
                   "                  7");
}

static void output__nothing_written_before_the_end_is_lost(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world_open(&world);
    /* Much more than one read, and less than a pipe holds: all is there at the end. */
    struct sup_process_spec spec =
        world_shell("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i + 1)); done", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a terminated");
    const char *at = world.output;
    for (int i = 0; i < 3000; i++) {
        char line[32];
        int length = snprintf(line, sizeof(line), "line %d\n", i);
        assert_memory_equal(at, line, (size_t)length);
        at += length;
    }
    assert_string_equal(at, "");
    world_close(&world);
}

static void output__flood_does_not_hold_up_the_loop(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    const char *argv_quick[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world.config.output = NULL;
    world_open(&world);
    struct sup_process_spec flood = world_shell("exec yes", argv);
    struct sup_process_spec quick = world_shell("exit 0", argv_quick);
    flood.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "flood", &flood, NULL);
    world_spawn(&world, "quick", &quick, NULL);
    world_await(&world, "quick terminated completed");
    world_command(&world, SUP_COMMAND_CANCEL, "flood");
    world_await(&world, "flood terminated cancelled");
    world_close(&world);
}

static void output__writer_that_was_left_behind_does_not_delay_the_end(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    (void)state;
    world_init(&world);
    world.config.output = NULL;
    world_open(&world);
    struct sup_process_spec spec = world_shell("yes & echo >&3; exit 5", argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, NULL);
    world_await(&world, "a attempt-ended #1 failed 'exit code 5'");
    world_close(&world);
}

static void output__child_may_close_its_streams(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy = world_never();
    (void)state;
    policy.stale_after = SUP_MS(300);
    policy.stale_then = SUP_STALE_RESTART;
    policy.stop_grace = SUP_MS(1);
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec =
        world_shell("echo beat >&3; exec >&- 2>&- 3>&-; exec sleep 60", argv);
    spec.output = SUP_OUTPUT_KEEP;
    spec.ready_pipe = true;
    world_spawn(&world, "a", &spec, &policy);
    uint64_t before = sup_host_wakeups(world.host);
    world_await(&world, "a stale");
    /* A closed pipe that stayed in the loop would wake it thousands of times. */
    assert_true(sup_host_wakeups(world.host) - before < 20);
    world_await(&world, "a terminated");
    world_close(&world);
}

/* The ring of `room` bytes after the writes, against the plain way to keep one. */
static void output__ring_holds_the_newest_whatever_the_sizes(void **state)
{
    static const char *const lines[] = {
        "printf abc; sleep 0.01; printf defgh; sleep 0.01; printf ijklm",
        "printf 0123456; sleep 0.01; printf 7; sleep 0.01; printf 89abcdefghijklmnopqrstuvwxyz",
        "printf 01234567; sleep 0.01; printf 89abcdef; sleep 0.01; printf x",
    };
    static const char *const expected[] = {"fghijklm", "stuvwxyz", "9abcdefx"};
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        last_words_are(8, lines[i], expected[i]);
        last_words_are(1, lines[i], expected[i] + 7);
    }
}

/* Processor time, which a loaded machine does not change much. */
static uint64_t used_ns(void)
{
    struct timespec used;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

#define FLOOD_BYTES (UINT64_C(192) << 20)

/* What a division for each byte takes; both are volatile, so that it is made. */
static uint64_t time_of_divisions(void)
{
    static char ring[4096];
    volatile uint64_t room = sizeof(ring);
    uint64_t before = used_ns();
    for (uint64_t i = 0; i < FLOOD_BYTES; i++) {
        ((volatile char *)ring)[i % room] = (char)i;
    }
    return used_ns() - before;
}

static void output__kept_flood_costs_no_division_a_byte(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    char line[128];
    (void)state;
    world_init(&world);
    world.config.output = NULL;
    world_open(&world);
    (void)snprintf(line, sizeof(line), "exec head -c %llu /dev/zero",
                   (unsigned long long)FLOOD_BYTES);
    struct sup_process_spec spec = world_shell(line, argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, NULL);
    uint64_t before = used_ns();
    world_await(&world, "a terminated completed");
    uint64_t took = used_ns() - before;
    uint64_t divisions = time_of_divisions();
    /* The reading is in it, too. */
    if (took > divisions * 3 / 4) {
        print_error("%llu us, and %llu us for the divisions alone\n",
                    (unsigned long long)took / 1000, (unsigned long long)divisions / 1000);
    }
    assert_true(took <= divisions * 3 / 4);
    world_close(&world);
}

static void output__last_attempt_that_kept_its_own_is_readable(void **state)
{
    struct world world;
    const char *argv[WORLD_ARGV];
    struct sup_policy policy;
    char text[32] = "";
    (void)state;
    sup_policy_default(&policy);
    policy.backoff.base = SUP_MS(1);
    policy.max_restarts = 2;
    world_init(&world);
    world_open(&world);
    struct sup_process_spec spec = world_shell("echo attempt $SUP_ATTEMPT; exit 3", argv);
    spec.output = SUP_OUTPUT_KEEP;
    world_spawn(&world, "a", &spec, &policy);
    world_await(&world, "a terminated");
    struct sup_attempt id = {0, 0, 2};
    assert_int_equal(sup_processes_output(world.processes, id, text, sizeof(text)), 0);
    id.attempt = 3;
    assert_int_equal(sup_processes_output(world.processes, id, text, sizeof(text)), 10);
    assert_memory_equal(text, "attempt 3\n", 10);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output__both_streams_are_handed_on_in_order),
        cmocka_unit_test(output__last_bytes_are_there_when_the_end_is_reported),
        cmocka_unit_test(output__nothing_written_before_the_end_is_lost),
        cmocka_unit_test(output__flood_does_not_hold_up_the_loop),
        cmocka_unit_test(output__writer_that_was_left_behind_does_not_delay_the_end),
        cmocka_unit_test(output__child_may_close_its_streams),
        cmocka_unit_test(output__ring_holds_the_newest_whatever_the_sizes),
        cmocka_unit_test(output__kept_flood_costs_no_division_a_byte),
        cmocka_unit_test(output__last_attempt_that_kept_its_own_is_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

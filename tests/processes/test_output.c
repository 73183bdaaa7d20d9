/* What children write: kept, handed on, and all of it before their end. */
#define _GNU_SOURCE
#include "process_world.h"

#include <stdio.h>
#include <string.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output__both_streams_are_handed_on_in_order),
        cmocka_unit_test(output__last_bytes_are_there_when_the_end_is_reported),
        cmocka_unit_test(output__nothing_written_before_the_end_is_lost),
        cmocka_unit_test(output__flood_does_not_hold_up_the_loop),
        cmocka_unit_test(output__writer_that_was_left_behind_does_not_delay_the_end),
        cmocka_unit_test(output__child_may_close_its_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Many children that crash again and again: no zombie, no descriptor lost, no exit
 * missed, no restart before its time.
 *
 * Two hundred for three seconds, and longer where that is too short for a storm;
 * SUP_STORM_CHILDREN and SUP_STORM_SECONDS ask for other numbers, such as 1000 for 60.
 */
#define _GNU_SOURCE
#include "process_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What is known of one service. */
struct victim {
    bool live;
    uint32_t attempt;
    uint64_t not_before; /* its next start */
};

struct storm {
    struct victim *victims;
    uint32_t count;
    uint64_t started;
    uint64_t ended;
    uint64_t outcomes[SUP_OUTCOMES];
    uint64_t early;  /* restarts before their backoff had passed */
    uint64_t broken; /* starts beside a live one, ends of none, attempts not in order */
};

static void watch(void *context, const struct sup_event *event)
{
    struct storm *storm = context;
    if (event->slot >= storm->count) {
        return;
    }
    struct victim *victim = &storm->victims[event->slot];
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_STARTED:
        storm->broken += victim->live || event->attempt != victim->attempt + 1;
        storm->early += event->at.ns < victim->not_before;
        victim->live = true;
        victim->attempt = event->attempt;
        storm->started++;
        break;
    case SUP_EVENT_ATTEMPT_ENDED:
        storm->broken += !victim->live || event->attempt != victim->attempt;
        victim->live = false;
        storm->outcomes[event->outcome]++;
        storm->ended++;
        break;
    case SUP_EVENT_BACKING_OFF:
        victim->not_before = event->at.ns + event->delay.ns;
        break;
    default:
        break;
    }
}

/* Run as a child: lives for some milliseconds, says something, and dies in one of
 * five ways. */
static int die(void)
{
    const char *attempt = getenv("SUP_ATTEMPT");
    const char *service = getenv("SUP_SERVICE");
    unsigned number = (unsigned)(attempt != NULL ? atoi(attempt) : 0) +
                      (unsigned)(service != NULL ? atoi(service + 1) : 0);
    struct timespec life = {0, (long)(number % 7) * 1000000};
    nanosleep(&life, NULL);
    if (write(3, "not-ready\n", 10) != 10) {
        return 99;
    }
    switch (number % 5) {
    case 0:
        return (int)(1 + number % 50);
    case 1:
        raise(SIGKILL);
        break;
    case 2:
        raise(SIGTERM);
        break;
    case 3:
        signal(SIGSEGV, SIG_DFL); /* a sanitizer may have put a handler there */
        raise(SIGSEGV);
        break;
    default:
        break;
    }
    return 0;
}

static uint32_t wanted(const char *name, uint32_t usual)
{
    const char *text = getenv(name);
    int value = text != NULL ? atoi(text) : 0;
    return value > 0 ? (uint32_t)value : usual;
}

static struct sup_policy stormy(void)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_MS(3);
    policy.backoff.base = SUP_MS(2);
    policy.backoff.max = SUP_MS(10);
    policy.backoff.jitter = SUP_JITTER_FULL;
    policy.stop_grace = policy.stop_abort_wait = SUP_SEC(WORLD_BOUND_SECONDS);
    return policy;
}

static void allow_descriptors(void)
{
    struct rlimit limit;
    assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void spawn_all(struct world *world, uint32_t count, const struct sup_process_spec *spec)
{
    struct sup_policy policy = stormy();
    char name[16];
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(name, sizeof(name), "v%u", i);
        world_spawn(world, name, spec, &policy);
    }
}

/* Has there been a storm at all? A busy machine takes its time for it. */
static bool has_raged(const struct storm *storm)
{
    return storm->started > storm->count &&
           storm->outcomes[SUP_OUTCOME_CRASHED] > storm->count / 4 &&
           storm->outcomes[SUP_OUTCOME_FAILED] > storm->count / 10 &&
           storm->outcomes[SUP_OUTCOME_SUCCEEDED] > storm->count / 10;
}

static void turn_until(struct world *world, uint64_t end)
{
    for (uint64_t now = 0; now < end; now = sup_host_now(world->host).ns) {
        assert_return_code(sup_host_turn(world->host, SUP_NS(end - now)), 0);
    }
}

/* Not world_until, whose log would become long. */
static void rage(struct world *world, const struct storm *storm, uint32_t seconds)
{
    uint64_t began = sup_host_now(world->host).ns;
    turn_until(world, began + seconds * 1000 * MS);
    for (uint32_t i = 1; i <= WORLD_BOUND_SECONDS && !has_raged(storm); i++) {
        turn_until(world, began + (seconds + i) * 1000 * MS);
    }
}

static void settle(struct world *world)
{
    struct sup_actor actor = {"test", "the storm is over"};
    struct sup_duration timeout = SUP_SEC(WORLD_BOUND_SECONDS);
    assert_int_equal(sup_shutdown(world->sup, &timeout, &actor, NULL), SUP_OK);
    int turn = 0;
    while (turn == 0) {
        turn = sup_host_turn(world->host, SUP_SEC(WORLD_BOUND_SECONDS));
    }
    assert_int_equal(turn, 1);
}

static void storm__no_zombie_no_descriptor_lost_no_exit_missed(void **state)
{
    struct storm storm = {.count = wanted("SUP_STORM_CHILDREN", 200)};
    uint32_t seconds = wanted("SUP_STORM_SECONDS", 3);
    const char *argv[WORLD_ARGV];
    struct world world;
    (void)state;
    allow_descriptors();
    storm.victims = calloc(storm.count, sizeof(*storm.victims));
    assert_non_null(storm.victims);
    world_init(&world);
    world_open(&world);
    world_quiet(&world);
    assert_int_equal(sup_subscribe(world.sup, watch, &storm), SUP_OK);
    struct sup_process_spec spec = world_self("die", argv);
    spec.ready_pipe = spec.notify = true;
    spec.output = SUP_OUTPUT_KEEP;
    spawn_all(&world, storm.count, &spec);
    rage(&world, &storm, seconds);
    /* Each child is one that the executor knows of; zombies that nobody waits for
     * would be more. */
    assert_int_equal(count_children(), world.children + (int)sup_processes_live(world.processes));
    settle(&world);
    assert_int_equal(sup_processes_live(world.processes), 0);
    assert_int_equal(count_children(), world.children);
    assert_int_equal(storm.started, storm.ended);
    assert_int_equal(storm.broken, 0);
    assert_int_equal(storm.early, 0);
    assert_int_equal(storm.outcomes[SUP_OUTCOME_REFUSED], 0);
    assert_int_equal(storm.outcomes[SUP_OUTCOME_ABORTED], 0);
    assert_true(has_raged(&storm));
    print_message("%llu attempts\n", (unsigned long long)storm.started);
    world_close(&world);
    free(storm.victims);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0) {
        _exit(die()); /* at once: the parent counts how often */
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storm__no_zombie_no_descriptor_lost_no_exit_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

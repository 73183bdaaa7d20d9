/* One turn of the loop: what came is heard before what is due is fired, in slices, and
 * the embedder's timers have their place among the supervisor's. */
#include "turn_world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sup/random.h"

/* ---- hearing first ---- */

static void open_beating(struct turn_world *world)
{
    struct sup_policy policy = turn_policy(MS);
    policy.stale_after = SUP_MS(10);
    policy.stale_then = SUP_STALE_RESTART;
    turn_world_open(world);
    turn_spawn(world, "a", &policy);
    assert_int_equal(sup_report_beat(world->sup, turn_attempt(world, "a")), SUP_OK);
}

static void turn__beat_that_came_is_heard_before_its_deadline_is_fired(void **state)
{
    struct turn_world world;
    struct turn_report beat;
    (void)state;
    open_beating(&world);
    turn_report(&world, &beat, "a", true);
    turn_at(&world, 50 * MS); /* long past the deadline */
    assert_false(turn_told(&world, "stale"));
    turn_at(&world, 60 * MS - 1);
    assert_false(turn_told(&world, "stale"));
    turn_at(&world, 60 * MS);
    assert_true(turn_told(&world, "a stale;a cancel-delivered;"));
    turn_world_close(&world);
}

static void turn__end_that_came_is_heard_before_its_grace_is_over(void **state)
{
    struct turn_world world;
    struct turn_report end;
    struct sup_policy policy = turn_policy(MS);
    (void)state;
    policy.stop_grace = SUP_MS(5);
    turn_world_open(&world);
    turn_spawn(&world, "a", &policy);
    assert_int_equal(sup_control(world.sup, SUP_COMMAND_CANCEL, "a", &turn_actor, NULL), SUP_OK);
    turn_report(&world, &end, "a", false);
    turn_at(&world, 100 * MS);
    assert_false(turn_told(&world, "stop-deadline"));
    assert_int_equal(turn_look(&world, "a").phase, SUP_PHASE_TERMINATED);
    turn_world_close(&world);
}

/* Reads a byte whenever it is asked: 'b' is a beat. */
struct mouth {
    struct turn_world *world;
    struct sup_host_source source;
    int ends[2];
    uint32_t reads;
};

static void read_mouth(void *context, uint32_t events)
{
    struct mouth *mouth = context;
    char byte = '\0';
    (void)events;
    mouth->reads++;
    assert_int_equal(read(mouth->ends[0], &byte, 1), 1);
    if (byte == 'b') {
        sup_reported(sup_report_beat(mouth->world->sup, turn_attempt(mouth->world, "a")));
    }
}

static void open_mouth(struct mouth *mouth, struct turn_world *world)
{
    *mouth = (struct mouth){.world = world, .source = {read_mouth, mouth}};
    assert_int_equal(pipe(mouth->ends), 0);
    assert_int_equal(sup_host_watch(world->host, mouth->ends[0], EPOLLIN, &mouth->source), SUP_OK);
}

static void close_mouth(struct mouth *mouth)
{
    sup_host_unwatch(mouth->world->host, mouth->ends[0]);
    close(mouth->ends[0]);
    close(mouth->ends[1]);
}

static void turn__descriptor_is_read_to_its_end_before_a_deadline_is_fired(void **state)
{
    struct turn_world world;
    struct mouth mouth;
    (void)state;
    open_beating(&world);
    open_mouth(&mouth, &world);
    assert_int_equal(write(mouth.ends[1], "..............................b", 31), 31);
    turn_at(&world, 50 * MS);
    assert_int_equal(mouth.reads, 31);
    assert_false(turn_told(&world, "stale"));
    close_mouth(&mouth);
    turn_world_close(&world);
}

static void turn__who_never_ceases_talking_does_not_stop_the_clock(void **state)
{
    static char words[5000];
    struct turn_world world;
    struct mouth mouth;
    (void)state;
    memset(words, '.', sizeof(words));
    open_beating(&world);
    open_mouth(&mouth, &world);
    assert_int_equal(write(mouth.ends[1], words, sizeof(words)), sizeof(words));
    turn_at(&world, 50 * MS);
    assert_in_range(mouth.reads, 256, 300);
    assert_true(turn_told(&world, "a stale;"));
    close_mouth(&mouth);
    turn_world_close(&world);
}

static void turn__more_sources_than_one_look_takes_are_all_heard(void **state)
{
    static struct mouth mouths[200];
    struct turn_world world;
    (void)state;
    open_beating(&world);
    for (int i = 0; i < 200; i++) {
        open_mouth(&mouths[i], &world);
        assert_int_equal(write(mouths[i].ends[1], i == 199 ? "b" : ".", 1), 1);
    }
    turn_at(&world, 50 * MS);
    assert_false(turn_told(&world, "stale"));
    for (int i = 0; i < 200; i++) {
        assert_int_equal(mouths[i].reads, 1);
        close_mouth(&mouths[i]);
    }
    turn_world_close(&world);
}

/* ---- slices ---- */

#define HERD 200u

static void spawn_herd(struct turn_world *world)
{
    struct sup_policy policy = turn_policy(10 * MS);
    for (uint32_t i = 0; i < HERD; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "s%u", i);
        turn_spawn(world, name, &policy);
        turn_fail(world, name);
    }
    world->starts = 0;
    turn_forget(world);
}

static int note_starts(struct sup *sup, void *context)
{
    struct turn_world *world = context;
    uint32_t *starts = world->context;
    *starts = world->starts;
    return sup_control(sup, SUP_COMMAND_PAUSE, "s199", &turn_actor, NULL);
}

static void post_once(struct turn_world *world)
{
    if (world->starts == 1) {
        assert_int_equal(sup_host_post(world->host, note_starts, world), SUP_OK);
    }
}

static void turn__herd_is_started_in_slices_with_commands_in_between(void **state)
{
    struct turn_world world;
    uint32_t starts = 0;
    (void)state;
    turn_world_open(&world);
    spawn_herd(&world);
    world.on_start = post_once;
    world.context = &starts;
    turn_at(&world, 10 * MS);
    assert_in_range(starts, 1, 16);
    assert_int_equal(world.starts, HERD - 1);
    assert_int_equal(turn_look(&world, "s199").operation, SUP_OPERATION_PAUSED);
    turn_world_close(&world);
}

static int refuse(void *context, const struct sup_start *start, const char **ret_error)
{
    struct turn_world *world = context;
    (void)start;
    (void)ret_error;
    world->starts++;
    return SUP_EREFUSED;
}

/* A start that is refused and due again at once is the next turn's. */
static void turn__what_becomes_due_in_it_is_the_next_ones(void **state)
{
    struct turn_world world;
    struct sup_policy policy = turn_policy(0);
    (void)state;
    turn_world_prepare(&world);
    world.config.sup.executor.start = refuse;
    turn_world_create(&world);
    turn_spawn(&world, "a", &policy);
    for (uint32_t i = 1; i < 10; i++) {
        assert_int_equal(world.starts, i);
        turn_at(&world, MS);
    }
    turn_world_close(&world);
}

/* ---- the embedder's timers ---- */

struct entry {
    struct sup_host_timer timer; /* first */
    struct turn_world *world;
    const char *text;
    uint64_t again_ns; /* 0, or set anew for then */
    struct entry *clears;
};

static void entry_due(void *context)
{
    struct entry *entry = context;
    turn_tell(entry->world, entry->text);
    if (entry->again_ns != 0) {
        uint64_t again_ns = entry->again_ns;
        entry->again_ns = 0;
        sup_host_timer_set(entry->world->host, &entry->timer, (struct sup_instant){again_ns});
    }
    if (entry->clears != NULL) {
        sup_host_timer_clear(entry->world->host, &entry->clears->timer);
    }
}

static void set_entry(struct entry *entry, struct turn_world *world, const char *text,
                      uint64_t at_ns)
{
    *entry =
        (struct entry){.timer = {.due = entry_due, .context = entry}, .world = world, .text = text};
    sup_host_timer_set(world->host, &entry->timer, (struct sup_instant){at_ns});
}

static void turn__timers_of_both_fire_by_instant_the_embedders_first(void **state)
{
    struct turn_world world;
    struct entry entries[5];
    struct sup_policy ten = turn_policy(10 * MS), twenty = turn_policy(20 * MS);
    (void)state;
    turn_world_open(&world);
    turn_spawn(&world, "a", &ten);
    turn_spawn(&world, "b", &twenty);
    turn_fail(&world, "b");
    turn_fail(&world, "a");
    turn_forget(&world);
    set_entry(&entries[0], &world, "20;", 20 * MS);
    set_entry(&entries[1], &world, "15;", 15 * MS);
    set_entry(&entries[2], &world, "10;", 10 * MS);
    set_entry(&entries[3], &world, "10 again;", 10 * MS);
    set_entry(&entries[4], &world, "later;", 25 * MS + 1);
    turn_at(&world, 10 * MS - 1);
    assert_string_equal(world.story, "");
    turn_at(&world, 25 * MS); /* late: the order is that of the instants */
    assert_string_equal(world.story, "10;10 again;a attempt-started;15;20;b attempt-started;");
    turn_at(&world, 26 * MS);
    assert_true(turn_told(&world, "later;"));
    turn_world_close(&world);
}

static void turn__timer_may_set_itself_and_clear_another(void **state)
{
    struct turn_world world;
    struct entry first, second, third;
    (void)state;
    turn_world_open(&world);
    set_entry(&first, &world, "first;", MS);
    set_entry(&second, &world, "second;", 2 * MS);
    set_entry(&third, &world, "third;", 3 * MS);
    first.again_ns = 2 * MS; /* which has passed: before the third, in the next turn */
    first.clears = &second;
    turn_at(&world, 5 * MS);
    assert_string_equal(world.story, "first;");
    turn_at(&world, 5 * MS);
    assert_string_equal(world.story, "first;first;third;");
    sup_host_timer_clear(world.host, &second.timer); /* not set: harmless */
    set_entry(&second, &world, "second;", 6 * MS);
    sup_host_timer_set(world.host, &second.timer, (struct sup_instant){8 * MS});
    turn_at(&world, 7 * MS);
    sup_host_timer_set(world.host, &second.timer, SUP_INSTANT_NEVER);
    turn_at(&world, 9 * MS);
    assert_string_equal(world.story, "first;first;third;");
    turn_world_close(&world);
}

#define TIMERS 200u

struct model {
    struct entry entries[TIMERS];
    uint64_t at_ns[TIMERS];
    uint64_t order[TIMERS]; /* 0: not set */
    char texts[TIMERS][8];
    uint64_t orders;
};

/* What is due at `now`, by instant and then by the order of setting. */
static void expect_model(struct model *model, struct turn_world *world)
{
    static char wanted[TURN_STORY_BYTES];
    wanted[0] = '\0';
    for (;;) {
        uint32_t best = TIMERS;
        for (uint32_t i = 0; i < TIMERS; i++) {
            bool due = model->order[i] != 0 && model->at_ns[i] <= world->now_ns;
            bool before =
                best == TIMERS || model->at_ns[i] < model->at_ns[best] ||
                (model->at_ns[i] == model->at_ns[best] && model->order[i] < model->order[best]);
            best = due && before ? i : best;
        }
        if (best == TIMERS) {
            break;
        }
        strcat(wanted, model->texts[best]);
        model->order[best] = 0;
    }
    assert_string_equal(world->story, wanted);
    turn_forget(world);
}

static void turn__many_timers_fire_as_a_sorted_list_would(void **state)
{
    static struct model model;
    struct turn_world world;
    struct sup_random random = {7};
    (void)state;
    turn_world_open(&world);
    for (uint32_t i = 0; i < TIMERS; i++) {
        (void)snprintf(model.texts[i], sizeof(model.texts[i]), "%u;", i);
        model.entries[i] = (struct entry){.timer = {.due = entry_due, .context = &model.entries[i]},
                                          .world = &world,
                                          .text = model.texts[i]};
    }
    for (uint32_t round = 0; round < 300; round++) {
        for (uint32_t k = 0; k < 50; k++) {
            uint32_t i = (uint32_t)(sup_random_next(&random) % TIMERS);
            if (sup_random_next(&random) % 4 == 0) {
                sup_host_timer_clear(world.host, &model.entries[i].timer);
                model.order[i] = 0;
            } else {
                model.at_ns[i] = world.now_ns + sup_random_next(&random) % 40;
                model.order[i] = ++model.orders;
                sup_host_timer_set(world.host, &model.entries[i].timer,
                                   (struct sup_instant){model.at_ns[i]});
            }
        }
        turn_at(&world, world.now_ns + sup_random_next(&random) % 10);
        expect_model(&model, &world);
    }
    turn_world_close(&world);
}

/* ---- stopping, and the end of a turn ---- */

static void stop_due(void *context)
{
    struct entry *entry = context;
    turn_tell(entry->world, "stop;");
    sup_host_stop(entry->world->host);
}

static void count_turn(void *context)
{
    struct turn_world *world = context;
    turn_tell(world, "turn;");
    world->now_ns += MS;
}

static void turn__stop_ends_the_run_at_once_and_drains_nothing(void **state)
{
    struct turn_world world;
    struct entry stop, later;
    struct sup_policy policy = turn_policy(10 * MS);
    (void)state;
    turn_world_open(&world);
    turn_spawn(&world, "a", &policy);
    turn_fail(&world, "a");
    set_entry(&stop, &world, "", 10 * MS);
    set_entry(&later, &world, "later;", 10 * MS);
    stop.timer.due = stop_due;
    sup_host_after_turn(world.host, count_turn, &world);
    turn_forget(&world);
    world.now_ns = 10 * MS;
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_string_equal(world.story, "stop;turn;");
    assert_int_equal(turn_look(&world, "a").phase, SUP_PHASE_BACKING_OFF);
    assert_int_equal(sup_host_run(world.host), SUP_OK); /* for good */
    assert_int_equal(sup_host_turn(world.host, SUP_DURATION_NEVER), 1);
    assert_string_equal(world.story, "stop;turn;");
    sup_host_after_turn(world.host, NULL, NULL);
    turn_at(&world, 12 * MS);
    assert_string_equal(world.story, "stop;turn;");
    turn_world_close(&world);
}

static void turn__run_may_go_on_when_it_has_drained(void **state)
{
    struct turn_world world;
    struct entry entries[2];
    (void)state;
    turn_world_open(&world);
    assert_int_equal(sup_shutdown(world.sup, NULL, &turn_actor, NULL), SUP_OK);
    turn_forget(&world);
    set_entry(&entries[0], &world, "drained;", MS);
    set_entry(&entries[1], &world, "", 2 * MS);
    entries[1].timer.due = stop_due;
    assert_int_equal(sup_host_turn(world.host, SUP_DURATION_NEVER), 1);
    assert_int_equal(sup_host_run_until(world.host, SUP_HOST_UNTIL_DRAINED), SUP_OK);
    assert_string_equal(world.story, "");
    sup_host_after_turn(world.host, count_turn, &world);
    world.now_ns = MS;
    assert_int_equal(sup_host_run_until(world.host, SUP_HOST_UNTIL_STOPPED), SUP_OK);
    assert_string_equal(world.story, "drained;turn;stop;turn;");
    turn_world_close(&world);
}

static void *stop_from_outside(void *context)
{
    sup_host_stop(context);
    return NULL;
}

static void turn__stop_from_another_thread_wakes_the_loop(void **state)
{
    struct turn_world world;
    pthread_t thread;
    (void)state;
    turn_world_open(&world);
    assert_int_equal(pthread_create(&thread, NULL, stop_from_outside, world.host), 0);
    assert_int_equal(sup_host_run(world.host), SUP_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    turn_world_close(&world);
}

/* ---- clocks that begin elsewhere ---- */

struct shifted {
    struct sup_host *host;
    uint64_t back_ns; /* behind the host's */
    uint64_t ahead_ns;
    uint32_t starts;
};

static struct sup_instant read_shifted(void *context)
{
    const struct shifted *shifted = context;
    uint64_t now_ns = shifted->host != NULL ? sup_host_now(shifted->host).ns : shifted->back_ns;
    return (struct sup_instant){now_ns - shifted->back_ns + shifted->ahead_ns};
}

static int refuse_shifted(void *context, const struct sup_start *start, const char **ret_error)
{
    struct shifted *shifted = context;
    (void)start;
    (void)ret_error;
    shifted->starts++;
    return SUP_EREFUSED;
}

static void ask_nothing(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

/* The loop sleeps from one attempt to the next, as long as it has to. */
static void run_shifted(struct shifted *shifted)
{
    struct sup_host_config config;
    struct sup_policy policy = turn_policy(20 * MS);
    struct sup_host *host;
    sup_host_config_default(&config);
    config.sup.clock = (struct sup_clock){read_shifted, shifted};
    config.sup.executor = (struct sup_executor){
        .start = refuse_shifted, .cancel = ask_nothing, .abort = ask_nothing, .context = shifted};
    assert_int_equal(sup_host_create(&config, &host), SUP_OK);
    shifted->host = host;
    shifted->back_ns = shifted->back_ns != 0 ? sup_host_now(host).ns : 0;
    struct sup_spec spec = {.name = "a", .policy = &policy};
    uint64_t began_ns = sup_host_now(host).ns; /* the first attempt is in the call */
    assert_int_equal(sup_spawn(sup_host_supervisor(host), &spec), SUP_OK);
    while (shifted->starts < 4) {
        assert_int_equal(sup_host_turn(host, SUP_DURATION_NEVER), 0);
    }
    assert_true(sup_host_now(host).ns - began_ns >= 60 * MS);
    assert_true(sup_host_wakeups(host) <= 10);
    sup_host_free(host);
}

static void turn__clock_of_the_embedder_may_begin_anywhere(void **state)
{
    struct shifted at_zero = {.back_ns = 1};
    struct shifted in_years = {.ahead_ns = UINT64_C(1700000000) * 1000000000u};
    (void)state;
    run_shifted(&at_zero);
    run_shifted(&in_years);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turn__beat_that_came_is_heard_before_its_deadline_is_fired),
        cmocka_unit_test(turn__end_that_came_is_heard_before_its_grace_is_over),
        cmocka_unit_test(turn__descriptor_is_read_to_its_end_before_a_deadline_is_fired),
        cmocka_unit_test(turn__who_never_ceases_talking_does_not_stop_the_clock),
        cmocka_unit_test(turn__more_sources_than_one_look_takes_are_all_heard),
        cmocka_unit_test(turn__herd_is_started_in_slices_with_commands_in_between),
        cmocka_unit_test(turn__what_becomes_due_in_it_is_the_next_ones),
        cmocka_unit_test(turn__timers_of_both_fire_by_instant_the_embedders_first),
        cmocka_unit_test(turn__timer_may_set_itself_and_clear_another),
        cmocka_unit_test(turn__many_timers_fire_as_a_sorted_list_would),
        cmocka_unit_test(turn__stop_ends_the_run_at_once_and_drains_nothing),
        cmocka_unit_test(turn__run_may_go_on_when_it_has_drained),
        cmocka_unit_test(turn__stop_from_another_thread_wakes_the_loop),
        cmocka_unit_test(turn__clock_of_the_embedder_may_begin_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

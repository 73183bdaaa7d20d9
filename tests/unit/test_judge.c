/* Judging when the events of a real run came: each against what it waited for, and the
 * machine's part in it. Instants are made up, so nothing here depends on time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/real/judge.h"
#include "sup/error.h"

#define MS UINT64_C(1000000)
#define TOLERANCE (50 * MS)
#define EVENTS 5u
#define TRACE_BYTES 2048u

/* The story: a starts and, 100 ms later, is cancelled by the file's clock; its grace of
 * 300 ms passes; b ends by itself, and at that instant c is started for it. */
static const uint64_t wanted_ms[EVENTS] = {0, 100, 400, 600, 600};
static const char *const what[EVENTS] = {
    "\"attempt-started\",\"service\":\"a\"", "\"cancel-delivered\",\"service\":\"a\"",
    "\"stop-deadline\",\"service\":\"a\"", "\"attempt-ended\",\"service\":\"b\",\"code\":3",
    "\"attempt-started\",\"service\":\"c\""};

struct told {
    char trace[TRACE_BYTES];
    struct sim__story story;
};

/* A trace in which event i comes at at_ns[i]; SIM__UNTOLD: not at all. */
static void tell(struct told *told, const uint64_t *at_ns, const char *const *events)
{
    size_t used = 0;
    uint32_t number = 0;
    for (uint64_t last = 0; last != SIM__UNTOLD;) {
        uint64_t next = SIM__UNTOLD;
        for (uint32_t i = 0; i < EVENTS; i++) {
            next = at_ns[i] >= last && at_ns[i] < next ? at_ns[i] : next;
        }
        for (uint32_t i = 0; i < EVENTS && next != SIM__UNTOLD; i++) {
            if (at_ns[i] == next) {
                used += (size_t)snprintf(told->trace + used, TRACE_BYTES - used,
                                         "{\"t\":%" PRIu64 ",\"n\":%" PRIu32 ",\"event\":%s}\n",
                                         next, ++number, events[i]);
            }
        }
        last = next == SIM__UNTOLD ? next : next + 1;
    }
    told->story = (struct sim__story){told->trace, used, "somebody"};
}

struct stage {
    struct told reference;
    struct sim__evidence evidence;
    struct sim__machine *machine;
    struct sim__judgement judgement;
};

/* Late runs: every link late by its own; b and c are `parted_ns` apart. */
static void gather(struct stage *stage, uint64_t parted_ns)
{
    uint64_t seed = 7;
    uint64_t at[EVENTS];
    for (uint32_t i = 0; i < EVENTS; i++) {
        at[i] = wanted_ms[i] * MS;
    }
    tell(&stage->reference, at, what);
    assert_int_equal(sim__evidence_create(&stage->reference.story, &stage->evidence), SUP_OK);
    for (uint32_t run = 0; run < 24; run++) {
        struct told told;
        struct sim__lines lines;
        uint64_t late[EVENTS];
        for (uint32_t i = 0; i < EVENTS; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            late[i] =
                run < 18 ? (seed >> 33) % TOLERANCE : TOLERANCE / 2 + (seed >> 33) % (25 * MS);
        }
        at[0] = late[0];
        at[1] = 100 * MS + late[1];
        at[2] = at[1] + 300 * MS + late[2];
        at[3] = 600 * MS + late[3];
        at[4] = at[3] + parted_ns;
        tell(&told, at, what);
        assert_int_equal(sim__lines_cut(&told.story, &lines), SUP_OK);
        assert_int_equal(sim__evidence_add(&stage->evidence, &lines), SUP_OK);
        sim__lines_free(&lines);
    }
}

static int set_up(void **state)
{
    static struct stage stage;
    const struct sim__look idle[] = {{0, 0, 0}, {10000 * MS, 0, 0}};
    memset(&stage, 0, sizeof(stage));
    gather(&stage, 0);
    assert_int_equal(sim__machine_of(idle, 2, &stage.machine), SUP_OK);
    *state = &stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    sim__machine_free(stage->machine);
    sim__evidence_release(&stage->evidence);
    return 0;
}

/* The machine waited so long between the two instants. */
static void load(struct stage *stage, uint64_t from_ms, uint64_t to_ms, uint64_t waited_ms)
{
    const struct sim__look looks[] = {{0, 0, 0},
                                      {from_ms * MS, 0, 0},
                                      {to_ms * MS, waited_ms * MS, 0},
                                      {10000 * MS, waited_ms * MS, 0}};
    sim__machine_free(stage->machine);
    assert_int_equal(sim__machine_of(looks, 4, &stage->machine), SUP_OK);
}

enum about { TIMES, DIFFERENCE, EXPECTATIONS };

static enum sim__blame judge(struct stage *stage, enum about about, const uint64_t *at_ns,
                             const char *const *events)
{
    struct told told;
    struct sim__conformance conformance;
    tell(&told, at_ns, events);
    assert_int_equal(
        sim__conform(&stage->reference.story, &told.story, SUP_INSTANT_NEVER, &conformance),
        SUP_OK);
    const struct sim__judge all = {
        .evidence = &stage->evidence,
        .conformance = &conformance,
        .machine = stage->machine,
        .pace = {0, UINT64_C(1000000000)},
        .tolerance_ns = TOLERANCE,
        .end_ns = 1500 * MS,
    };
    if (about == TIMES) {
        assert_int_equal(sim__judge_times(&all, &stage->judgement), SUP_OK);
    } else if (about == DIFFERENCE) {
        assert_int_equal(sim__judge_difference(&all, &stage->judgement), SUP_OK);
    } else {
        sim__judge_expectations(&all, &stage->judgement);
    }
    sim__conformance_release(&conformance);
    return stage->judgement.blame;
}

/* In milliseconds; all else as wanted. */
static enum sim__blame judge_at(struct stage *stage, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                                uint64_t e)
{
    const uint64_t at[EVENTS] = {a * MS, b * MS, c * MS, d * MS, e * MS};
    return judge(stage, TIMES, at, what);
}

/* ---- instants ---- */

static void judge__within_the_tolerance_of_its_cause_is_in_time(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(judge_at(stage, 0, 100, 400, 600, 600), SIM__NOBODY);
    assert_int_equal(stage->judgement.late_ns, 0);
    /* Each is late by itself, and those that follow by as much again. */
    assert_int_equal(judge_at(stage, 50, 150, 500, 650, 700), SIM__NOBODY);
    assert_int_equal(stage->judgement.late_ns, TOLERANCE);
    assert_string_equal(stage->judgement.text, "");
}

static void judge__link_beyond_the_tolerance_is_the_program_s_fault(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(judge_at(stage, 0, 100, 451, 600, 600), SIM__THE_PROGRAM);
    assert_string_equal(stage->judgement.text, "service a: stop-deadline at 451ms came 51ms "
                                               "after it was due, more than 50ms");
    assert_int_equal(judge_at(stage, 0, 151, 451, 600, 600), SIM__THE_PROGRAM);
    assert_non_null(strstr(stage->judgement.text, "service a: cancel-delivered at 151ms"));
    /* What follows what is late is not late itself, only the first is named. */
    assert_int_equal(judge_at(stage, 0, 100, 400, 700, 700), SIM__THE_PROGRAM);
    assert_non_null(strstr(stage->judgement.text, "attempt-ended (code 3) at 700ms came 100ms"));
}

static void judge__later_in_all_than_the_tolerance_but_not_by_itself_is_in_time(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(judge_at(stage, 0, 149, 498, 600, 600), SIM__NOBODY);
    assert_int_equal(judge_at(stage, 0, 100, 498, 600, 600), SIM__THE_PROGRAM);
}

static void judge__early_is_the_program_s_fault(void **state)
{
    struct stage *stage = *state;
    load(stage, 0, 1000, 1000); /* no machine makes it come early */
    assert_int_equal(judge_at(stage, 0, 100, 398, 600, 600), SIM__THE_PROGRAM);
    assert_string_equal(stage->judgement.text,
                        "service a: stop-deadline at 398ms came 2ms before it was due");
}

/* ---- order ---- */

static void judge__order_at_one_instant_counts_where_no_lateness_turns_it(void **state)
{
    struct stage *stage = *state;
    load(stage, 0, 1000, 1000); /* nor does any machine */
    assert_int_equal(judge_at(stage, 0, 100, 400, 601, 602), SIM__NOBODY);
    assert_int_equal(judge_at(stage, 0, 100, 400, 602, 601), SIM__THE_PROGRAM);
    assert_string_equal(stage->judgement.text,
                        "service b: attempt-ended (code 3) at 602ms came after service c: "
                        "attempt-started at 601ms");
}

/* As ends of what waited in a queue: the one first, and by chance in every late run. */
static void judge__order_at_one_instant_does_not_count_where_lateness_parts_it(void **state)
{
    struct stage *stage = *state;
    sim__evidence_release(&stage->evidence);
    gather(stage, 1);
    assert_int_equal(judge_at(stage, 0, 100, 400, 602, 601), SIM__NOBODY);
}

/* As services that the simulator registers in no time, and a system one by one: only the
 * file's clock says what is early. */
static void judge__sooner_than_simulated_after_another_service_is_not_early(void **state)
{
    struct stage *stage = *state;
    sim__evidence_release(&stage->evidence);
    gather(stage, 1);
    load(stage, 600, 680, 40);
    assert_int_equal(judge_at(stage, 0, 100, 400, 680, 601), SIM__THE_MACHINE);
}

/* Whoever is turned round with what was due long after it is too late by itself. */
static void judge__order_over_time_is_judged_by_who_is_late(void **state)
{
    struct stage *stage = *state;
    /* The last two as late as the machine was, and before what was due long before. */
    load(stage, 400, 700, 140);
    assert_int_equal(judge_at(stage, 0, 100, 690, 640, 640), SIM__THE_MACHINE);
    load(stage, 400, 700, 100);
    assert_int_equal(judge_at(stage, 0, 100, 690, 640, 640), SIM__THE_PROGRAM);
    /* 149 and 198 ms late in all, each link within the tolerance; its neighbour in time. */
    load(stage, 0, 1000, 0);
    assert_int_equal(judge_at(stage, 50, 149, 498, 600, 600), SIM__NOBODY);
}

/* ---- the machine ---- */

static void judge__what_the_machine_took_is_excused(void **state)
{
    struct stage *stage = *state;
    load(stage, 400, 520, 40); /* 120 ms late; the program had 120 - 2 * 40 */
    assert_int_equal(judge_at(stage, 0, 100, 520, 600, 600), SIM__THE_MACHINE);
    assert_int_equal(stage->judgement.waited_ns, 40 * MS);
    assert_non_null(strstr(stage->judgement.text, "came 120ms after it was due"));
    load(stage, 400, 520, 34);
    assert_int_equal(judge_at(stage, 0, 100, 520, 600, 600), SIM__THE_PROGRAM);
}

static void judge__waiting_at_another_time_excuses_nothing(void **state)
{
    struct stage *stage = *state;
    load(stage, 10, 380, 300);
    assert_int_equal(judge_at(stage, 0, 100, 520, 600, 600), SIM__THE_PROGRAM);
}

static void judge__one_that_nothing_excuses_weighs_more(void **state)
{
    struct stage *stage = *state;
    load(stage, 400, 520, 100);
    assert_int_equal(judge_at(stage, 0, 100, 520, 700, 700), SIM__THE_PROGRAM);
    assert_non_null(strstr(stage->judgement.text, "service b"));
}

/* ---- differences ---- */

static void judge__missing_event_is_one_that_is_late_by_the_end(void **state)
{
    struct stage *stage = *state;
    const uint64_t at[EVENTS] = {0, 100 * MS, 400 * MS, 600 * MS, SIM__UNTOLD};
    assert_int_equal(judge(stage, DIFFERENCE, at, what), SIM__THE_PROGRAM);
    assert_non_null(strstr(stage->judgement.text, "somebody nothing"));
    load(stage, 700, 1500, 450);
    assert_int_equal(judge(stage, DIFFERENCE, at, what), SIM__THE_MACHINE);
    load(stage, 100, 600, 450);
    assert_int_equal(judge(stage, DIFFERENCE, at, what), SIM__THE_PROGRAM);
}

/* What it waited for came 870 ms late, so that it was due 30 ms before the end only. */
static void judge__missing_event_is_due_when_what_it_waits_for_came(void **state)
{
    struct stage *stage = *state;
    const uint64_t at[EVENTS] = {0, 100 * MS, 400 * MS, 1470 * MS, SIM__UNTOLD};
    load(stage, 600, 1470, 5);
    assert_int_equal(judge(stage, DIFFERENCE, at, what), SIM__THE_MACHINE);
    assert_int_equal(stage->judgement.waited_ns, 5 * MS);
    load(stage, 600, 1470, 4);
    assert_int_equal(judge(stage, DIFFERENCE, at, what), SIM__THE_PROGRAM);
    /* As soon as there was time enough, what was waited for before excuses nothing. */
    const uint64_t sooner[EVENTS] = {0, 100 * MS, 400 * MS, 1449 * MS, SIM__UNTOLD};
    load(stage, 600, 1400, 800);
    assert_int_equal(judge(stage, DIFFERENCE, sooner, what), SIM__THE_PROGRAM);
}

static void judge__other_event_is_excused_by_a_machine_that_stood_still(void **state)
{
    struct stage *stage = *state;
    const uint64_t at[EVENTS] = {0, 100 * MS, 400 * MS, 600 * MS, 600 * MS};
    const char *events[EVENTS];
    memcpy(events, what, sizeof(events));
    events[2] = "\"attempt-ended\",\"service\":\"a\"";
    assert_int_equal(judge(stage, DIFFERENCE, at, events), SIM__THE_PROGRAM);
    load(stage, 200, 260, 25);
    assert_int_equal(judge(stage, DIFFERENCE, at, events), SIM__THE_MACHINE);
    load(stage, 200, 260, 24);
    assert_int_equal(judge(stage, DIFFERENCE, at, events), SIM__THE_PROGRAM);
}

static void judge__other_report_is_excused_by_nothing(void **state)
{
    struct stage *stage = *state;
    const uint64_t at[EVENTS] = {0, 100 * MS, 400 * MS, 600 * MS, 600 * MS};
    const char *events[EVENTS];
    memcpy(events, what, sizeof(events));
    events[3] = "\"attempt-ended\",\"service\":\"b\",\"code\":4";
    load(stage, 0, 1400, 1400);
    assert_int_equal(judge(stage, DIFFERENCE, at, events), SIM__THE_PROGRAM);
    assert_non_null(strstr(stage->judgement.text, "code 4"));
}

static void judge__expectation_is_excused_when_the_machine_was_not_prompt(void **state)
{
    struct stage *stage = *state;
    const uint64_t at[EVENTS] = {0, 100 * MS, 400 * MS, 600 * MS, 600 * MS};
    assert_int_equal(judge(stage, EXPECTATIONS, at, what), SIM__THE_PROGRAM);
    load(stage, 200, 260, 5);
    assert_int_equal(judge(stage, EXPECTATIONS, at, what), SIM__THE_MACHINE);
    load(stage, 200, 260, 4);
    assert_int_equal(judge(stage, EXPECTATIONS, at, what), SIM__THE_PROGRAM);
}

/* ---- the machine's own record ---- */

static struct sup_instant at(uint64_t ns)
{
    return (struct sup_instant){ns};
}

static void machine__waiting_is_counted_from_look_to_look(void **state)
{
    (void)state;
    const struct sim__look looks[] = {
        {100, 5, 0}, {200, 5, 0}, {300, 25, 0}, {400, 85, 0}, {900, 85, 0}};
    struct sim__machine *machine;
    assert_int_equal(sim__machine_of(looks, 5, &machine), SUP_OK);
    assert_int_equal(sim__machine_waited(machine, at(200), at(300)).ns, 20);
    assert_int_equal(sim__machine_waited(machine, at(250), at(260)).ns, 20); /* the looks around */
    assert_int_equal(sim__machine_waited(machine, at(200), at(301)).ns, 80);
    assert_int_equal(sim__machine_waited(machine, at(0), at(5000)).ns, 80);
    assert_int_equal(sim__machine_waited(machine, at(400), at(900)).ns, 0);
    assert_int_equal(sim__machine_burst(machine, at(0), at(5000), SUP_NS(100)).ns, 60);
    assert_int_equal(sim__machine_burst(machine, at(0), at(5000), SUP_NS(10)).ns,
                     60); /* one look at least */
    assert_int_equal(sim__machine_burst(machine, at(0), at(5000), SUP_NS(200)).ns, 80);
    assert_int_equal(sim__machine_burst(machine, at(0), at(250), SUP_NS(200)).ns, 20);
    sim__machine_free(machine);
    sim__machine_free(NULL);
}

/* What everybody waited while a look was taken is in it, or in the next one: nobody knows. */
static void machine__waiting_during_a_look_counts_on_both_sides(void **state)
{
    (void)state;
    const struct sim__look looks[] = {
        {100, 5, 110}, {200, 500, 700}, {710, 510, 720}, {800, 900, 1200}, {1210, 900, 1220}};
    struct sim__machine *machine;
    assert_int_equal(sim__machine_of(looks, 5, &machine), SUP_OK);
    assert_int_equal(sim__machine_waited(machine, at(300), at(650)).ns, 505);
    assert_int_equal(sim__machine_waited(machine, at(699), at(700)).ns, 505);
    assert_int_equal(sim__machine_waited(machine, at(700), at(705)).ns, 10);
    assert_int_equal(sim__machine_waited(machine, at(720), at(801)).ns, 390);
    assert_int_equal(sim__machine_burst(machine, at(300), at(650), SUP_NS(10)).ns, 495);
    sim__machine_free(machine);
}

/* The first look is taken before there is a thread that may have to wait for its turn. */
static void machine__watch_begins_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct sim__machine *machine;
        uint32_t count;
        assert_int_equal(sim__machine_watch(&machine), SUP_OK);
        struct sup_instant watched = sim__machine_now();
        sim__machine_stop(machine);
        const struct sim__look *looks = sim__machine_looks(machine, &count);
        assert_true(count >= 3);
        assert_true(looks[0].at_ns <= watched.ns && looks[0].done_ns <= watched.ns);
        assert_int_equal(looks[0].waited_ns, 0);
        sim__machine_free(machine);
    }
}

/* What a look reads with: everything stands still for STILL the next time that it is
 * called by another thread than the test's own. */
#define STILL_NS (10 * MS)

static atomic_bool stands_still;
static pthread_t own;

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
    if (!pthread_equal(own, pthread_self()) && atomic_exchange(&stands_still, false)) {
        (void)nanosleep(&(struct timespec){.tv_nsec = STILL_NS}, NULL);
    }
    return __real_opendir(path);
}

/* A process may be stopped at any place, in the middle of a look too. */
static void machine__standing_still_in_a_look_is_waiting(void **state)
{
    struct sim__machine *machine;
    uint32_t count;
    (void)state;
    own = pthread_self();
    atomic_store(&stands_still, true);
    assert_int_equal(sim__machine_watch(&machine), SUP_OK);
    sim__machine_stop(machine);
    assert_false(atomic_load(&stands_still));
    const struct sim__look *looks = sim__machine_looks(machine, &count);
    assert_true(count >= 3);
    assert_true(looks[1].done_ns - looks[1].at_ns >= STILL_NS);
    assert_true(looks[1].waited_ns >= STILL_NS);
    sim__machine_free(machine);
}

static void machine__watch_ends_when_it_is_told_to(void **state)
{
    struct sim__machine *machine;
    (void)state;
    struct sup_instant from = sim__machine_now();
    assert_int_equal(sim__machine_watch(&machine), SUP_OK);
    sim__machine_stop(machine);
    sim__machine_stop(machine);
    /* It looked once at least, and nobody can have waited longer than it took for each
     * of the few tasks that there are. */
    struct sup_instant to = sim__machine_now();
    uint64_t took_ns = sup_instant_since(to, from).ns;
    assert_true(sim__machine_waited(machine, from, to).ns <= 16 * took_ns);
    sim__machine_free(machine);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(judge__within_the_tolerance_of_its_cause_is_in_time),
        TEST(judge__link_beyond_the_tolerance_is_the_program_s_fault),
        TEST(judge__later_in_all_than_the_tolerance_but_not_by_itself_is_in_time),
        TEST(judge__early_is_the_program_s_fault),
        TEST(judge__order_at_one_instant_counts_where_no_lateness_turns_it),
        TEST(judge__order_at_one_instant_does_not_count_where_lateness_parts_it),
        TEST(judge__sooner_than_simulated_after_another_service_is_not_early),
        TEST(judge__order_over_time_is_judged_by_who_is_late),
        TEST(judge__what_the_machine_took_is_excused),
        TEST(judge__waiting_at_another_time_excuses_nothing),
        TEST(judge__one_that_nothing_excuses_weighs_more),
        TEST(judge__missing_event_is_one_that_is_late_by_the_end),
        TEST(judge__missing_event_is_due_when_what_it_waits_for_came),
        TEST(judge__other_event_is_excused_by_a_machine_that_stood_still),
        TEST(judge__other_report_is_excused_by_nothing),
        TEST(judge__expectation_is_excused_when_the_machine_was_not_prompt),
        cmocka_unit_test(machine__waiting_is_counted_from_look_to_look),
        cmocka_unit_test(machine__waiting_during_a_look_counts_on_both_sides),
        cmocka_unit_test(machine__watch_begins_at_once),
        cmocka_unit_test(machine__standing_still_in_a_look_is_waiting),
        cmocka_unit_test(machine__watch_ends_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The script interpreter, driven by hand: what is said, and when. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/attempt/draw.h"
#include "sim/attempt/script.h"

#define SECOND UINT64_C(1000000000)
#define NEVER UINT64_MAX
#define FRAMES 16

/* One attempt, and everything it says as text: "2:beat 5:end succeeded". */
struct act {
    struct sim_script script;
    struct sim_script_frame frames[FRAMES];
    struct sup_random stream;
    struct sim__draws draws;
    uint32_t answer;
    uint32_t asked;
    struct sim_chance chance;
    char said[512];
    bool over;
};

static uint32_t answer(void *context, uint32_t n)
{
    struct act *act = context;
    act->asked = n;
    return act->answer % n;
}

static void start(struct act *act, const struct sim_behaviour *behaviour, uint64_t at_s)
{
    *act = (struct act){.stream = {7}};
    act->chance = (struct sim_chance){&act->stream, &act->draws, answer, act};
    assert_in_range(sim__script_depth(behaviour), 0, FRAMES);
    sim__script_start(&act->script, behaviour, act->frames, (struct sup_instant){at_s * SECOND},
                      &act->chance);
}

static void note(struct act *act, uint64_t due, enum sim_say say, const struct sim_saying *saying)
{
    static const char *const words[] = {
        [SIM_SAY_NOTHING] = "nothing", [SIM_SAY_READY] = "ready", [SIM_SAY_NOT_READY] = "not-ready",
        [SIM_SAY_BEAT] = "beat",       [SIM_SAY_DO] = "do",       [SIM_SAY_END] = "end",
        [SIM_SAY_SPIN] = "spin",
    };
    if (say == SIM_SAY_NOTHING) {
        return;
    }
    size_t length = strlen(act->said);
    (void)snprintf(act->said + length, sizeof(act->said) - length, "%s%u:%s%s%s",
                   length > 0 ? " " : "", (unsigned)(due / SECOND), words[say],
                   say == SIM_SAY_END ? " " : "",
                   say == SIM_SAY_END ? sup_outcome_name(saying->end.outcome) : "");
}

/* Lets it act until that time, inclusive. */
static void until(struct act *act, uint64_t at_s)
{
    while (!act->over && sim__script_due(&act->script).ns <= at_s * SECOND) {
        struct sim_saying saying = {0};
        uint64_t due = sim__script_due(&act->script).ns;
        enum sim_say say = sim__script_next(&act->script, &act->chance, &saying);
        note(act, due, say, &saying);
        act->over = say == SIM_SAY_END;
        if (say == SIM_SAY_SPIN) {
            return;
        }
    }
}

static void cancel(struct act *act, uint64_t at_s)
{
    sim__script_cancel(&act->script, (struct sup_instant){at_s * SECOND}, &act->chance);
}

static void abort_it(struct act *act, uint64_t at_s)
{
    sim__script_abort(&act->script, (struct sup_instant){at_s * SECOND});
}

#define FIXED(s) \
    { \
        .kind = SIM_DRAW_FIXED, .low = {(s)*SECOND } \
    }
#define BLOCK(list) \
    { \
        .steps = (list), .count = sizeof(list) / sizeof((list)[0]) \
    }

static struct sim_behaviour after(enum sim_behaviour_kind kind, uint64_t at_s)
{
    return (struct sim_behaviour){.kind = kind, .times = 1, .has_for = true, .after = FIXED(at_s)};
}

/* Behaviours */

static void behaviour__ends_after_its_time(void **state)
{
    (void)state;
    static const struct {
        enum sim_behaviour_kind kind;
        const char *said;
    } table[] = {
        {SIM_SUCCEED, "13:end succeeded"}, {SIM_FAIL, "13:end failed"},
        {SIM_CRASH, "13:end crashed"},     {SIM_HANG, "13:end succeeded"},
        {SIM_DONE, "13:end succeeded"},    {SIM_RUN, ""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim_behaviour behaviour = after(table[i].kind, 3);
        struct act act;
        start(&act, &behaviour, 10);
        until(&act, 1000);
        assert_string_equal(act.said, table[i].said);
    }
}

static void behaviour__cancelled_while_waiting_returns_cleanly(void **state)
{
    (void)state;
    static const struct {
        enum sim_behaviour_kind kind;
        bool ignores;
        const char *said;
    } table[] = {
        {SIM_RUN, false, "12:end succeeded"},
        {SIM_FAIL, false, "12:end succeeded"},
        {SIM_CRASH, false, "12:end succeeded"},
        {SIM_HANG, false, "15:end succeeded"},
        {SIM_FAIL, true, "15:end failed"},
        {SIM_CRASH, true, "15:end crashed"},
        {SIM_RUN, true, ""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim_behaviour behaviour = after(table[i].kind, 5);
        behaviour.ignore_cancel = table[i].ignores;
        struct act act;
        start(&act, &behaviour, 10);
        until(&act, 11);
        cancel(&act, 12);
        until(&act, 1000);
        assert_string_equal(act.said, table[i].said);
    }
}

static void behaviour__aborted_ends_at_once(void **state)
{
    (void)state;
    struct sim_behaviour behaviour = after(SIM_HANG, 90);
    behaviour.ignore_cancel = true;
    struct act act;
    start(&act, &behaviour, 0);
    cancel(&act, 2);
    abort_it(&act, 4);
    until(&act, 1000);
    assert_string_equal(act.said, "4:end aborted");
    behaviour.ignore_abort = true;
    start(&act, &behaviour, 0);
    cancel(&act, 2);
    abort_it(&act, 4);
    until(&act, 1000);
    assert_string_equal(act.said, "90:end succeeded");
}

static void behaviour__that_ended_already_stays_ended(void **state)
{
    (void)state;
    struct sim_behaviour behaviour = after(SIM_FAIL, 3);
    struct act act;
    start(&act, &behaviour, 0);
    cancel(&act, 7);
    abort_it(&act, 7);
    until(&act, 1000);
    assert_string_equal(act.said, "3:end failed");
    /* Cancelled and aborted in one instant: the cancellation came first. */
    behaviour = after(SIM_RUN, 0);
    start(&act, &behaviour, 0);
    cancel(&act, 7);
    abort_it(&act, 7);
    until(&act, 1000);
    assert_string_equal(act.said, "7:end succeeded");
}

static void stop_after__counts_from_the_cancellation(void **state)
{
    (void)state;
    struct sim_behaviour behaviour = after(SIM_FAIL, 5);
    behaviour.has_stop_after = true;
    behaviour.stop_after = (struct sim_draw)FIXED(20);
    struct act act;
    start(&act, &behaviour, 0);
    cancel(&act, 4);
    until(&act, 1000);
    assert_string_equal(act.said, "24:end succeeded");
}

static void modifiers__ready_and_beats_come_before_the_end(void **state)
{
    (void)state;
    struct sim_behaviour behaviour = after(SIM_FAIL, 6);
    behaviour.ready = SIM_READY_AFTER;
    behaviour.ready_after = (struct sim_draw)FIXED(4);
    behaviour.has_beat = true;
    behaviour.beat_every = (struct sim_draw)FIXED(2);
    struct act act;
    start(&act, &behaviour, 0);
    until(&act, 1000);
    assert_string_equal(act.said, "2:beat 4:ready 4:beat 6:beat 6:end failed");
    behaviour.has_beat_for = true;
    behaviour.beat_for = (struct sim_draw)FIXED(4);
    start(&act, &behaviour, 0);
    until(&act, 1000);
    assert_string_equal(act.said, "2:beat 4:ready 4:beat 6:end failed");
}

static void late__does_everything_at_its_own_time(void **state)
{
    (void)state;
    struct sim_step steps[] = {{.kind = SIM_STEP_SLEEP, .draw = FIXED(3)},
                               {.kind = SIM_STEP_BEAT},
                               {.kind = SIM_STEP_SLEEP, .draw = FIXED(4)},
                               {.kind = SIM_STEP_FAIL, .text = "no"}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 0);
    until(&act, 100);
    assert_string_equal(act.said, "3:beat 7:end failed");
}

/* Steps */

static void steps__run_off_their_end_is_a_clean_end(void **state)
{
    (void)state;
    struct sim_step inner[] = {{.kind = SIM_STEP_SLEEP, .draw = FIXED(1)}, {.kind = SIM_STEP_BEAT}};
    struct sim_step steps[] = {{.kind = SIM_STEP_READY},
                               {.kind = SIM_STEP_REPEAT, .times = 3, .body = BLOCK(inner)},
                               {.kind = SIM_STEP_REPEAT, .times = 0, .body = BLOCK(inner)},
                               {.kind = SIM_STEP_NOT_READY}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    assert_int_equal(sim__script_depth(&behaviour), 2);
    start(&act, &behaviour, 0);
    until(&act, 1000);
    assert_string_equal(act.said, "0:ready 1:beat 2:beat 3:beat 3:not-ready 3:end succeeded");
}

static void steps__cancelled_without_a_handler_end_at_once(void **state)
{
    (void)state;
    struct sim_step steps[] = {{.kind = SIM_STEP_SLEEP, .draw = FIXED(10)},
                               {.kind = SIM_STEP_FAIL}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 0);
    until(&act, 4);
    cancel(&act, 4);
    until(&act, 1000);
    assert_string_equal(act.said, "4:end succeeded");
}

static void on_cancel__is_not_interrupted_again(void **state)
{
    (void)state;
    struct sim_step clean_up[] = {{.kind = SIM_STEP_NOT_READY},
                                  {.kind = SIM_STEP_SLEEP, .draw = FIXED(5)},
                                  {.kind = SIM_STEP_BEAT},
                                  {.kind = SIM_STEP_RUN},
                                  {.kind = SIM_STEP_FAIL}};
    struct sim_step steps[] = {{.kind = SIM_STEP_SLEEP, .draw = FIXED(2)},
                               {.kind = SIM_STEP_ON_CANCEL, .body = BLOCK(clean_up)},
                               {.kind = SIM_STEP_RUN}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 0);
    until(&act, 3);
    cancel(&act, 10);
    until(&act, 1000);
    assert_string_equal(act.said, "10:not-ready 15:beat 15:end succeeded");
    /* Before it was armed, the cancellation finds none. */
    start(&act, &behaviour, 0);
    cancel(&act, 1);
    until(&act, 1000);
    assert_string_equal(act.said, "1:end succeeded");
    /* An abort does interrupt it. */
    start(&act, &behaviour, 0);
    until(&act, 3);
    cancel(&act, 10);
    until(&act, 12);
    abort_it(&act, 12);
    until(&act, 1000);
    assert_string_equal(act.said, "10:not-ready 12:end aborted");
}

static void on_cancel__may_end_as_it_says(void **state)
{
    (void)state;
    struct sim_step clean_up[] = {{.kind = SIM_STEP_CRASH, .signal = 11}};
    struct sim_step steps[] = {{.kind = SIM_STEP_ON_CANCEL, .body = BLOCK(clean_up)},
                               {.kind = SIM_STEP_SLEEP, .draw = FIXED(50)}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 0);
    until(&act, 3);
    cancel(&act, 4);
    until(&act, 1000);
    assert_string_equal(act.said, "4:end crashed");
}

static void choose__weights_decide_and_lose_what_they_share(void **state)
{
    (void)state;
    struct sim_step fails[] = {{.kind = SIM_STEP_FAIL}};
    struct sim_step crashes[] = {{.kind = SIM_STEP_CRASH}};
    struct sim_choice choices[] = {{.weight = 30, .block = BLOCK(fails)},
                                   {.weight = 10, .block = BLOCK(crashes)}};
    struct sim_step steps[] = {{.kind = SIM_STEP_CHOOSE, .choices = choices, .choice_count = 2}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    static const char *const wanted[] = {"0:end failed", "0:end failed", "0:end failed",
                                         "0:end crashed"};
    for (uint32_t i = 0; i < 4; i++) {
        struct act act;
        start(&act, &behaviour, 0);
        act.answer = i;
        until(&act, 1);
        assert_int_equal(act.asked, 4);
        assert_string_equal(act.said, wanted[i]);
    }
}

static void loops__without_time_spin_instead_of_hanging(void **state)
{
    (void)state;
    struct sim_step nap[] = {{.kind = SIM_STEP_SLEEP, .draw = FIXED(0)}};
    struct sim_step steps[] = {{.kind = SIM_STEP_REPEAT, .times = UINT64_MAX, .body = BLOCK(nap)}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 5);
    until(&act, 5);
    assert_string_equal(act.said, "5:spin");
    assert_int_equal(sim__script_due(&act.script).ns, 5 * SECOND);
}

static void loops__over_nothing_are_no_loops(void **state)
{
    (void)state;
    struct sim_step steps[] = {{.kind = SIM_STEP_REPEAT, .times = UINT64_MAX}};
    struct sim_behaviour behaviour = {.kind = SIM_STEPS, .times = 1, .steps = BLOCK(steps)};
    struct act act;
    start(&act, &behaviour, 5);
    until(&act, 5);
    assert_string_equal(act.said, "5:end succeeded");
}

static void time__saturates_at_never(void **state)
{
    (void)state;
    struct sim_behaviour behaviour = {.kind = SIM_SUCCEED, .times = 1};
    behaviour.after = (struct sim_draw){.kind = SIM_DRAW_FIXED, .low = {NEVER - 5}};
    struct act act;
    start(&act, &behaviour, 100);
    assert_int_equal(sim__script_due(&act.script).ns, NEVER);
}

/* Draws */

static void draw__fixed_takes_no_draw_and_others_count_theirs(void **state)
{
    (void)state;
    struct sup_duration picks[] = {{3}, {5}};
    struct sim_draw fixed = {.kind = SIM_DRAW_FIXED, .low = {4}};
    struct sim_draw uniform = {.kind = SIM_DRAW_UNIFORM, .low = {10}, .high = {12}};
    struct sim_draw pick = {.kind = SIM_DRAW_PICK, .picks = picks, .pick_count = 2};
    struct sim_draw exponential = {.kind = SIM_DRAW_EXP, .low = {1000}};
    struct sup_random stream = {1};
    struct sim__draws draws = {0};
    assert_int_equal(sim__draw(&fixed, &stream, &draws).ns, 4);
    assert_int_equal(draws.taken, 0);
    bool seen[3] = {false, false, false};
    for (uint32_t i = 0; i < 100; i++) {
        uint64_t value = sim__draw(&uniform, &stream, &draws).ns;
        assert_in_range(value, 10, 12);
        seen[value - 10] = true;
        value = sim__draw(&pick, &stream, &draws).ns;
        assert_true(value == 3 || value == 5);
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_true(draws.taken >= 200);
    draws.taken = 0;
    (void)sim__draw(&exponential, &stream, &draws).ns;
    assert_int_equal(draws.taken, 1);
}

/* floor(mean * -ln(r / 2^64)), computed with 60 digits; the fixed-point value may
 * be lower by one, which is what 48 bits of fraction lose. */
static void draw__exponential_matches_the_logarithm(void **state)
{
    (void)state;
    static const struct {
        uint64_t mean;
        uint64_t r;
        uint64_t value;
    } table[] = {
        {SECOND, UINT64_C(1) << 63, UINT64_C(693147180)},
        {SECOND, UINT64_C(1), UINT64_C(44361419555)},
        {SECOND, 0, 0},
        {SECOND, UINT64_C(6786177901268885274), UINT64_C(1000000000)},
        {SECOND, UINT64_C(18446744073709551615), 0},
        {SECOND, UINT64_C(0x123456789ABCDEF0), UINT64_C(2643511679)},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint64_t value = sim__exponential(SUP_NS(table[i].mean), table[i].r).ns;
        uint64_t least = table[i].value > 0 ? table[i].value - 1 : 0;
        assert_in_range(value, least, table[i].value);
    }
    assert_int_equal(sim__exponential(SUP_DURATION_NEVER, 1).ns, UINT64_MAX);
}

static void draw__exponential_has_its_mean(void **state)
{
    (void)state;
    struct sup_random stream = {99};
    struct sim__draws draws = {0};
    uint64_t sum = 0;
    struct sim_draw draw = {.kind = SIM_DRAW_EXP, .low = {SECOND}};
    for (uint32_t i = 0; i < 100000; i++) {
        sum += sim__draw(&draw, &stream, &draws).ns;
    }
    assert_in_range(sum / 100000, 99 * SECOND / 100, 101 * SECOND / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaviour__ends_after_its_time),
        cmocka_unit_test(behaviour__cancelled_while_waiting_returns_cleanly),
        cmocka_unit_test(behaviour__aborted_ends_at_once),
        cmocka_unit_test(behaviour__that_ended_already_stays_ended),
        cmocka_unit_test(stop_after__counts_from_the_cancellation),
        cmocka_unit_test(modifiers__ready_and_beats_come_before_the_end),
        cmocka_unit_test(late__does_everything_at_its_own_time),
        cmocka_unit_test(steps__run_off_their_end_is_a_clean_end),
        cmocka_unit_test(steps__cancelled_without_a_handler_end_at_once),
        cmocka_unit_test(on_cancel__is_not_interrupted_again),
        cmocka_unit_test(on_cancel__may_end_as_it_says),
        cmocka_unit_test(choose__weights_decide_and_lose_what_they_share),
        cmocka_unit_test(loops__without_time_spin_instead_of_hanging),
        cmocka_unit_test(loops__over_nothing_are_no_loops),
        cmocka_unit_test(time__saturates_at_never),
        cmocka_unit_test(draw__fixed_takes_no_draw_and_others_count_theirs),
        cmocka_unit_test(draw__exponential_matches_the_logarithm),
        cmocka_unit_test(draw__exponential_has_its_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

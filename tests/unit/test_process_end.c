/* Ends as processes have them: exit codes of eight bits, signals, and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/run/process_end.h"
#include "sim/scenario.h"

static void assert_end(struct sup_end end, enum sim__maker maker, struct sup_end wanted)
{
    sim__end_as_process(&end, maker);
    assert_int_equal(end.outcome, wanted.outcome);
    assert_int_equal(end.has_code, wanted.has_code);
    assert_int_equal(end.code, wanted.code);
    assert_int_equal(end.signal, wanted.signal);
    if (wanted.error == NULL) {
        assert_null(end.error);
    } else {
        assert_string_equal(end.error, wanted.error);
    }
}

static void end__of_a_crash_has_a_signal(void **state)
{
    (void)state;
    static const enum sim__maker makers[] = {SIM__BY_ITSELF, SIM__BY_ANOTHER};
    for (int i = 0; i < 2; i++) {
        assert_end((struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = 9, .error = "x"},
                   makers[i],
                   (struct sup_end){
                       .outcome = SUP_OUTCOME_CRASHED, .signal = 9, .error = sim_signal_text(9)});
        assert_end(
            (struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .error = "x"}, makers[i],
            (struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = 6, .error = "panicked"});
    }
    assert_non_null(sim_signal_text(9));
    assert_null(sim_signal_text(63));
    assert_end((struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = 63}, SIM__BY_ITSELF,
               (struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = 63, .error = "panicked"});
}

static void end__of_a_failure_has_a_code_of_eight_bits(void **state)
{
    (void)state;
    static const struct {
        bool has_code;
        int32_t code, wanted;
    } codes[] = {{false, 0, 1},    {false, 7, 1},  {true, 7, 7},   {true, 0, 1},
                 {true, 255, 255}, {true, 256, 1}, {true, 258, 2}, {true, -1, 255}};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        struct sup_end end = {
            .outcome = SUP_OUTCOME_FAILED, .has_code = codes[i].has_code, .code = codes[i].code};
        struct sup_end wanted = {
            .outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = codes[i].wanted};
        wanted.error = codes[i].has_code ? NULL : "failed";
        assert_end(end, SIM__BY_ITSELF, wanted);
        assert_end(end, SIM__BY_ANOTHER, wanted);
        end.error = "boom";
        assert_end(end, SIM__BY_ANOTHER, wanted);
        wanted.error = "boom";
        assert_end(end, SIM__BY_ITSELF, wanted);
    }
}

static void end__of_other_kinds_stays(void **state)
{
    (void)state;
    const struct sup_end good = {
        .outcome = SUP_OUTCOME_SUCCEEDED, .error = "x", .signal = 3, .code = 4};
    assert_end(good, SIM__BY_ITSELF, good);
    assert_end(good, SIM__BY_ANOTHER, good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end__of_a_crash_has_a_signal),
        cmocka_unit_test(end__of_a_failure_has_a_code_of_eight_bits),
        cmocka_unit_test(end__of_other_kinds_stays),
    };
    return cmocka_run_group_tests_name("process end", tests, NULL, NULL);
}

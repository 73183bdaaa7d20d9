/* The engine's own bookkeeping: the supervisor's bytes, how long a rolling action takes,
 * and who is excused for coming late. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "sim/invariant/internal.h"
#include "sim/run/action.h"
#include "sim/run/engine.h"
#include "sim/run/rolling.h"
#include "sup/error.h"
#include "unit/told.h"

static void engine__counts_the_bytes_of_its_supervisor(void **state)
{
    (void)state;
    struct told told;
    const struct sim_run_options options = {.once = true};
    struct sim_engine *engine = calloc(1, sizeof(*engine));
    assert_non_null(engine);
    told_read(HEAD "services: [{name: a}]\n", &told);
    assert_int_equal(sim__engine_init(engine, told.scenario, &options, NULL), SUP_OK);
    assert_true(engine->bytes > 0);
    sim__engine_drop_supervisor(engine);
    assert_true(engine->bytes == 0);
    sim__engine_release(engine);
    free(engine);
    sim_scenario_free(told.scenario);
}

/* Of a list of patterns those that are counted, and none behind them. */
static void roll__has_a_turn_for_each_that_its_target_names(void **state)
{
    (void)state;
    struct told told;
    const char *patterns[] = {"a-*", "b", "c"};
    static const uint64_t seconds[] = {0, 2, 3, 4};
    told_read(HEAD "services: [{name: a, count: 3}, {name: b}, {name: c}]\nuntil: 9s\n"
                   "timeline: [{at: 1s, pause: a-0, each: 1s}]\n",
              &told);
    struct sim_action action = told.scenario->timeline[0];
    for (uint32_t count = 0; count < 4; count++) {
        action.target.patterns = patterns;
        action.target.count = count;
        assert_true(sim__roll_length(told.scenario, &action).ns == seconds[count] * 1000000000u);
    }
    sim_scenario_free(told.scenario);
}

/* To refuse starts is not to stall: whatever comes late after it has no excuse. */
static void action__that_refuses_starts_excuses_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool late;
    } actions[] = {
        {HEAD "services: [{name: a}]\nuntil: 9s\n"
              "timeline: [{at: 1s, refuse-starts: {service: a, times: 1}}]\n",
         false},
        {HEAD "services: [{name: a}]\nuntil: 9s\ntimeline: [{at: 1s, stall: 1s}]\n", true},
    };
    for (uint32_t i = 0; i < 2; i++) {
        struct told told;
        const struct sim_run_options options = {.once = true};
        struct sim_engine *engine = calloc(1, sizeof(*engine));
        assert_non_null(engine);
        told_read(actions[i].text, &told);
        assert_int_equal(sim__engine_init(engine, told.scenario, &options, NULL), SUP_OK);
        assert_int_equal(engine->timeline.count, 1);
        assert_non_null(engine->invariants);
        assert_false(engine->invariants->late);
        sim__action_do(engine, &engine->timeline.acts[0]);
        assert_int_equal(engine->invariants->late, actions[i].late);
        sim__engine_release(engine);
        free(engine);
        sim_scenario_free(told.scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine__counts_the_bytes_of_its_supervisor),
        cmocka_unit_test(action__that_refuses_starts_excuses_nobody),
        cmocka_unit_test(roll__has_a_turn_for_each_that_its_target_names),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}

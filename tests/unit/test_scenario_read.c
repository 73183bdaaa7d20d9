/* Whole files: the heading, the supervisor, loading, and the form of what is
 * said about mistakes. */
#include "reading.h"

#include <stdlib.h>
#include <unistd.h>

static const char fleet[] =
    "scenario: 1                         # format version, required\n"
    "name: mixed fleet drains in time    # required\n"
    "about: healthy, hopeless and flaky services side by side\n"
    "seed: 18446744073709551615\n"
    "until: 10m\n"
    "supervisor:\n"
    "  shutdown: {timeout: 5s, order: reverse, abort: false}\n"
    "  blocking-pool: 3\n"
    "  strategy: rest-for-one\n"
    "  restart-limit: {max: 3, within: 10s, then: terminate}\n"
    "  on-duplicate: replace\n"
    "  order: random\n"
    "  groups:\n"
    "    - {name: db, strategy: one-for-all, restart-limit: {max: 1, within: 5s}}\n"
    "    - {name: db.replicas}\n"
    "services:\n"
    "  - {name: flaky-cns, script: [{fail: {}, times: 2}, run]}\n"
    "expect:\n"
    "  - {delays: {flaky-cns: [10ms, 20ms]}}\n"
    "verdict: expectation-failed\n";

static void scenario__a_whole_file_is_read(void **state)
{
    (void)state;
    struct sim_scenario *s = read_good(fleet);
    assert_string_equal(s->file, "test.yaml");
    assert_string_equal(s->name, "mixed fleet drains in time");
    assert_string_equal(s->about, "healthy, hopeless and flaky services side by side");
    assert_true(s->seed == UINT64_MAX);
    assert_int_equal(s->until.ns, 600 * SECOND);
    assert_int_equal(s->shutdown_timeout.ns, 5 * SECOND);
    assert_int_equal(s->shutdown_order, SUP_ORDER_REVERSE);
    assert_false(s->shutdown_abort);
    assert_int_equal(s->blocking_pool, 3);
    assert_int_equal(s->root.strategy, SUP_STRATEGY_REST_FOR_ONE);
    assert_true(s->root.limit.enabled);
    assert_int_equal(s->root.limit.then, SUP_LIMIT_TERMINATE);
    assert_int_equal(s->on_duplicate, SUP_DUPLICATE_REPLACE);
    assert_true(s->order_random);
    assert_int_equal(s->group_count, 2);
    assert_string_equal(s->groups[0].name, "db");
    assert_int_equal(s->groups[0].policy.strategy, SUP_STRATEGY_ONE_FOR_ALL);
    assert_int_equal(s->groups[0].policy.limit.then, SUP_LIMIT_ESCALATE);
    assert_int_equal(s->groups[0].place.line, 14);
    assert_false(s->groups[1].policy.limit.enabled);
    assert_true(s->has_verdict);
    assert_int_equal(s->verdict, SIM_EXPECTATION_FAILED);
    assert_int_equal(s->sources[0].length, strlen(fleet));
    assert_string_equal(s->sources[0].bytes, fleet);
    sim_scenario_free(s);
    sim_scenario_free(NULL);
}

static void scenario__defaults_of_the_supervisor(void **state)
{
    (void)state;
    struct sim_scenario *s = read_good(HEAD "supervisor: {}\n");
    assert_int_equal(s->shutdown_timeout.ns, 30 * SECOND);
    assert_int_equal(s->shutdown_order, SUP_ORDER_PARALLEL);
    assert_true(s->shutdown_abort);
    assert_int_equal(s->blocking_pool, 8);
    assert_int_equal(s->root.strategy, SUP_STRATEGY_ONE_FOR_ONE);
    assert_false(s->root.limit.enabled);
    assert_int_equal(s->root.limit.then, SUP_LIMIT_ESCALATE);
    assert_int_equal(s->on_duplicate, SUP_DUPLICATE_REJECT);
    assert_false(s->order_random);
    assert_false(s->has_verdict);
    sim_scenario_free(s);
}

static void scenario__json_is_read(void **state)
{
    (void)state;
    struct sim_scenario *s =
        read_good("{\"scenario\": 1, \"name\": \"j\", \"seed\": 9, \"until\": \"1m\",\n"
                  " \"services\": [{\"name\": \"a\", \"script\": [{\"fail\": {\"after\": \"1s\"},"
                  " \"ignore-abort\": true}]}],\n"
                  " \"expect\": [{\"at\": \"end\", \"service\": \"a\", \"is\": {\"starts\": 1}}]}");
    assert_int_equal(s->seed, 9);
    assert_true(s->services[0].script[0].ignore_abort);
    assert_int_equal(s->services[0].place.line, 2);
    sim_scenario_free(s);
}

static void scenario__mistakes_in_the_heading_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"name: x\n", "1:1: error: key `scenario` is missing"},
        {"scenario: 1\n", "1:1: error: key `name` is missing"},
        {"scenario: 2\nnmae: x\n", "1:1: error: version `2` of the format is unknown"},
        {"scenario: one\nname: x\n", "expected a number, found text `one`"},
        {"scenario: \"1\"\nname: x\n", "expected a number, found text in quotes"},
        {"scenario: 1.0\nname: x\n", "expected a whole number"},
        {"scenario: 1\nname:\n", "`name`: expected text, found nothing"},
        {"scenario: 1\nname: ' '\n", "`name` is blank"},
        {"scenario: 1\nname: 12\n", "`name`: expected text (put it in quotes)"},
        {"scenario: 1\nname: [x]\n", "expected text, found a list"},
        {"scenario: 1\nname: true\n", "found true or false `true`"},
        {HEAD "seed: 18446744073709551616\n", "out of range"},
        {HEAD "seed: -1\n", "out of range"},
        {HEAD "seed: abc\n", "expected a number"},
        {HEAD "seed: 1e3\n", "expected a whole number"},
        {HEAD "until: 10\n", "3:1: error: `until`: a duration needs a unit"},
        {HEAD "verdict: pass\n", "unknown verdict `pass`"},
        {HEAD "verdict: stall\n", "did you mean `stalled`?"},
        {HEAD "verdict: late\n", "unknown verdict `late`"},
        {HEAD "servics: []\n", "3:1: error: unknown key `servics`, did you mean `services`?"},
        {HEAD "completely-different: 1\n", "unknown key `completely-different`; known: scenario"},
        {HEAD "supervisor: 5\n", "`supervisor`: expected a map"},
        {HEAD "supervisor: {shutdown: 5s}\n", "`shutdown`: expected a map"},
        {HEAD "supervisor: {shutdown: {order: fifo}}\n", "unknown order `fifo`"},
        {HEAD "supervisor: {shutdown: {abort: no}}\n", "expected true or false"},
        {HEAD "supervisor: {blocking-pool: 0}\n", "0 is out of range"},
        {HEAD "supervisor: {strategy: all}\n", "unknown strategy `all`"},
        {HEAD "supervisor: {order: parallel}\n", "unknown order `parallel`"},
        {HEAD "supervisor: {groups: {}}\n", "expected a list"},
        {"[1, 2]\n", "expected a scenario, which is a map, found a list"},
        {"just text\n", "expected a scenario, which is a map, found text"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_refused_once(list[i].text, list[i].part);
    }
}

static void diagnostics__all_errors_come_in_one_go_by_place(void **state)
{
    (void)state;
    const char *text = HEAD "until: 5\n"
                            "expect: [{at: 1s, service: gone, is: {active: true}}]\n"
                            "services: [{name: a, restrt: never}]\n"
                            "seed: x\n";
    struct reading reading = reading_of(text, strlen(text));
    assert_int_equal(reading.diagnostics.errors, 4);
    assert_string_equal(
        reading.diagnostics.text,
        "test.yaml:3:1: error: `until`: a duration needs a unit (ns us ms s m h d), as in `5s`, "
        "found `5`\n"
        "until: 5\n"
        "^\n"
        "test.yaml:4:19: error: no service is called `gone`; known: a\n"
        "expect: [{at: 1s, service: gone, is: {active: true}}]\n"
        "                  ^\n"
        "test.yaml:5:22: error: unknown key `restrt`, did you mean `restart`?\n"
        "services: [{name: a, restrt: never}]\n"
        "                     ^\n"
        "test.yaml:6:1: error: `seed`: expected a number, found text `x`\n"
        "seed: x\n"
        "^\n");
    reading_release(&reading);
}

static void diagnostics__the_caret_follows_tabs_and_characters(void **state)
{
    (void)state;
    assert_refused_once(HEAD "about: \"\xC3\xA9\t\xE2\x82\xAC\"\n"
                             "services: [{name: \"\xC3\xA9\xC3\xA9\",\tscript: [run]}]\n",
                        "4:13: error:");
    assert_refused_once(HEAD "services: [{group: \"a\",\tnme: \"\xC3\xA9\", name: a}]\n",
                        "services: [{group: \"a\",\tnme: \"\xC3\xA9\", name: a}]\n"
                        "                       \t^\n");
    assert_refused_once(HEAD "services: [{name: a, group: \"\xC3\xA9\"}]\n",
                        "                     ^\n");
}

static void diagnostics__a_long_line_is_shown_in_part(void **state)
{
    (void)state;
    char text[2000] = HEAD "services: [";
    for (int i = 0; i < 60; i++) {
        char entry[32];
        snprintf(entry, sizeof(entry), "{name: s%d}, ", i);
        strcat(text, entry);
    }
    strcat(text, "{nom: x, name: z}, {name: last}, {name: y}, {name: y2}, {name: y3}, "
                 "{name: y4}]\n");
    struct reading reading = reading_of(text, strlen(text));
    assert_int_equal(reading.diagnostics.errors, 1);
    char *line = strchr(reading.diagnostics.text, '\n') + 1;
    char *caret = strchr(line, '\n') + 1;
    assert_memory_equal(line, "...", 3);
    assert_true(caret - line < 140);
    assert_int_equal(line[strchr(caret, '^') - caret], 'n');
    assert_memory_equal(line + (strchr(caret, '^') - caret), "nom:", 4);
    reading_release(&reading);
}

static void diagnostics__hostile_bytes_are_not_repeated(void **state)
{
    (void)state;
    const char *text = HEAD "\"\\e[31mred\\u0085\": 1\n\""
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": 2\n";
    struct reading reading = reading_of(text, strlen(text));
    assert_int_equal(reading.diagnostics.errors, 2);
    assert_null(strchr(reading.diagnostics.text, '\033'));
    assert_non_null(strstr(reading.diagnostics.text, "`?[31mred??`"));
    assert_non_null(strstr(reading.diagnostics.text, "aaa...`"));
    reading_release(&reading);
}

static void diagnostics__more_than_a_hundred_are_counted(void **state)
{
    (void)state;
    char text[8000] = HEAD;
    for (int i = 0; i < 150; i++) {
        char line[32];
        snprintf(line, sizeof(line), "k%d: 1\n", i);
        strcat(text, line);
    }
    struct reading reading = reading_of(text, strlen(text));
    assert_int_equal(reading.diagnostics.errors, 150);
    assert_non_null(strstr(reading.diagnostics.text, "test.yaml:102:1: error"));
    assert_null(strstr(reading.diagnostics.text, "test.yaml:103:1: error"));
    assert_non_null(strstr(reading.diagnostics.text, "test.yaml: error: 50 more errors"));
    reading_release(&reading);
}

static void load__reads_files_and_names_what_cannot_be_read(void **state)
{
    (void)state;
    char path[] = "/tmp/rehearse-test-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, fleet, strlen(fleet)), (ssize_t)strlen(fleet));
    close(descriptor);
    struct reading reading = {0};
    assert_int_equal(sim_scenario_load(path, &reading.diagnostics, &reading.scenario), SUP_OK);
    assert_string_equal(reading.scenario->file, path);
    reading_release(&reading);
    reading.scenario = NULL;
    unlink(path);
    assert_int_equal(sim_scenario_load(path, &reading.diagnostics, &reading.scenario), SUP_EINVAL);
    assert_non_null(strstr(reading.diagnostics.text, ": error: there is no such file\n"));
    reading_release(&reading);
    /* What a terminal would obey is shown instead. */
    assert_int_equal(
        sim_scenario_load("/nowhere/\033[31m.yaml", &reading.diagnostics, &reading.scenario),
        SUP_EINVAL);
    assert_string_equal(reading.diagnostics.text,
                        "/nowhere/\\x1b[31m.yaml: error: there is no such file\n");
    sim_diagnostics_release(&reading.diagnostics);
    assert_int_equal(sim_scenario_load("/", &reading.diagnostics, &reading.scenario), SUP_EINVAL);
    assert_string_equal(reading.diagnostics.text, "/: error: this is a directory\n");
    reading_release(&reading);
    assert_int_equal(sim_scenario_load("/dev/zero", &reading.diagnostics, &reading.scenario),
                     SUP_EINVAL);
    assert_non_null(strstr(reading.diagnostics.text, "longer than 16 MiB"));
    reading_release(&reading);
}

static void signal_name__is_linux_s(void **state)
{
    (void)state;
    assert_string_equal(sim_signal_name(11), "SEGV");
    assert_string_equal(sim_signal_name(15), "TERM");
    assert_null(sim_signal_name(0));
    assert_null(sim_signal_name(99));
    assert_string_equal(sim_verdict_name(SIM_STALLED), "stalled");
    assert_string_equal(sim_verdict_name(SIM_LATE), "late");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenario__a_whole_file_is_read),
        cmocka_unit_test(scenario__defaults_of_the_supervisor),
        cmocka_unit_test(scenario__json_is_read),
        cmocka_unit_test(scenario__mistakes_in_the_heading_are_refused),
        cmocka_unit_test(diagnostics__all_errors_come_in_one_go_by_place),
        cmocka_unit_test(diagnostics__the_caret_follows_tabs_and_characters),
        cmocka_unit_test(diagnostics__a_long_line_is_shown_in_part),
        cmocka_unit_test(diagnostics__hostile_bytes_are_not_repeated),
        cmocka_unit_test(diagnostics__more_than_a_hundred_are_counted),
        cmocka_unit_test(load__reads_files_and_names_what_cannot_be_read),
        cmocka_unit_test(signal_name__is_linux_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

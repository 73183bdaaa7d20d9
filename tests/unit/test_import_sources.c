/* Which system a directory belongs to, what its files come to, and what `--set` makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"
#include "unit/imported.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SHELL "#!/bin/sh\n"

static void expect(const struct sim__imported *imported, const char *what, const char *wanted)
{
    const char *said = sim__text_string(&imported->said);
    const char *scenario = sim__text_string(&imported->scenario);
    bool quiet = wanted[0] == ' ';
    if (strstr(quiet ? scenario : said, wanted) == NULL) {
        fail_msg("%s: not `%s` but\n%s%s", what, wanted, said, scenario);
    }
}

/* The directory `d`. */
static void check_directory(const struct imported_file *files, const char *what, const char *wanted)
{
    const char *const sources[] = {"d", NULL};
    struct sim__imported imported;
    int result = import_files(files, sources, &imported);
    assert_int_equal(result, imported.errors > 0 ? SUP_EINVAL : SUP_OK);
    expect(&imported, what, wanted);
    sim__imported_release(&imported);
}

/* ---- service directories ---- */

#define NOBODY \
    "d: error: a service directory of s6 or of runit? say it with --from s6 or --from runit\n"
#define OF_S6 "  - name: d  # d\n    preset: s6\n"
#define OF_RUNIT "  - name: d  # d\n    preset: runit\n"

static void directories__whose_they_are(void **state)
{
    static const struct {
        const char *path;
        const char *bytes;
        const char *wanted;
    } list[] = {
        {"d/x", "", NOBODY},
        {"d/timeout-up", "1", OF_S6},
        {"d/producer-for", "x", OF_S6},
        {"d/consumer-for", "x", OF_S6},
        {"d/dependencies.d/x", "", OF_S6},
        {"d/notification-fd", "3", "        notification-fd: 3  # d/notification-fd:1\n"},
        {"d/timeout-kill", "3", "        timeout-kill: 3  # d/timeout-kill:1\n"},
        {"d/timeout-finish", "3", "        timeout-finish: 3  # d/timeout-finish:1\n"},
        {"d/max-death-tally", "3", "        max-death-tally: 3  # d/max-death-tally:1\n"},
        {"d/down-signal", "HUP", "        down-signal: SIGHUP  # d/down-signal:1\n"},
        {"d/conf", "", OF_RUNIT},
        {"d/check", "", OF_RUNIT},
        {"d/control/t", "", OF_RUNIT},
        {"d/supervise/stat", "", OF_RUNIT},
        {"d/supervise/other", "", NOBODY},
        {"d/finish", "#!/bin/execlineb\nexit 0\n", OF_S6},
        {"d/finish", SHELL "# s6-svc\n", OF_S6},
        {"d/finish", SHELL "# chpst\n", OF_RUNIT},
        {"d/finish", SHELL "# svlogd\n", OF_RUNIT},
        {"d/finish", SHELL "# runsv\n", OF_RUNIT},
        {"d/finish", SHELL "# runit\n", OF_RUNIT},
        {"d/finish", SHELL "sv \n", "a finish script is taken to need no time"},
        {"d/finish", SHELL "# sv \n", NOBODY},
        {"d/finish", SHELL "# chpst or s6-svc\n", OF_S6},
        {"d/log/run", SHELL "svlogd x\n", "  - name: d-log  # d/log\n    preset: runit\n"},
        {"d/log/run", SHELL "s6-log x\n", "  - name: d-log  # d/log\n    preset: s6\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        const struct imported_file files[] = {
            {"d/run", SHELL}, {list[i].path, list[i].bytes}, {NULL, NULL}};
        check_directory(files, list[i].path, list[i].wanted);
    }
}

#define NUMBER "d/timeout-kill:1:1: error: timeout-kill: a number below 4294967295 is wanted\n"
#define SIGNAL "d/down-signal:1:1: error: down-signal: no signal that a scenario has a name for\n"

static void directories__numbers_and_signals_alone_in_a_file(void **state)
{
    static const struct {
        const char *path;
        const char *bytes;
        const char *wanted;
    } list[] = {
        {"d/timeout-kill", "0", "        timeout-kill: 0  # d/timeout-kill:1\n"},
        {"d/timeout-kill", "10 \t\r\n", "        timeout-kill: 10  # d/timeout-kill:1\n"},
        {"d/timeout-kill", "05", NUMBER},
        {"d/timeout-kill", "00", NUMBER},
        {"d/timeout-kill", "", NUMBER},
        {"d/timeout-kill", " 5", NUMBER},
        {"d/timeout-kill", "5x", NUMBER},
        {"d/timeout-kill", "5\n6", NUMBER},
        {"d/timeout-kill", "05x", NUMBER},
        {"d/timeout-kill", "4294967295", NUMBER},
        {"d/down-signal", "9\tx", "        down-signal: SIGKILL  # d/down-signal:1\n"},
        {"d/down-signal", "SIGTERM\r\n", "        down-signal: SIGTERM  # d/down-signal:1\n"},
        {"d/down-signal", "", SIGNAL},
        {"d/down-signal", "34", SIGNAL},
        {"d/down-signal", "SIGNONE", SIGNAL},
        {"d/run", NULL, "d: error: d/run: it cannot be read\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        const struct imported_file files[] = {
            {list[i].path, list[i].bytes}, {"d/run", SHELL "s6-x\n"}, {NULL, NULL}};
        check_directory(files, list[i].bytes, list[i].wanted);
    }
}

static void directories__what_a_number_of_s6_is_to_runit(void **state)
{
    static const struct imported_file files[] = {{"d/run", SHELL},
                                                 {"d/timeout-kill", "x"},
                                                 {"d/down-signal", "x"},
                                                 {"d/log", "a file"},
                                                 {NULL, NULL}};
    const char *const sources[] = {"d", NULL};
    struct sim__imported imported;
    (void)state;
    assert_int_equal(import_files_as(files, sources, NULL, SIM__IMPORT_RUNIT, &imported), SUP_OK);
    expect(&imported, "runit", OF_RUNIT "    script");
    assert_int_equal(imported.services, 1);
    sim__imported_release(&imported);
}

#define KIND "d: error: nothing to import in this directory: "

static void directories__of_directories(void **state)
{
    static const struct {
        struct imported_file files[4];
        const char *wanted;
    } list[] = {
        {{{"d/a/run", SHELL "chpst\n"}, {"d/b", ""}, {"d/c/x", ""}},
         "  - name: a  # d/a\n    preset: runit\n"},
        {{{"d/a/x", ""}, {"d/b", ""}}, KIND},
        {{{"d/b", ""}}, KIND},
        {{{"d/run/x", ""}}, KIND},
        {{{"d/a/run", SHELL}}, "d/a: error: a service directory of s6 or of runit?"},
        {{{"d/a/run", SHELL "s6-x\n"}, {"d/a/log/x", ""}},
         "d/a/log: error: there is no `run` in it\n"},
        {{{"d/a.yaml", NULL}, {"d/b", ""}}, "d: error: d/a.yaml: it cannot be read\n"},
        {{{"d/a.yaml", "x: y\n"}}, "d/a.yaml: error: nothing tells what kind of source this is;"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        check_directory(list[i].files, list[i].files[0].path, list[i].wanted);
    }
}

/* ---- units that name others, and files that are included ---- */

#define ALL ": all start at 0, in the order of the file\n"

static void units__other_units_between_quotes_and_without(void **state)
{
    static const struct {
        const char *after;
        const char *said;
    } list[] = {
        {"b.service", "d/a.service:2:1: warning: After=b.service" ALL},
        {"'b.service'", "d/a.service:2:1: warning: After=b.service" ALL},
        {"\"b.service\"", "d/a.service:2:1: warning: After=b.service" ALL},
        {"'b.service' \"c.service\"", "d/a.service:2:1: warning: After=b.service and others" ALL},
        {"x.service 'c.service'", "d/a.service:2:1: warning: After=c.service" ALL},
        {"x.service\tc.service", "d/a.service:2:1: warning: After=c.service" ALL},
        {"'x.service' c.service", "d/a.service:2:1: warning: After=c.service" ALL},
        {"'b.service", "d/a.service:2:1: warning: After=b.service" ALL},
        {"\"b.service' c.service\"", ""},
        {"a.service x.service b.socket b", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        static const char *const sources[] = {"d", NULL};
        char unit[128];
        struct sim__imported imported;
        (void)snprintf(unit, sizeof(unit), "[Unit]\nAfter=%s\n[Service]\nExecStart=x\n",
                       list[i].after);
        const struct imported_file files[] = {{"d/a.service", unit},
                                              {"d/b.service", "[Service]\nExecStart=x\n"},
                                              {"d/c.service", "[Service]\nExecStart=x\n"},
                                              {NULL, NULL}};
        assert_int_equal(import_files(files, sources, &imported), SUP_OK);
        assert_string_equal(sim__text_string(&imported.said), list[i].said);
        sim__imported_release(&imported);
    }
}

#define SIXTEEN "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/"

static void include__of_so_many_directories(void **state)
{
    static const char *const sources[] = {"s.conf", NULL};
    struct imported_file files[] = {{"s.conf", "[include]\nfiles=" SIXTEEN "*.conf\n"},
                                    {SIXTEEN "x.conf", "[program:x]\n"},
                                    {NULL, NULL}};
    struct sim__imported imported;
    (void)state;
    assert_int_equal(import_files(files, sources, &imported), SUP_OK);
    assert_int_equal(imported.services, 1);
    sim__imported_release(&imported);
    files[0].bytes = "[include]\nfiles=a/" SIXTEEN "*.conf\n";
    files[1].path = "a/" SIXTEEN "x.conf";
    assert_int_equal(import_files(files, sources, &imported), SUP_EINVAL);
    assert_int_equal(imported.services, 0);
    assert_non_null(strstr(sim__text_string(&imported.said), "warning: no file is included by a/"));
    sim__imported_release(&imported);
}

/* ---- kinds of files ---- */

static void kinds__what_is_a_scenario(void **state)
{
    static const struct {
        const char *bytes;
        bool is;
    } list[] = {
        {"scenario: 1\n", true},
        {"name: x\nscenario:\n", true},
        {"scenario:", true},
        {"\xef\xbb\xbfscenario: 1\n", true},
        {"'scenario':1\n", true},
        {"\"scenario\" \t: 1\n", true},
        {"scenario \t:\t1\n", true},
        {"scenario:1\n", false},
        {"scenario\n", false},
        {"scenarios: 1\n", false},
        {"'scenario: 1\n", false},
        {"'scenario\": 1\n", false},
        {" scenario: 1\n", false},
        {"x: 1 # scenario: 1\n", false},
        {"{scenario: 1}", true},
        {" \t\r\n{ \t\r\n scenario: 1}", true},
        {"\xef\xbb\xbf{\"scenario\": 1}", true},
        {"{a: [{b: c}, d], e: {f: [g]}, scenario: 1}", true},
        {"{a: \"\\\"{[\", 'b': '\\', scenario: 1}", true},
        {"{a: ']}', scenario: 1}", true},
        {"{a: '\"', scenario: 1}", true},
        {"{xscenario: 1}", false},
        {"{x scenario: 1}", false},
        {"{a: {scenario: 1}}", false},
        {"{a: [scenario: 1]}", false},
        {"{a: ', scenario: 1'}", false},
        {"{a: \", \\\", scenario: 1\"}", false},
        {"{a: 1}, scenario: 1}", false},
        {"{a: 1}}, {scenario: 1}", true},
        {"{a: \"\\", false},
        {"{{scenario: 1}}", false},
        {"x {scenario: 1}", false},
        {"", false},
        {"{", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        if (sim__import_is_scenario(list[i].bytes) != list[i].is) {
            fail_msg("%s", list[i].bytes);
        }
    }
}

static void kinds__of_a_file(void **state)
{
    static const struct {
        const char *path;
        const char *bytes;
        enum sim__import_kind kind;
    } list[] = {
        {"a.service", "scenario: 1\n", SIM__IMPORT_SYSTEMD},
        {".service", "", SIM__IMPORT_SYSTEMD},
        {"service", "", SIM__IMPORT_KIND_COUNT},
        {"x", "[Service]\nscenario: 1\n", SIM__IMPORT_KIND_COUNT},
        {"x", "[supervisord]", SIM__IMPORT_SUPERVISORD},
        {"x", "; x\n[program:a]", SIM__IMPORT_SUPERVISORD},
        {"x", "[include]\n", SIM__IMPORT_SUPERVISORD},
        {"x", "\xef\xbb\xbf[Unit]\n", SIM__IMPORT_SYSTEMD},
        {"x", "[Service]\n", SIM__IMPORT_SYSTEMD},
        {"x", " [Service]\n", SIM__IMPORT_KIND_COUNT},
        {"x", "Id=x\n", SIM__IMPORT_SYSTEMD},
        {"x", "A=b\n\nType=simple\n", SIM__IMPORT_SYSTEMD},
        {"x", "- apiVersion: v1\n", SIM__IMPORT_KUBERNETES},
        {"x", "apiVersion: v1\nservices: {}\n", SIM__IMPORT_KUBERNETES},
        {"x", "{\"apiVersion\": 1}", SIM__IMPORT_KUBERNETES},
        {"x", "services:\n  a: {}\n", SIM__IMPORT_COMPOSE},
        {"x", "services: # x - y\n # [z]\n\t\r\n  a: {}\n", SIM__IMPORT_COMPOSE},
        {"x", "services: {}\n", SIM__IMPORT_COMPOSE},
        {"x", "services: [a]\n", SIM__IMPORT_KIND_COUNT},
        {"x", "services:\n  # a\n  - a\n", SIM__IMPORT_KIND_COUNT},
        {"compose.yaml", "services: [a]\n", SIM__IMPORT_COMPOSE},
        {"d/docker-compose.yml", "services:\n- a\n", SIM__IMPORT_COMPOSE},
        {"compose.d/x", "services: [a]\n", SIM__IMPORT_KIND_COUNT},
        {"compose.yaml", "service: [a]\n", SIM__IMPORT_KIND_COUNT},
        {"xcompose.yaml", "services: [a]\n", SIM__IMPORT_KIND_COUNT},
        {"x", "{one_for_one}", SIM__IMPORT_OTP},
        {"x", "rest_for_one", SIM__IMPORT_OTP},
        {"x", "#{start => a}", SIM__IMPORT_OTP},
        {"x", "{a, permanent}. \t\r\n", SIM__IMPORT_OTP},
        {"x", "{a, transient}.", SIM__IMPORT_OTP},
        {"x", "{a, temporary}.", SIM__IMPORT_OTP},
        {"x", "{a, temporary}", SIM__IMPORT_KIND_COUNT},
        {"x", "a, temporary.", SIM__IMPORT_KIND_COUNT},
        {"x", "{a}.", SIM__IMPORT_KIND_COUNT},
        {"x", "\n", SIM__IMPORT_KIND_COUNT},
        {"x", "", SIM__IMPORT_KIND_COUNT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        enum sim__import_kind kind = sim__import_kind_of_file(list[i].path, list[i].bytes);
        if (kind != list[i].kind) {
            fail_msg("%s, %s: %d", list[i].path, list[i].bytes, kind);
        }
    }
}

/* ---- parameters ---- */

static const struct imported_file of_two[] = {
    {"a.service", "[Service]\nExecStart=x\nRestart=always\n"},
    {"s.conf", "[program:p]\nstartsecs=3\n"},
    {"t.config", "{{one_for_one, 1, 5}, [#{id => c, start => {c, start_link, []}}]}.\n"},
    {NULL, NULL}};

struct set_row {
    const char *path;
    const char *value;
    const char *wanted;
};

static void check_sets(const struct set_row *list, size_t count, const char *const *sources)
{
    for (size_t i = 0; i < count; i++) {
        const struct sim__set sets[] = {{list[i].path, list[i].value}, {NULL, NULL}};
        struct sim__imported imported;
        int result = import_files_as(of_two, sources, sets, SIM__IMPORT_KIND_COUNT, &imported);
        assert_int_equal(result, imported.errors > 0 ? SUP_EINVAL : SUP_OK);
        expect(&imported, list[i].path, list[i].wanted);
        sim__imported_release(&imported);
    }
}

#define NO_PARAMETER(path) "rehearse: error: --set " path ": no preset has such a parameter\n"

static void sets__which_parameter_is_meant(void **state)
{
    static const struct set_row list[] = {
        {"Restart", "no", "        Restart: no  # --set\n"},
        {"systemd.Restart", "no", "        Restart: no  # --set\n"},
        {"referenced", "true", "        referenced: true  # --set\n"},
        {"mode", "busy", "        mode: busy  # --set\n"},
        {"systemd.mode", "busy", "        mode: busy  # --set\n"},
        {"RestartS", "1", NO_PARAMETER("RestartS")},
        {"estart", "1", NO_PARAMETER("estart")},
        {"RestartSec ", "1", NO_PARAMETER("RestartSec ")},
        {"", "1", NO_PARAMETER("")},
        {"systemd.", "1", NO_PARAMETER("systemd.")},
        {".Restart", "no", NO_PARAMETER(".Restart")},
        {"system.Restart", "no", NO_PARAMETER("system.Restart")},
        {"systemdx.Restart", "no", NO_PARAMETER("systemdx.Restart")},
        {"nothing.mode", "busy", NO_PARAMETER("nothing.mode")},
        {"supervisord.Restart", "no", NO_PARAMETER("supervisord.Restart")},
        {"supervisord.startsecs", "1",
         "rehearse: error: --set startsecs: nothing that is imported has it\n"},
        {"supervisord.mode", "busy",
         "rehearse: error: --set mode: nothing that is imported has it\n"},
        {"startsecs", "1", "rehearse: error: --set startsecs: nothing that is imported has it\n"},
    };
    (void)state;
    check_sets(list, COUNT(list), (const char *const[]){"a.service", NULL});
}

#define CONTROL "rehearse: error: --set Restart: a control character in its value\n"

static void sets__values_are_no_more_than_a_value(void **state)
{
    static const struct set_row list[] = {
        {"Restart", "\x1f", CONTROL},
        {"Restart", "no\n", CONTROL},
        {"Restart", "\x7f", CONTROL},
        {"Restart", "~", "--set: error: `Restart`: unknown word `~`"},
        {"Restart", "\xc3\xbc", "--set: error: `Restart`: unknown word `\xc3\xbc`"},
        {"Restart", "it's", "--set: error: `Restart`: unknown word `it's`"},
        {"Restart", "'", "--set: error: `Restart`: unknown word `'`"},
        {"Restart", "[", "--set: error: `Restart`: unknown word `[`"},
        {"Restart", "ab:", "--set: error: `Restart`: unknown word `ab:`"},
        {"SuccessExitStatus", "[]", "        SuccessExitStatus: []  # --set\n"},
        {"SuccessExitStatus", "[3, SIGUSR1]", "        SuccessExitStatus: [3, SIGUSR1]  # --set\n"},
        {"SuccessExitStatus", "[3", "`[3` is neither an exit code nor a signal"},
        {"SuccessExitStatus", "3]", "`3]` is no exit code; they are from 0 to 255"},
        {"SuccessExitStatus", "[a: b]", "`[a:` is neither an exit code nor a signal"},
        {"SuccessExitStatus", "[[3]]", "`[[3]]` is neither an exit"},
        {"RestartSec", "1 s", "        RestartSec: '1 s'  # --set\n"},
        {"RestartSec", "1.5_a+b-c", "--set: error: "},
        {"RestartSec", "", "expected a single value, found text in quotes ``"},
    };
    (void)state;
    check_sets(list, COUNT(list), (const char *const[]){"a.service", NULL});
}

static void sets__of_several_systems(void **state)
{
    static const struct set_row list[] = {
        {"mode", "ideal",
         "      supervisord:\n        startsecs: 3  # s.conf:2\n        mode: ideal  # --set\n"},
        {"mode", "ideal", "      otp:\n        mode: ideal  # --set\n"},
        {"restart", "transient", "        restart: transient  # --set\n"},
        {"startsecs", "4", "        startsecs: 4  # --set\n"},
        {"intensity", "7", "        intensity: 7  # --set\n"},
        {"otp.intensity", "7", "        intensity: 7  # --set\n"},
    };
    (void)state;
    check_sets(list, COUNT(list), (const char *const[]){"t.config", "s.conf", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directories__whose_they_are),
        cmocka_unit_test(directories__numbers_and_signals_alone_in_a_file),
        cmocka_unit_test(directories__what_a_number_of_s6_is_to_runit),
        cmocka_unit_test(directories__of_directories),
        cmocka_unit_test(units__other_units_between_quotes_and_without),
        cmocka_unit_test(include__of_so_many_directories),
        cmocka_unit_test(kinds__what_is_a_scenario),
        cmocka_unit_test(kinds__of_a_file),
        cmocka_unit_test(sets__which_parameter_is_meant),
        cmocka_unit_test(sets__values_are_no_more_than_a_value),
        cmocka_unit_test(sets__of_several_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

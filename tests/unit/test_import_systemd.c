/* What an import reads of systemd: times, exit statuses, the syntax of units, drop-ins, and the
 * text of `systemctl show`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sim/import/systemd.h"
#include "sup/error.h"
#include "unit/imported.h"

#define S UINT64_C(1000000000)

static void times__as_systemd_writes_them_exact(void **state)
{
    static const struct {
        const char *text;
        uint64_t ns;
    } rows[] = {
        {"5", 5 * S},
        {"0", 0},
        {"1min 30s", 90 * S},
        {"1min30s", 90 * S},
        {" 2 min ", 120 * S},
        {"1.5", 3 * S / 2},
        {".5s", S / 2},
        {"1.5min", 90 * S},
        {"100ms", S / 10},
        {"100msec", S / 10},
        {"7us", 7000},
        {"7usec", 7000},
        {"7\xc2\xb5s", 7000},
        {"7\xce\xbcs", 7000},
        {"0.0000019s", 1000}, /* parts of a microsecond are cut off */
        {"1h 2m 3s", 3723 * S},
        {"1hr", 3600 * S},
        {"2days", 172800 * S},
        {"1w", 604800 * S},
        {"1M", UINT64_C(2629800) * S},
        {"1month", UINT64_C(2629800) * S},
        {"1y", UINT64_C(31557600) * S},
        {"5 6", 11 * S},
        {"12.34s.5s", UINT64_C(12840000000)},
        {"infinity", UINT64_MAX},
        {"  infinity  ", UINT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sup_duration length = {1};
        const char *why = sim__unit_time(rows[i].text, &length);
        if (why != NULL || length.ns != rows[i].ns) {
            fail_msg("%s: %llu, %s", rows[i].text, (unsigned long long)length.ns,
                     why == NULL ? "read" : why);
        }
    }
}

static void times__that_are_none_are_refused(void **state)
{
    static const char *const rows[] = {
        "",        " ",    "-1",   "- 1", "5x",   "1.",         "1.s",
        "1.5.5",   "s",    "1..5", "abc", "3.+1", "infinity 1", "18446744073709551616",
        "999999y", "600y", "1,5s", "%i",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sup_duration length;
        if (sim__unit_time(rows[i], &length) == NULL) {
            fail_msg("`%s` is %llu", rows[i], (unsigned long long)length.ns);
        }
    }
}

static void numbers__decimal_octal_hexadecimal(void **state)
{
    uint64_t number = 0;
    (void)state;
    assert_true(sim__unit_number("255", 255, &number) && number == 255);
    assert_true(sim__unit_number("0x1F", 255, &number) && number == 31);
    assert_true(sim__unit_number("017", 255, &number) && number == 15);
    assert_true(sim__unit_number("0", 0, &number) && number == 0);
    assert_false(sim__unit_number("256", 255, &number));
    assert_false(sim__unit_number("08", 255, &number));
    assert_false(sim__unit_number("0x", 255, &number));
    assert_false(sim__unit_number("", 255, &number));
    assert_false(sim__unit_number("1 ", 255, &number));
    assert_false(sim__unit_number("18446744073709551616", UINT64_MAX, &number));
    assert_true(sim__unit_number("18446744073709551615", UINT64_MAX, &number));
}

static void signals__by_name_and_number(void **state)
{
    int32_t signal = 0;
    (void)state;
    assert_true(sim__unit_signal("SIGTERM", &signal) && signal == 15);
    assert_true(sim__unit_signal("HUP", &signal) && signal == 1);
    assert_true(sim__unit_signal("9", &signal) && signal == 9);
    assert_true(sim__unit_signal("SIGRTMIN+3", &signal) && signal == 64);
    assert_true(sim__unit_signal("RTMAX", &signal) && signal == 64);
    assert_false(sim__unit_signal("SIGRTMIN-3", &signal));
    assert_false(sim__unit_signal("SIGNONE", &signal));
    assert_false(sim__unit_signal("0", &signal));
    assert_false(sim__unit_signal("65", &signal));
    assert_false(sim__unit_signal("", &signal));
}

/* What stands between the preset and the script. */
static void check_unit(const char *unit, const char *wanted)
{
    char *text = import_one("a.service", unit);
    char *from = strstr(text, "    preset:");
    char *script = strstr(text, "    script:");
    assert_non_null(from);
    assert_non_null(script);
    *script = '\0';
    assert_string_equal(from, wanted);
    free(text);
}

#define EXEC "[Service]\nExecStart=/bin/a\n"

static void unit__without_settings_is_the_preset_alone(void **state)
{
    (void)state;
    check_unit(EXEC, "    preset: systemd\n");
}

static void unit__settings_stand_with_their_lines(void **state)
{
    (void)state;
    check_unit(EXEC "Type=notify\nRestart=on-failure\nRestartSec=5\n",
               "    preset:\n      systemd:\n"
               "        Type: notify  # a.service:3\n"
               "        Restart: on-failure  # a.service:4\n"
               "        RestartSec: 5s  # a.service:5\n");
}

static void unit__comments_and_continuations(void **state)
{
    (void)state;
    check_unit("\xef\xbb\xbf# x\n; y\n\n[Unit]\n  StartLimitBurst = \\\n# not \\\n\n   3\n" EXEC
               "SuccessExitStatus=1 \\\n  2 \\\n;no\n SIGUSR1\nX=\\\\\nRestart=always",
               "    preset:\n      systemd:\n"
               "        Restart: always  # a.service:16\n"
               "        StartLimitBurst: 3  # a.service:5\n"
               "        SuccessExitStatus: [1, 2, SIGUSR1]  # a.service:11\n");
}

static void unit__a_list_is_added_to_and_emptied(void **state)
{
    (void)state;
    check_unit(EXEC "SuccessExitStatus=1 2\nSuccessExitStatus=\nSuccessExitStatus=TEMPFAIL 143\n"
                    "SuccessExitStatus=SIGKILL 0x10\nRestartPreventExitStatus=1\n"
                    "RestartPreventExitStatus=\n",
               "    preset:\n      systemd:\n"
               "        SuccessExitStatus: [16, 75, 143, SIGKILL]  # a.service:6\n");
    check_unit(EXEC "SuccessExitStatus=1 2\nSuccessExitStatus=\n", "    preset: systemd\n");
}

static void unit__old_names_and_both_timeouts(void **state)
{
    (void)state;
    check_unit(EXEC "StartLimitInterval=30\nStartLimitBurst=3\nTimeoutSec=0\nTimeoutStopSec=5s\n",
               "    preset:\n      systemd:\n"
               "        StartLimitIntervalSec: 30s  # a.service:3\n"
               "        StartLimitBurst: 3  # a.service:4\n"
               "        TimeoutStartSec: infinity  # a.service:5\n"
               "        TimeoutStopSec: 5s  # a.service:6\n");
}

static void unit__what_an_empty_or_a_special_value_means(void **state)
{
    (void)state;
    check_unit(EXEC "TimeoutAbortSec=5\nTimeoutAbortSec=\nRuntimeMaxSec=infinity\n"
                    "TimeoutStopSec=0\nWatchdogSec=0\n",
               "    preset:\n      systemd:\n"
               "        TimeoutStopSec: infinity  # a.service:6\n"
               "        WatchdogSec: 0s  # a.service:7\n"
               "        RuntimeMaxSec: infinity  # a.service:5\n");
    check_unit(EXEC "SendSIGKILL=No\nRemainAfterExit=on\nKillSignal=SIGINT\nKillSignal=2\n",
               "    preset:\n      systemd:\n"
               "        KillSignal: SIGINT  # a.service:6\n"
               "        SendSIGKILL: false  # a.service:3\n"
               "        RemainAfterExit: true  # a.service:4\n");
    check_unit(EXEC "BusName=\nType=idle\nType=exec\nKillMode=process\nKillMode=\n",
               "    preset:\n      systemd:\n        Type: exec  # a.service:5\n");
}

static void unit__the_kind_that_others_imply(void **state)
{
    (void)state;
    check_unit("[Service]\nBusName=a.b\nExecStart=/bin/a\n",
               "    preset:\n      systemd:\n"
               "        Type: dbus  # a.service:2, which BusName implies\n");
    check_unit("[Service]\nExecStop=/bin/a\n",
               "    preset:\n      systemd:\n"
               "        Type: oneshot  # a.service, which has no ExecStart\n");
}

static void script__reports_what_is_waited_for(void **state)
{
    (void)state;
    char *text = import_one("a.service", EXEC "Type=notify\nWatchdogSec=3min\n");
    assert_non_null(
        strstr(text, "    script: [{run: {}, ready: {after: 0s}, beat: {every: 1m30s}}]\n"));
    assert_non_null(strstr(text, "until: 1h\n"));
    free(text);
    import_has("a.service", EXEC "Type=simple\nWatchdogSec=0\n", "    script: [run]\n");
    text = import_one("a.service", EXEC "WatchdogSec=2ms\n");
    assert_non_null(strstr(text, "    script: [{run: {}, beat: {every: 1ms}}]\n"));
    assert_non_null(strstr(text, "until: 1m40s\n"));
    free(text);
    text = import_one("a.service", EXEC "ExecStopPost=/bin/b\nExecStopPost=/bin/c\n");
    assert_non_null(strstr(text, "  # a.service:3: how long ExecStopPost takes is for `finish` in "
                                 "the script to say\n"));
    assert_non_null(strstr(text, "    script: [{run: {}, finish: {takes: 0s}}]\n"));
    free(text);
    text = import_one("a.service", EXEC "ExecStopPost=/bin/b\nExecStopPost=\n");
    assert_non_null(strstr(text, "    script: [run]\n"));
    free(text);
}

/* The message about a unit, whole. */
static void check_said(const char *unit, const char *wanted)
{
    char *said = import_said("a.service", unit);
    assert_string_equal(said, wanted);
    free(said);
}

static void unit__what_is_refused(void **state)
{
    (void)state;
    check_said("[Service\n", "a.service:1:1: error: the section's name is not closed by `]`\n");
    check_said(EXEC "Restart\n", "a.service:3:1: error: no `=` in this line: Restart\n");
    check_said(EXEC " =x\n", "a.service:3:2: error: no name before the `=`: =x\n");
    check_said("Restart=no\n" EXEC,
               "a.service:1:1: error: an assignment before the first section, which systemd "
               "ignores\n");
    check_said(EXEC "Restart=allways\n",
               "a.service:3:9: error: Restart=allways: it is one of: no on-success on-failure "
               "on-abnormal on-watchdog on-abort always \n");
    check_said(EXEC "RestartSec = 5x\n",
               "a.service:3:14: error: RestartSec=5x: unknown unit; they are us ms s min h d w "
               "month y\n");
    check_said(EXEC "RestartSec=  5x\n",
               "a.service:3:14: error: RestartSec=5x: unknown unit; they are us ms s min h d w "
               "month y\n");
    check_said(EXEC "RestartSec\t=5x\n",
               "a.service:3:13: error: RestartSec=5x: unknown unit; they are us ms s min h d w "
               "month y\n");
    check_said(EXEC "RestartSec=\n",
               "a.service:3:12: error: RestartSec=: it is empty, which systemd ignores; take the "
               "line away\n");
    check_said(EXEC "SuccessExitStatus=1 256\n",
               "a.service:3:19: error: SuccessExitStatus=1 256: `256` is no exit status and no "
               "signal\n");
    check_said(EXEC "KillSignal=SIGX\n",
               "a.service:3:12: error: KillSignal=SIGX: no such signal\n");
    check_said(EXEC "RestartSec=-1\n", "a.service:3:12: error: RestartSec=-1: it is negative\n");
    check_said(EXEC "RestartSec=x\n",
               "a.service:3:12: error: RestartSec=x: a number and a unit, like `1min 30s`\n");
    check_said(EXEC "RestartSec=600y\n",
               "a.service:3:12: error: RestartSec=600y: it is longer than 584 years; `infinity` is "
               "for ever\n");
    check_said(EXEC "StartLimitBurst=-1\n",
               "a.service:3:17: error: StartLimitBurst=-1: a number below 4294967295\n");
    check_said(EXEC "SuccessExitStatus=SIGRTMIN+1\n",
               "a.service:3:19: error: SuccessExitStatus=SIGRTMIN+1: real-time signals have no "
               "name in a scenario: `SIGRTMIN+1`\n");
    check_said(EXEC "SendSIGKILL=maybe\n",
               "a.service:3:13: error: SendSIGKILL=maybe: it is yes or no\n");
    check_said("[Service]\nType=oneshot\nRestart=always\n",
               "a.service:3:1: error: Restart=always with Type=oneshot: systemd refuses to load "
               "such a unit\n");
    check_said("[Service]\nRestart=on-success\n",
               "a.service:2:1: error: Restart=on-success with Type=oneshot: systemd refuses to "
               "load such a unit\n");
    check_said("[Service]\nX=\xff\n", "a.service:2:3: error: a byte that is not UTF-8: this is no "
                                      "text\n");
}

static void unit__what_is_warned_of(void **state)
{
    (void)state;
    check_said(EXEC "KillMode=process\nOOMPolicy=continue\nKillMode=mixed\n",
               "a.service:5:1: warning: KillMode=mixed: children that outlive the main process "
               "are not modelled\n"
               "a.service:4:1: warning: OOMPolicy=continue: running out of memory is not "
               "modelled\n");
    check_said(EXEC "KillMode=control-group\nRestartKillSignal=SIGTERM\nFailureAction=none\n", "");
    check_said(EXEC "StartLimitIntervalSec=5\n",
               "a.service:3:1: warning: systemd ignores StartLimitIntervalSec in [Service]: it "
               "belongs into [Unit]; it is left out\n");
    check_said("[Unit]\nRestartSec=5\n" EXEC,
               "a.service:2:1: warning: systemd ignores RestartSec in [Unit]: it belongs into "
               "[Service]; it is left out\n");
    check_said(EXEC "RestartDelay=5\nEnvironment=A=1\n",
               "a.service:3:1: warning: systemd knows no RestartDelay; it is left out\n");
    check_said(EXEC "RestartRandomizedDelaySec=5\n",
               "a.service:3:1: warning: RestartRandomizedDelaySec needs systemd 262: systemd 254 "
               "ignores it, and it is left out\n");
    check_said(EXEC "TimeoutStopSec=%i\n",
               "a.service:3:16: warning: TimeoutStopSec=%i: specifiers in durations are not "
               "resolved; it is left out\n");
    check_said("[Sevice]\nRestart=x\n[X-Own]\nA=b\n" EXEC,
               "a.service:1:1: warning: systemd knows no section [Sevice] in a service\n");
    check_said(EXEC "KillSignal=SIGRTMIN+3\n",
               "a.service:3:12: warning: KillSignal=SIGRTMIN+3: real-time signals are not "
               "modelled; it is left out\n");
    check_said(EXEC "KillSignal=SIGINT\nRestartKillSignal=SIGTERM\n",
               "a.service:4:1: warning: RestartKillSignal=SIGTERM: every stop uses KillSignal\n");
    check_said(EXEC "KillSignal=SIGINT\nRestartKillSignal=2\nExecCondition=\n", "");
    check_said("[Unit]\nOnFailure=x.service\nBindsTo=y.device\nPartOf=z.target\n" EXEC
               "ExecCondition=/bin/c\n",
               "a.service:2:1: warning: OnFailure=x.service: units that a failure starts are not "
               "modelled\n"
               "a.service:3:1: warning: BindsTo=y.device: units that stop with others are not "
               "modelled\n"
               "a.service:4:1: warning: PartOf=z.target: units that stop with others are not "
               "modelled\n"
               "a.service:7:1: warning: ExecCondition=/bin/c: conditions of a start are not "
               "modelled: every start is tried\n");
    check_said(EXEC "Type=idle\n", "a.service:3:1: warning: Type=idle: that its first start may "
                                   "wait up to 5s is not modelled\n");
    check_said("[Unit]\nAfter=a.service b.service x.target\nRequires=b.service\n" EXEC, "");
}

static void units__warnings_stand_in_the_scenario(void **state)
{
    (void)state;
    char *text = import_one("a.service", EXEC "KillMode=none\n");
    assert_string_equal(
        text, "# Imported by rehearse: what the sources set, each with its place.\n"
              "scenario: 1\nname: imported\nuntil: 1h\nservices:\n"
              "  # a.service:3: KillMode=none: children that outlive the main process are not "
              "modelled\n"
              "  - name: a  # a.service\n"
              "    preset: systemd\n"
              "    script: [run]\n");
    free(text);
}

static void units__of_a_directory_with_dropins(void **state)
{
    static const struct imported_file files[] = {
        {"d/b.service", "[Unit]\nAfter=\"a-x@1.service\"\n" EXEC},
        {"d/a-x@.service", EXEC "RestartSec=1\n"},
        {"d/a-x@.service.d/20-x.conf", "[Service]\nRestartSec=2\n"},
        {"d/a-x@.service.d/30-y.conf", "[Service]\nRestart=always\n"},
        {"d/a-x@1.service.d/30-y.conf", "[Service]\nRestart=on-abort\n"},
        {"d/a-.service.d/10-z.conf", "[Service]\nRestartSec=3\nTimeoutStopSec=4\n"},
        {"d/service.d/25-w.conf", "[Service]\nRestartSec=5\n"},
        {"d/service.d/notes.txt", "["},
        {"d/x.timer", "["},
        {NULL, NULL},
    };
    const char *const sources[] = {"d/a-x@1.service", "d", NULL};
    struct sim__imported imported;
    (void)state;
    assert_int_equal(import_files(files, sources, &imported), SUP_OK);
    assert_string_equal(sim__text_string(&imported.said),
                        "d/b.service:2:1: warning: After=a-x@1.service: all start at 0, in the "
                        "order of the file\n");
    assert_string_equal(sim__text_string(&imported.scenario),
                        "# Imported by rehearse: what the sources set, each with its place.\n"
                        "scenario: 1\nname: imported\nuntil: 1h\nservices:\n"
                        "  # with d/a-.service.d/10-z.conf\n"
                        "  # with d/a-x@.service.d/20-x.conf\n"
                        "  # with d/service.d/25-w.conf\n"
                        "  # with d/a-x@1.service.d/30-y.conf\n"
                        "  - name: a-x_1  # d/a-x@.service\n"
                        "    preset:\n      systemd:\n"
                        "        Restart: on-abort  # d/a-x@1.service.d/30-y.conf:2\n"
                        "        RestartSec: 5s  # d/service.d/25-w.conf:2\n"
                        "        TimeoutStopSec: 4s  # d/a-.service.d/10-z.conf:3\n"
                        "    script: [run]\n"
                        "  # with d/a-.service.d/10-z.conf\n"
                        "  # with d/a-x@.service.d/20-x.conf\n"
                        "  # with d/service.d/25-w.conf\n"
                        "  # with d/a-x@.service.d/30-y.conf\n"
                        "  - name: a-x_  # d/a-x@.service\n"
                        "    preset:\n      systemd:\n"
                        "        Restart: always  # d/a-x@.service.d/30-y.conf:2\n"
                        "        RestartSec: 5s  # d/service.d/25-w.conf:2\n"
                        "        TimeoutStopSec: 4s  # d/a-.service.d/10-z.conf:3\n"
                        "    script: [run]\n"
                        "  # with d/service.d/25-w.conf\n"
                        "  # d/b.service:2: After=a-x@1.service: all start at 0, in the order of "
                        "the file\n"
                        "  - name: b  # d/b.service\n"
                        "    preset:\n      systemd:\n"
                        "        RestartSec: 5s  # d/service.d/25-w.conf:2\n"
                        "    script: [run]\n");
    sim__imported_release(&imported);
}

static void names__that_become_the_same_are_refused(void **state)
{
    static const struct imported_file files[] = {
        {"d/a@x.service", EXEC}, {"d/a+x.service", EXEC}, {"d/.service", EXEC}, {NULL, NULL}};
    const char *const sources[] = {"d", NULL};
    struct sim__imported imported;
    (void)state;
    assert_int_equal(import_files(files, sources, &imported), SUP_EINVAL);
    assert_string_equal(sim__text_string(&imported.said),
                        "d/.service: error: a name of no letter: `.service`\n"
                        "d/a@x.service: error: a second service of the name `a_x`; the first is "
                        "in d/a+x.service\n");
    sim__imported_release(&imported);
}

static void shown__effective_values_without_what_is_built_in(void **state)
{
    static const char shown[] =
        "Type=notify\nRestart=always\nRestartUSec=2s\nTimeoutStartUSec=1min 30s\n"
        "TimeoutStopUSec=45s\nTimeoutAbortUSec=45s\nWatchdogUSec=0\nRuntimeMaxUSec=infinity\n"
        "StartLimitIntervalUSec=10s\nStartLimitBurst=5\nSuccessExitStatus=143\n"
        "RestartPreventExitStatus=\nKillSignal=15\nRestartKillSignal=15\nOOMPolicy=stop\n"
        "KillMode=control-group\nSendSIGKILL=yes\nAfter=basic.target\nId=web.service\n"
        "\n\nId=x.socket\nRestart=none\n\n"
        "Id=b.service\nRestartUSec=1us\n";
    (void)state;
    char *text = import_one("shown.txt", shown);
    assert_string_equal(text, "# Imported by rehearse: what the sources set, each with its place.\n"
                              "# shown.txt:22: x.socket is no service; it is left out\n"
                              "scenario: 1\nname: imported\nuntil: 1h\nservices:\n"
                              "  - name: web  # shown.txt:19\n"
                              "    preset:\n      systemd:\n"
                              "        Type: notify  # shown.txt:1\n"
                              "        Restart: always  # shown.txt:2\n"
                              "        RestartSec: 2s  # shown.txt:3\n"
                              "        TimeoutStopSec: 45s  # shown.txt:5\n"
                              "        SuccessExitStatus: [143]  # shown.txt:11\n"
                              "    script: [{run: {}, ready: {after: 0s}}]\n"
                              "  - name: b  # shown.txt:25\n"
                              "    preset:\n      systemd:\n"
                              "        RestartSec: 1us  # shown.txt:26\n"
                              "    script: [run]\n");
    free(text);
    text = import_one("shown.txt", "Id=a.service\nType=oneshot\nTimeoutStartUSec=infinity\n\n"
                                   "Id=b.service\nType=oneshot\nTimeoutStartUSec=1min 30s\n\n"
                                   "Id=c.service\nType=dbus\nTimeoutStartUSec=infinity\n");
    assert_non_null(strstr(text, "  - name: a  # shown.txt:1\n    preset:\n      systemd:\n"
                                 "        Type: oneshot  # shown.txt:2\n    script"));
    assert_non_null(strstr(text, "        TimeoutStartSec: 1m30s  # shown.txt:7\n"));
    assert_non_null(strstr(text, "        TimeoutStartSec: infinity  # shown.txt:11\n"));
    free(text);
    char *wrong = import_said("shown.txt", "Id=a.service\nRestartUSec=x\n");
    assert_string_equal(wrong, "shown.txt:2:13: error: RestartSec=x: a number and a unit, like "
                               "`1min 30s`\n");
    free(wrong);
    char *said = import_said("shown.txt", "Type=simple\n\nId=x.service\nnothing\n");
    assert_string_equal(said, "shown.txt:1:1: error: no `Id=` among these properties: print them "
                              "with `systemctl show UNIT`\n"
                              "shown.txt:4:1: error: no property, as `systemctl show` prints "
                              "them: nothing\n");
    free(said);
}

static void shown__ends_of_lines_and_both_timeouts(void **state)
{
    (void)state;
    char *text =
        import_one("shown.txt", "Id=a.service\r\nRestart=always\r\n\r\nId=b.service\r\n"
                                "TimeoutAbortUSec=9s\n\nId=c.service\nTimeoutStopUSec=9s\n\n"
                                "Id=d.service\nTimeoutAbortUSec=8s\nTimeoutStopUSec=9s\n");
    assert_string_equal(strstr(text, "  - name: a"),
                        "  - name: a  # shown.txt:1\n    preset:\n      systemd:\n"
                        "        Restart: always  # shown.txt:2\n"
                        "    script: [run]\n"
                        "  - name: b  # shown.txt:4\n    preset:\n      systemd:\n"
                        "        TimeoutAbortSec: 9s  # shown.txt:5\n"
                        "    script: [run]\n"
                        "  - name: c  # shown.txt:7\n    preset:\n      systemd:\n"
                        "        TimeoutStopSec: 9s  # shown.txt:8\n"
                        "    script: [run]\n"
                        "  - name: d  # shown.txt:10\n    preset:\n      systemd:\n"
                        "        TimeoutStopSec: 9s  # shown.txt:12\n"
                        "        TimeoutAbortSec: 8s  # shown.txt:11\n"
                        "    script: [run]\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times__as_systemd_writes_them_exact),
        cmocka_unit_test(times__that_are_none_are_refused),
        cmocka_unit_test(numbers__decimal_octal_hexadecimal),
        cmocka_unit_test(signals__by_name_and_number),
        cmocka_unit_test(unit__without_settings_is_the_preset_alone),
        cmocka_unit_test(unit__settings_stand_with_their_lines),
        cmocka_unit_test(unit__comments_and_continuations),
        cmocka_unit_test(unit__a_list_is_added_to_and_emptied),
        cmocka_unit_test(unit__old_names_and_both_timeouts),
        cmocka_unit_test(unit__what_an_empty_or_a_special_value_means),
        cmocka_unit_test(unit__the_kind_that_others_imply),
        cmocka_unit_test(script__reports_what_is_waited_for),
        cmocka_unit_test(unit__what_is_refused),
        cmocka_unit_test(unit__what_is_warned_of),
        cmocka_unit_test(units__warnings_stand_in_the_scenario),
        cmocka_unit_test(units__of_a_directory_with_dropins),
        cmocka_unit_test(names__that_become_the_same_are_refused),
        cmocka_unit_test(shown__effective_values_without_what_is_built_in),
        cmocka_unit_test(shown__ends_of_lines_and_both_timeouts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

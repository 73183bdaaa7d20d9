/* supervisord.conf: lines, options and what they come to, and the order in which programs are
 * started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/imported.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct row {
    const char *text;
    const char *wanted; /* in the scenario, or in what is said */
};

static void check(const char *before, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), "%s%s", before, rows[i].text);
        import_has("s.conf", text, rows[i].wanted);
    }
}

static const struct row of_programs[] = {
    {"", "  - name: a  # s.conf:1\n    preset: supervisord\n    script"},
    {"startsecs=0", "        startsecs: 0  # s.conf:2\n"},
    {"startsecs=+5", "        startsecs: 5  # s.conf:2\n"},
    {"startretries=7", "        startretries: 7  # s.conf:2\n"},
    {"stopwaitsecs=1000000000", "        stopwaitsecs: 1000000000  # s.conf:2\n"},
    {"stopwaitsecs=1000000001", "s.conf:2:14: error: stopwaitsecs=1000000001: a number from 0"},
    {"autorestart=TRUE", "        autorestart: true  # s.conf:2\n"},
    {"autorestart=on", "        autorestart: true  # s.conf:2\n"},
    {"autorestart=1", "        autorestart: true  # s.conf:2\n"},
    {"autorestart=no", "        autorestart: false  # s.conf:2\n"},
    {"autorestart=unexpected", "        autorestart: unexpected  # s.conf:2\n"},
    {"autorestart=true false", "s.conf:2:13: error: autorestart=true false: it is true, false"},
    {"autorestart=", "s.conf:2:13: error: autorestart=: it is true, false or unexpected\n"},
    {"autorestart=zzzzzzzzzzzzzzzzzzzzzzzzz", "it is true, false or unexpected\n"},
    {"autostart=yes", "    preset: supervisord\n    script"},
    {"autostart=0", "    paused: true  # s.conf:2, which is not started\n"},
    {"exitcodes=0", "        exitcodes: [0]  # s.conf:2\n"},
    {"exitcodes=0,2,255", "        exitcodes: [0, 2, 255]  # s.conf:2\n"},
    {"exitcodes= 1 , 2", "        exitcodes: [1, 2]  # s.conf:2\n"},
    {"exitcodes=", "        exitcodes: []  # s.conf:2\n"},
    {"exitcodes=1,", "s.conf:2:11: error: exitcodes=1,: codes from 0 to 255"},
    {"exitcodes=-1", "s.conf:2:11: error: exitcodes=-1: codes from 0 to 255"},
    {"stopsignal=term", "        stopsignal: TERM  # s.conf:2\n"},
    {"stopsignal=SIGHUP", "        stopsignal: HUP  # s.conf:2\n"},
    {"stopsignal=9", "        stopsignal: KILL  # s.conf:2\n"},
    {"stopsignal=aaaaaaaaaaaaaaa", "s.conf:2:12: error: stopsignal=aaaaaaaaaaaaaaa: no such"},
    {"stopsignal=aaaaaaaaaaaaaaaa", "s.conf:2:12: error: stopsignal=aaaaaaaaaaaaaaaa: no such"},
    {"killasgroup=true", "s.conf:2:1: warning: killasgroup: signals to the children"},
    {"killasgroup=false", "    preset: supervisord\n    script"},
    {"numprocs=2\nprocess_name=%(process_num)d", "    count: 2\n"},
    {"numprocs=10000\nprocess_name=%(process_num)d", "    count: 10000\n"},
    {"numprocs=10001\nprocess_name=%(process_num)d", "s.conf:2:10: error: numprocs=10001: a "},
    {"numprocs=1", "    preset: supervisord\n    script"},
};

/* Of lines, in front of the program's end. */
static const struct row of_lines[] = {
    {"startsecs = 5 ; five\n", "        startsecs: 5  # s.conf:2\n"},
    {"startsecs = 5 # five\n", "        startsecs: 5  # s.conf:2\n"},
    {"STARTSECS:5\n", "        startsecs: 5  # s.conf:2\n"},
    {"startsecs=5\nstartsecs=6\n", "        startsecs: 6  # s.conf:3\n"},
    {"\n; x\n#x\n \t\n  startsecs=5\n", "        startsecs: 5  # s.conf:6\n"},
    {"startsecs=5;five\n", "s.conf:2:11: error: startsecs=5;five: it is a whole number\n"},
    {"exitcodes=1,\n  2\n", "        exitcodes: [1, 2]  # s.conf:2\n"},
    {"[program:b\n", "s.conf:2:1: error: the section's name is not closed by `]`\n"},
    {"[]\n", "s.conf:2:1: error: the section's name is not closed by `]`\n"},
    {"[x]\n[program:a]\nstartsecs=9\n", "        startsecs: 9  # s.conf:4\n"},
    {"[ program:b]\n", "    preset: supervisord\n    script"},
    {"[program: b\t]\nx=y\n", "  - name: b  # s.conf:2\n"},
    {"[program:b]]\n", "  - name: b_  # s.conf:2\n"},
    {"[program:azAZ09_.-]\n", "  - name: azAZ09_.-  # s.conf:2\n"},
    {"[program:x`{@[/:,x]\n", "  - name: x_______x  # s.conf:2\n"},
    {"[eventlistener:e]\n", "s.conf:2:1: warning: event listeners are not modelled; "
                            "[eventlistener:e] is left out\n"},
    {"[fcgi-program:f]\n", "s.conf:2:1: warning: fcgi-program: the socket"},
    {"[group:g]\nprograms=a\n", "  - name: a  # s.conf:1\n"},
    {"[group:g]\nprograms= ,a , \n", "  - name: a  # s.conf:1\n"},
    {"[group:g]\nprograms=a b\n", "s.conf:3:10: error: [group:g] has a program `a b`, for which"},
    {"=x\n", "s.conf:2:1: error: neither a section nor `option = value`: =x\n"},
    {" : x\n", "s.conf:2:2: error: neither a section nor `option = value`: : x\n"},
};

static void programs__what_options_come_to(void **state)
{
    (void)state;
    check("[program:a]\n", of_programs, COUNT(of_programs));
    check("[program:a]\n", of_lines, COUNT(of_lines));
}

/* As many words as a list may have, and one more. */
static void groups__of_so_many_programs(void **state)
{
    char text[4096] = "[program:a]\n[group:g]\nprograms=a";
    (void)state;
    for (int i = 1; i < 1000; i++) {
        strcat(text, ",a");
    }
    import_has("s.conf", text, "  - name: a  # s.conf:1\n");
    strcat(text, ",a");
    import_has("s.conf", text, "s.conf:3:10: error: [group:g]: too many programs at `a`\n");
}

/* The names of the services in the order in which they stand. */
static void assert_order(const char *text, const char *wanted)
{
    char names[256] = "";
    char *scenario = import_one("s.conf", text);
    for (const char *at = scenario; (at = strstr(at, "  - name: ")) != NULL;) {
        at += strlen("  - name: ");
        strncat(names, at, strcspn(at, " \n"));
        strcat(names, " ");
    }
    assert_string_equal(names, wanted);
    free(scenario);
}

static void programs__stand_as_they_are_started(void **state)
{
    (void)state;
    assert_order("[program:b]\n[program:a]\n[program:c]\npriority=998\n[program:d]\n"
                 "priority=1000\n",
                 "c a b d ");
    assert_order("[program:b]\npriority=5\n[program:a]\npriority=5\n[program:c]\npriority=-5\n",
                 "c a b ");
    /* A group's counts more than that of a program in it. */
    assert_order("[program:a]\npriority=1\n[program:b]\npriority=9\n[program:c]\npriority=5\n"
                 "[group:g]\nprograms=b\n  c\npriority=3\n[group:h]\nprograms=a\npriority=4\n",
                 "c b a ");
    assert_order("[program:a]\n[program:b]\n[program:c]\n[group:z]\nprograms=a\n[group:y]\n"
                 "programs=c,b\n",
                 "b c a ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs__what_options_come_to),
        cmocka_unit_test(groups__of_so_many_programs),
        cmocka_unit_test(programs__stand_as_they_are_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

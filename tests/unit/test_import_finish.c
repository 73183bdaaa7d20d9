/* Finish scripts of service directories: which are understood, and as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sup/error.h"
#include "unit/imported.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define OTHER "d/finish: warning: a finish script is taken to need no time and to exit 0\n"

/* Of a directory of s6: what is said of it and what its scenario has. */
static void check(const char *script, const char *said, const char *wanted)
{
    static const char *const sources[] = {"d", NULL};
    const struct imported_file files[] = {
        {"d/run", "#!/bin/sh\n# s6-x\n"}, {"d/finish", script}, {NULL, NULL}};
    struct sim__imported imported;
    assert_int_equal(import_files(files, sources, &imported), SUP_OK);
    if (strcmp(sim__text_string(&imported.said), said) != 0 ||
        strstr(sim__text_string(&imported.scenario), wanted) == NULL) {
        fail_msg("%s: %s%s", script, sim__text_string(&imported.said),
                 sim__text_string(&imported.scenario));
    }
    sim__imported_release(&imported);
}

#define PLAIN "    preset: s6\n    script: [run]\n"

static void finish__that_does_nothing(void **state)
{
    static const char *const list[] = {
        "",
        "exit",
        "exit 0",
        "true",
        ":",
        "set -e",
        "set",
        "# x\n\n \t\r\n;;\n{ }\n",
        "exit 0 # x",
        "exit 0\nrm x",
        "exit\nexit 125",
        "true\n:\nexit 0",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        check(list[i], "", PLAIN);
    }
}

static void finish__that_nobody_understands(void **state)
{
    static const char *const list[] = {
        "exit 1",
        "exit 0 0",
        "exit 125 0",
        "exits 0",
        "0",
        "0 exit",
        "125 exit",
        "true x",
        ": x",
        "125",
        "rm 125",
        "rm x\nexit 125",
        "exit 125\nrm x",
        "x s6-permafailon 60 5 1 true",
        "exec exec s6-permafailon 60 5 1 true",
        "s6-permafailons 60 5 1 true",
        "s6-permafailon",
        "s6-permafailon 60",
        "s6-permafailon 60 5",
        "s6-permafailon 0 5 1 true",
        "s6-permafailon x 5 1 true",
        "s6-permafailon 4294967295 5 1 true",
        "s6-permafailon 60 0 1 true",
        "s6-permafailon 60 x 1 true",
        "s6-permafailon 60 4097 1 true",
        "s6-permafailon 60 5 256 true",
        "s6-permafailon 60 5 0-256 true",
        "s6-permafailon 60 5 2-1 true",
        "s6-permafailon 60 5 -1 true",
        "s6-permafailon 60 5 1- true",
        "s6-permafailon 60 5 1-x true",
        "s6-permafailon 60 5 00000001-2 true",
        "s6-permafailon 60 5 1, true",
        "s6-permafailon 60 5 ,1 true",
        "s6-permafailon 60 5 1,,2 true",
        "s6-permafailon 60 5 1,SIGNONE true",
        "s6-permafailon 60 5 1 rm",
        "s6-permafailon 60 5 1 true 1",
        "s6-permafailon 60 5 1 true 0 0",
        "s6-permafailon 60 5 1 exit 1",
        "s6-permafailon 60 5 1 true\ns6-permafailon 60 5 1 true",
        "s6-permafailon 60 5 1 true\nexit 125",
        "exit 125\ns6-permafailon 60 5 1 true",
        "exit 125\nexit 125",
    };
    char many[200] = "set";
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        check(list[i], OTHER, PLAIN);
    }
    /* As many words as are looked at, and one more. */
    for (int i = 1; i < 64; i++) {
        strcat(many, " x");
    }
    check(many, "", PLAIN);
    strcat(many, " x");
    check(many, OTHER, PLAIN);
}

static void finish__that_fails_for_good(void **state)
{
    static const char *const list[] = {
        "exit 125",          "\n# x\nset -e\nexit 125\n", "{ exit 125; }", "exit 125\nexit 0\nrm x",
        "true\nexit\t125\r",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        check(list[i], "", "    script: [{run: {}, finish: {takes: 0s, code: 125}}]\n");
    }
    check("\nexit 125", "", "  # d/finish:2: exit 125, after every end\n");
}

static void finish__that_counts_deaths(void **state)
{
    static const struct {
        const char *script;
        const char *wanted;
    } list[] = {
        {"s6-permafailon 60 5 1", "{within: 60, deaths: 5, of: [1]}  # d/finish:1\n"},
        {"s6-permafailon 1 1 0 true", "{within: 1, deaths: 1, of: [0]}  # d/finish:1\n"},
        {"\nexec s6-permafailon 60 5 1 true 0", "{within: 60, deaths: 5, of: [1]}  # d/finish:2\n"},
        {"exec s6-permafailon 60 5 1", "{within: 60, deaths: 5, of: [1]}"},
        {"/bin/s6-permafailon 60 4096 0-255 /bin/exit 0",
         "{within: 60, deaths: 4096, of: [0-255]}"},
        {"s6-permafailon 4294967294 5 3-3,SIGSEGV,100-200,7 s6-true",
         "{within: 4294967294, deaths: 5, of: [3-3, SIGSEGV, 100-200, 7]}"},
        {"s6-permafailon 60 5 1 exit\nexit 0\nrm x", "{within: 60, deaths: 5, of: [1]}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        check(list[i].script, "", list[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finish__that_does_nothing),
        cmocka_unit_test(finish__that_nobody_understands),
        cmocka_unit_test(finish__that_fails_for_good),
        cmocka_unit_test(finish__that_counts_deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

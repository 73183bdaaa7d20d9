/* Reading scenarios in tests: what is good, and what is refused with which
 * message. */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

/* The two lines that every scenario starts with. */
#define HEAD "scenario: 1\nname: x\n"

struct reading {
    int result;
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario;
};

struct reading reading_of(const char *text, size_t length);
void reading_release(struct reading *reading);

/* A text that is good; the caller frees the scenario. */
struct sim_scenario *read_good(const char *text);
/* A text that is refused; `part` is in what is said. */
void assert_refused(const char *text, const char *part);
/* Likewise, and these are all errors that there are. */
void assert_refused_once(const char *text, const char *part);

struct refusal {
    const char *text;
    const char *part;
};
/* Each text after HEAD is refused with one error, which holds the part. */
void assert_all_refused(const struct refusal *list, size_t count);
/* Each text after HEAD is good. */
void assert_all_good(const char *const *list, size_t count);

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#endif

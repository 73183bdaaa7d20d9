/* Files of sections and options, as Python's RawConfigParser reads them: names of options in any
 * case, `=` or `:`, comments from `#` and `;` on that stand behind a blank, values that go on in
 * lines further to the right, sections that stand several times, the last option of a name. */
#ifndef SIM_IMPORT_INI_H
#define SIM_IMPORT_INI_H

#include "model.h"

struct sim__ini_option {
    const char *name; /* in small letters */
    const char *value;
    struct sim__spot spot;
    struct sim__spot value_at;
    struct sim__ini_option *next;
};

struct sim__ini_section {
    const char *name;
    struct sim__spot spot;
    struct sim__ini_option *options;
    struct sim__ini_option **last;
    struct sim__ini_section *next;
};

/* Start with all zeros and sim__ini_init. */
struct sim__ini {
    struct sim__import *import;
    struct sim__table names;
    struct sim__ini_section *sections;
    struct sim__ini_section **last;
};

void sim__ini_init(struct sim__ini *ini, struct sim__import *import);
/* Adds what the file says; lines that are none are said. */
void sim__ini_read(struct sim__ini *ini, const char *path, const char *bytes, size_t length);
const struct sim__ini_section *sim__ini_section(const struct sim__ini *ini, const char *name);
/* NULL when the section lacks it. */
const struct sim__ini_option *sim__ini_option(const struct sim__ini_section *section,
                                              const char *name);

/* Adds the files that the [include] of a supervisord.conf names; supervisord_include.c. */
void sim__supervisord_include(struct sim__ini *ini, const char *path);

#endif

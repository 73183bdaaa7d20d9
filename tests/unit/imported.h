/* Imports from files in memory, for tests of the readers. */
#ifndef TESTS_IMPORTED_H
#define TESTS_IMPORTED_H

#include "sim/import/import.h"

struct imported_file {
    const char *path;
    const char *bytes; /* NULL: it cannot be read */
};

struct imported_world {
    const struct imported_file *files; /* up to one without a path */
};

/* An import of the sources, up to a NULL; the result is sim__import's. */
int import_files(const struct imported_file *files, const char *const *sources,
                 struct sim__imported *ret_imported);
/* The same, with parameters, up to one without a path; a NULL: none; and of what kind each is. */
int import_files_as(const struct imported_file *files, const char *const *sources,
                    const struct sim__set *sets, enum sim__import_kind from,
                    struct sim__imported *ret_imported);
/* Of one file, which is said not to be refused, and its scenario; for free(). */
char *import_one(const char *path, const char *bytes);
/* Of one file: that it has this in the scenario, or in what is said. */
void import_has(const char *path, const char *bytes, const char *wanted);
/* What is said of one file. */
char *import_said(const char *path, const char *bytes);

#endif

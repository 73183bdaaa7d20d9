/* How many files, entries and bytes an import takes: what is just allowed, and one more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/import/import.h"
#include "sup/error.h"

/* A disk of as much as is asked for: directories `d…` of so many files of so many bytes. */
struct plenty {
    const char *configuration; /* of the file s.conf */
    uint32_t entries;
    uint32_t bytes;
    const char *names; /* a format of their number */
};

static enum sim__import_found look(void *context, const char *path)
{
    (void)context;
    return path[strlen(path) - 1] == 'f' ? SIM__FOUND_FILE : SIM__FOUND_DIRECTORY;
}

/* Comments, in lines. */
static int read_file(void *context, const char *path, enum sim__import_trust trust,
                     struct sim__file *ret_file, const char **ret_why)
{
    const struct plenty *plenty = context;
    (void)trust;
    (void)ret_why;
    if (strcmp(path, "s.conf") == 0) {
        ret_file->length = strlen(plenty->configuration);
        ret_file->bytes = strdup(plenty->configuration);
        return ret_file->bytes == NULL ? SUP_ENOMEM : SUP_OK;
    }
    ret_file->length = plenty->bytes;
    ret_file->bytes = malloc((size_t)plenty->bytes + 1);
    if (ret_file->bytes == NULL) {
        return SUP_ENOMEM;
    }
    memset(ret_file->bytes, ';', plenty->bytes);
    for (uint32_t i = 50000; i < plenty->bytes; i += 50000) {
        ret_file->bytes[i] = '\n';
    }
    ret_file->bytes[plenty->bytes] = '\0';
    return SUP_OK;
}

static int list(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing)
{
    const struct plenty *plenty = context;
    struct sim__import_entry *entries =
        sim__arena_alloc(arena, (size_t)plenty->entries + 1, sizeof(*entries));
    (void)path;
    for (uint32_t i = 0; entries != NULL && i < plenty->entries; i++) {
        char name[32];
        int length = snprintf(name, sizeof(name), plenty->names, plenty->entries - i);
        entries[i] = (struct sim__import_entry){sim__arena_text(arena, name, (size_t)length),
                                                SIM__FOUND_FILE};
    }
    *ret_listing = (struct sim__import_listing){.entries = entries, .count = plenty->entries};
    return sim__arena_failed(arena) ? SUP_ENOMEM : SUP_OK;
}

/* What is said of it but for the end, that there is no service. */
static void check(struct plenty plenty, const char *wanted)
{
    static const char *const sources[] = {"s.conf"};
    static const char none[] = "rehearse: error: there is no service in what is imported\n";
    const struct sim__import_world world = {&plenty, look, read_file, list};
    const struct sim__import_request request = {.alloc = &sup_allocator_libc,
                                                .world = &world,
                                                .sources = sources,
                                                .source_count = 1,
                                                .from = SIM__IMPORT_SUPERVISORD};
    struct sim__imported imported;
    assert_int_equal(sim__import(&request, &imported), SUP_EINVAL);
    assert_string_equal(sim__text_string(&imported.said), wanted[0] == '\0' ? none : wanted);
    sim__imported_release(&imported);
}

#define ONE "[include]\nfiles=d/*.conf\n"
#define AT "s.conf:2:7: error: "
#define NO_FILE "s.conf:2:7: warning: no file is included by d/*.conf\n"

static void limits__of_files(void **state)
{
    (void)state;
    check((struct plenty){ONE, 19999, 0, "%" PRIu32 ".conf"}, "");
    /* Those that come first by their names are read. */
    check((struct plenty){ONE, 20000, 0, "%05" PRIu32 ".conf"},
          AT "d/20000.conf: more than 20000 files\n");
}

static void limits__of_entries(void **state)
{
    static const char ten[] =
        "[include]\nfiles=d/*.conf d/*.conf d/*.conf d/*.conf d/*.conf d/*.conf "
        "d/*.conf d/*.conf d/*.conf d/*.conf";
    static const char none[] = "rehearse: error: there is no service in what is imported\n";
    char text[256], said[1024] = "";
    (void)state;
    check((struct plenty){ONE, 100001, 0, "x"},
          AT "d: the directory has more than 100000 entries\n" NO_FILE);
    for (int i = 0; i < 10; i++) {
        strcat(said, NO_FILE);
    }
    strcat(said, none);
    check((struct plenty){ten, 100000, 0, "x"}, said);
    (void)snprintf(text, sizeof(text), "%s d/*.conf\n", ten);
    said[strlen(said) - strlen(none)] = '\0';
    strcat(said, AT "d: more than 1000000 entries of directories were looked at\n" NO_FILE);
    check((struct plenty){text, 100000, 0, "x"}, said);
}

#define MIB (UINT32_C(1) << 20)

static void limits__of_bytes(void **state)
{
    static const char configuration[] = "[include]\nfiles=d/*.conf";
    (void)state;
    check((struct plenty){ONE, 1, 4 * MIB, "%" PRIu32 ".conf"}, "");
    check((struct plenty){ONE, 1, 4 * MIB + 1, "%" PRIu32 ".conf"},
          AT "d/1.conf: the file is larger than 4 MiB\n");
    /* All together, this one's few included. */
    const uint32_t all = 64 * MIB - (uint32_t)strlen(configuration);
    assert_int_equal(all % 20, 0);
    check((struct plenty){configuration, 20, all / 20, "%" PRIu32 ".conf"}, "");
    check((struct plenty){configuration, 20, all / 20 + 1, "%02" PRIu32 ".conf"},
          AT "d/20.conf: all files together are larger than 64 MiB\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits__of_files),
        cmocka_unit_test(limits__of_entries),
        cmocka_unit_test(limits__of_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

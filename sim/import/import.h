/* What the files of other service managers say, as a scenario.
 *
 * Each source is a file or a directory of one system: its units, its configuration, its
 * manifests. What is read of them is their restart policy, in the words of that system, for
 * `preset:`; what cannot be carried over is a warning, at its place in the source and as a
 * comment in the scenario. The same sources give the same bytes, whatever is installed here.
 *
 * Sources are hostile: every size, count and depth has a limit below, which is an error that
 * names file and line. Files are read through `struct sim__import_world`, so that a test or a
 * fuzzer can stand in for a disk. Time is linear in the bytes read, but for sorting names.
 */
#ifndef SIM_IMPORT_IMPORT_H
#define SIM_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/text.h"
#include "sim/scenario/file.h"
#include "sim/scenario/variants.h"
#include "sup/alloc.h"
#include "sup/time.h"

#define SIM__IMPORT_FILE_BYTES_MAX (4u << 20)
#define SIM__IMPORT_BYTES_MAX (64u << 20) /* of all files together */
#define SIM__IMPORT_FILES_MAX 20000u
#define SIM__IMPORT_ENTRIES_MAX 100000u /* of one directory */
#define SIM__IMPORT_LISTED_MAX 1000000u /* of all directories that are looked into */
#define SIM__IMPORT_SERVICES_MAX 10000u
#define SIM__IMPORT_COUNTED_MAX 100000u /* services with their counts */
#define SIM__IMPORT_SAID_MAX 10000u     /* warnings, and errors; the rest is counted */
#define SIM__IMPORT_WORDS_MAX 1000u     /* of one list */

/* X(ID, "name"): the kinds of sources. */
#define SIM__IMPORT_KINDS(X) \
    X(SYSTEMD, "systemd") \
    X(SUPERVISORD, "supervisord") \
    X(COMPOSE, "compose") X(KUBERNETES, "kubernetes") X(S6, "s6") X(RUNIT, "runit") X(OTP, "otp")
/* What a directory has none of in which there is nothing to import; and what then is to be done. */
#define SIM__IMPORT_NO_SOURCE \
    "no systemd unit (*.service), no service directory of s6 or runit (one with a file `run`) " \
    "and no " SIM__IMPORT_SUPERVISORD_FILE \
    "; name a file, with --from where it does not show its kind: " SIM__IMPORT_LIST
#define SIM__IMPORT_SUPERVISORD_FILE "supervisord.conf"
#define SIM__IMPORT_LIST "systemd, supervisord, compose, kubernetes, s6, runit, otp"

enum sim__import_kind {
#define SIM__X(id, name) SIM__IMPORT_##id,
    SIM__IMPORT_KINDS(SIM__X)
#undef SIM__X
        SIM__IMPORT_KIND_COUNT
};

/* The name of a kind. */
const char *sim__import_kind_name(enum sim__import_kind kind);
/* The kind of that name, or SIM__IMPORT_KIND_COUNT. */
enum sim__import_kind sim__import_kind_find(const char *name);

/* What kind of source a file is, by its name and by what is in it, NUL-terminated;
 * SIM__IMPORT_KIND_COUNT where nothing tells. */
enum sim__import_kind sim__import_kind_of_file(const char *path, const char *bytes);
/* Whether it is a scenario, NUL-terminated. */
bool sim__import_is_scenario(const char *bytes);

/* ---- where files are ---- */

enum sim__import_found {
    SIM__FOUND_NOTHING,
    SIM__FOUND_FILE, /* or what else can be read */
    SIM__FOUND_DIRECTORY,
    /* In a directory: */
    SIM__FOUND_ALIAS, /* a link to what is there under another name */
    SIM__FOUND_MASK,  /* a link to nothing that holds bytes, as to /dev/null */
};

enum sim__import_trust { SIM__TRUST_NAMED, SIM__TRUST_FOUND };

struct sim__import_entry {
    const char *name;
    enum sim__import_found found;
};

struct sim__import_listing {
    struct sim__import_entry *entries; /* from the arena */
    uint32_t count;
    const char *why; /* it cannot be read; NULL: it can */
};

struct sim__import_world {
    void *context;
    enum sim__import_found (*look)(void *context, const char *path);
    /* As sim__file_read, or, of what was found only, as sim__file_read_regular. */
    int (*read)(void *context, const char *path, enum sim__import_trust trust,
                struct sim__file *ret_file, const char **ret_why);
    /* The entries that are not hidden, in any order, at most SIM__IMPORT_ENTRIES_MAX + 1. 0;
     * SUP_EINVAL, and why; SUP_ENOMEM. */
    int (*list)(void *context, const char *path, struct sim_arena *arena,
                struct sim__import_listing *ret_listing);
};

/* The files of this machine; "-" is standard input. */
extern const struct sim__import_world sim__import_disk;

/* ---- the import ---- */

/* What happens from an instant on. */
enum sim__import_when {
    SIM__WHEN_NONE,
    SIM__WHEN_FAIL,
    SIM__WHEN_CRASH,
    SIM__WHEN_SUCCEED,
    SIM__WHEN_NEVER_READY,
    SIM__WHEN_NO_BEAT,
};

struct sim__import_failure {
    enum sim__import_when when;
    struct sup_instant at;
    struct sup_duration after; /* of `fail`, `crash` and `succeed` */
};
/* "fail", "fail after 900ms", "never-ready", … NULL, or why it is none. */
const char *sim__import_when_read(const char *text, struct sim__import_failure *ret_failure);

struct sim__import_request {
    const struct sup_allocator *alloc;
    const struct sim__import_world *world;
    const char *const *sources;
    uint32_t source_count;
    enum sim__import_kind from; /* SIM__IMPORT_KIND_COUNT: as each source looks */
    const struct sim__set *sets;
    uint32_t set_count;
    struct sim__import_failure failure;
};

struct sim__imported {
    struct sim__text scenario;
    struct sim__text said; /* a line a warning or an error */
    uint32_t services;
    uint64_t warnings;
    uint64_t errors;
};

/* 0; SUP_EINVAL, when `errors` were said and there is no scenario; SUP_ENOMEM.
 * sim__imported_release in every case. */
int sim__import(const struct sim__import_request *request,
                struct sim__imported *ret_imported) SUP_WARN_UNUSED;
void sim__imported_release(struct sim__imported *imported);

/* ---- for who takes scenarios, too ---- */

/* What a directory is. */
enum sim__import_whole {
    SIM__WHOLE_NOTHING, /* no source: each file in it is what it is */
    SIM__WHOLE_SOURCE,
    SIM__WHOLE_BOTH, /* units or service directories with scenarios beside them */
    SIM__WHOLE_LAST, /* a source, where there are no scenarios below it */
};
/* As an import would take it. 0 or SUP_ENOMEM. */
int sim__import_whole(const struct sim__import_request *request, const char *path,
                      enum sim__import_whole *ret_whole) SUP_WARN_UNUSED;
/* Whether a path of --set names a parameter of a preset, and no place in a scenario. */
bool sim__import_sets_parameter(const char *path);

#endif

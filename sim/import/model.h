/* What an import has read so far: services with their settings, groups, and what was said. */
#ifndef SIM_IMPORT_MODEL_H
#define SIM_IMPORT_MODEL_H

#include <stdarg.h>

#include "import.h"
#include "sim/base/table.h"

/* A place in a source; line 0: the file as a whole. */
struct sim__spot {
    const char *file;
    uint32_t line;
    uint32_t column;
};

/* A parameter of a preset, or a key beside it. */
struct sim__setting {
    const char *key;
    const char *value; /* as YAML */
    struct sim__spot spot;
    const char *remark; /* NULL: the place says all */
    struct sim__setting *next;
};

struct sim__settings {
    struct sim__setting *first;
    struct sim__setting **last;
};

/* What a comment says. */
struct sim__remark {
    const char *text;
    struct sim__remark *next;
};

struct sim__remarks {
    struct sim__remark *first;
    struct sim__remark **last;
};

struct sim__imported_service {
    const char *name;
    const char *system; /* its preset */
    struct sim__spot spot;
    struct sim__settings preset;
    struct sim__settings beside;
    struct sim__remarks remarks;
    uint32_t count;           /* 0: the name itself */
    bool reports;             /* says that it is ready */
    struct sup_duration beat; /* what its supervisor waits for a beat; never: it needs none */
    bool finishes;            /* something cleans up after each attempt … */
    uint32_t finish_code;     /* … and ends with that code */
    struct sim__imported_service *next;
};

/* A group of services, or the supervisor itself. */
struct sim__imported_group {
    const char *path;
    struct sim__spot spot;
    struct sim__settings preset; /* of otp */
    struct sim__imported_group *next;
};

/* A value that --set gives. */
struct sim__import_set {
    const char *system; /* NULL: the one that has such a key */
    const char *key;
    const char *value; /* as YAML */
};

struct sim__unit;

struct sim__import {
    const struct sim__import_request *request;
    struct sim__imported *imported;
    struct sim_arena *arena;
    struct sim__import_set *sets;
    uint32_t set_count;
    struct sim__table names;
    struct sim__imported_service *services;
    struct sim__imported_service **last;
    struct sim__imported_group *root; /* NULL: nothing is set of it */
    struct sim__imported_group *groups;
    struct sim__imported_group **last_group;
    struct sim__unit *units; /* of systemd, to be finished when all are known */
    struct sim__unit **last_unit;
    struct sim__remarks remarks; /* of no service */
    uint64_t bytes;              /* read so far */
    uint32_t files;
    uint64_t listed; /* entries of directories */
};

/* ---- what is said; notes.c ---- */

/* `service` may be NULL; else the warning is a comment of it too. */
__attribute__((format(printf, 4, 5))) void sim__import_warn(struct sim__import *import,
                                                            struct sim__imported_service *service,
                                                            struct sim__spot spot,
                                                            const char *format, ...);
__attribute__((format(printf, 3, 4))) void
sim__import_refuse(struct sim__import *import, struct sim__spot spot, const char *format, ...);
/* A comment alone. */
__attribute__((format(printf, 3, 4))) void sim__import_remark(struct sim__import *import,
                                                              struct sim__imported_service *service,
                                                              const char *format, ...);
/* "file:line", for comments. */
const char *sim__import_at(struct sim__import *import, struct sim__spot spot);
__attribute__((format(printf, 2, 3))) const char *sim__import_text(struct sim__import *import,
                                                                   const char *format, ...);

/* ---- services; model.c ---- */

/* A service of that name, made fit for one, with that preset; NULL when it cannot be, which has
 * been said. The preset's word is not copied. */
struct sim__imported_service *sim__import_add(struct sim__import *import, const char *system,
                                              const char *name, struct sim__spot spot);
/* A group of that path, which is not copied; NULL when there is one, which has been said. */
struct sim__imported_group *sim__import_add_group(struct sim__import *import, const char *path,
                                                  struct sim__spot spot);
/* A part of a group's path: what it may not hold becomes an underscore, and the root's name gets
 * one. */
const char *sim__import_group_part(struct sim__import *import, const char *name);
/* Whether a source has a service that was called so there. */
bool sim__import_has(const struct sim__import *import, const char *name);
/* The key's value is replaced, or the key added. `value` is YAML and not copied. */
void sim__import_put(struct sim__import *import, struct sim__settings *settings, const char *key,
                     const char *value, struct sim__spot spot);
/* As YAML. */
const char *sim__import_duration(struct sim__import *import, struct sup_duration length);
/* Whether the names of counted services are free; what is not, is said. */
void sim__import_check_counts(struct sim__import *import);

/* ---- --set; sets.c ---- */

/* Says what is wrong with them. */
void sim__import_sets_read(struct sim__import *import);
/* The value for the preset's parameter, as YAML; NULL: none is given. */
const char *sim__import_set_for(const struct sim__import *import, const char *system,
                                const char *key);
/* Once all is read: into the services, and what none of them takes is said. */
void sim__import_sets_apply(struct sim__import *import);

/* ---- files; sources.c ---- */

/* A file's bytes, in the arena, NUL behind them; NULL when something is wrong, which has been
 * said at `from`, the place that led to it, or, where that has no file since the file was named
 * as a source, as of the file itself. */
const char *sim__import_read(struct sim__import *import, const char *path, struct sim__spot from,
                             size_t *ret_length);
/* The entries of a directory, by name; NULL and 0 when something is wrong, as above. */
struct sim__import_entry *sim__import_list(struct sim__import *import, const char *path,
                                           struct sim__spot from, uint32_t *ret_count);
/* "directory/name" */
const char *sim__import_join(struct sim__import *import, const char *directory, const char *name);
const char *sim__import_base(const char *path);
bool sim__import_ends(const char *name, const char *end);

/* ---- kinds of sources; kinds.c ---- */

enum sim__import_kind sim__import_kind_of_directory(const struct sim__import_entry *entries,
                                                    uint32_t count);
bool sim__import_is_yaml(const char *name);

/* ---- the readers of each kind ---- */

/* A source of systemd: a unit, also an instance of a template beside it, or what `systemctl show`
 * printed; `bytes` is NULL when there is no file of that name. */
void sim__import_systemd(struct sim__import *import, const char *path, const char *bytes,
                         size_t length);
/* The units of a directory. */
void sim__import_systemd_directory(struct sim__import *import, const char *path,
                                   const struct sim__import_entry *entries, uint32_t count);
/* When all are known. */
void sim__import_systemd_finish(struct sim__import *import);

/* A supervisord.conf; a compose.yaml; manifests of Kubernetes. */
void sim__import_supervisord(struct sim__import *import, const char *path, const char *bytes,
                             size_t length);
void sim__import_compose(struct sim__import *import, const char *path, const char *bytes,
                         size_t length);
void sim__import_kubernetes(struct sim__import *import, const char *path, const char *bytes,
                            size_t length);

/* Whether a directory is a service directory of s6 or runit, or has some. */
bool sim__import_has_services(struct sim__import *import, const char *path,
                              const struct sim__import_entry *entries, uint32_t count);
void sim__import_services(struct sim__import *import, const char *path,
                          const struct sim__import_entry *entries, uint32_t count);

/* Terms of Erlang/OTP. */
void sim__import_otp(struct sim__import *import, const char *path, const char *bytes,
                     size_t length);

/* ---- the scenario; scenario.c ---- */

void sim__import_write(const struct sim__import *import, struct sim__text *text);

/* ---- what is written can be read; verify.c ---- */

void sim__import_verify(struct sim__import *import);

#endif

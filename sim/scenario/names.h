/* The names a file knows: its services, those it may spawn, its groups; and
 * every place that refers to one, looked up when all have been read.
 */
#ifndef SIM_SCENARIO_NAMES_H
#define SIM_SCENARIO_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "node.h"
#include "sim/scenario.h"
#include "sim/base/table.h"

struct sim__reader;

#define SIM__ROOT_GROUP "runtime"

/* Spaces of the table of services: names that stand alone, and stems. */
enum { SIM__NAMES_SINGLE, SIM__NAMES_COUNTED };

struct sim__known {
    const char *name;
    uint32_t count;            /* 0: the name itself; else name-0 … name-(count-1) */
    uint32_t own_count;        /* the same by entries of `services` alone */
    bool own;                  /* an entry of `services` declares it, not only a spawn */
    struct sim_place place;    /* where it is declared, with the greatest count */
    uint64_t each_bytes;       /* one of its registrations takes in a run, at most */
    uint64_t acted_bytes;      /* what acts its scripts, of all declarations together */
    struct sim_place heaviest; /* the declaration that takes most */
    struct sim__known *next;
};

enum sim__origin { SIM__FROM_SERVICES, SIM__FROM_SPAWN };

struct sim__declaration {
    const struct sim_service *service;
    uint32_t depth;       /* of the blocks of its script */
    uint64_t stack_bytes; /* of its task's coroutine */
    enum sim__origin origin;
    struct sim_place place;
};

enum sim__reference_kind {
    SIM__REF_TARGET,  /* a name or a glob */
    SIM__REF_SERVICE, /* a name */
    SIM__REF_GROUP,
};

struct sim__reference {
    enum sim__reference_kind kind;
    struct sim_place place;
    const char *text;
    struct sim__reference *next;
};

struct sim__names {
    struct sim_arena *arena;
    struct sim__table services;
    struct sim__table groups;     /* full paths without "runtime." */
    struct sim__table conditions; /* values: their places, from 1 */
    bool conditions_in_doubt;     /* some could not be read, or all */
    struct sim__table globs;      /* patterns found to match something */
    struct sim__known *first, **last;
    struct sim__known *first_group, **last_group;
    struct sim__reference *first_reference, **last_reference;
    bool finishes;        /* the end of some attempt may wait */
    bool lags;            /* some service has a lag */
    uint64_t total;       /* names of services, counts expanded; some perhaps twice */
    uint32_t group_count; /* the root excepted */
    uint64_t glob_work;   /* spent on matching so far */
    const struct sup_policy *last_policy; /* declared */
};

void sim__names_init(struct sim__names *names, struct sim_arena *arena, uint64_t seed);

/* [A-Za-z0-9_.-]+ of at most SUP_NAME_MAX bytes; diagnosed. */
bool sim__read_name(struct sim__reader *reader, const struct sim__node *node,
                    const char **ret_name);
/* The state of a condition: a word that is written as a name is. */
bool sim__read_state(struct sim__reader *reader, const struct sim__node *node,
                     const char **ret_state);
/* A pattern: a name that may hold * and ?. */
bool sim__read_pattern(struct sim__reader *reader, const struct sim__node *node,
                       const char **ret_pattern);
/* A dotted path without empty parts. */
bool sim__read_group_path(struct sim__reader *reader, const struct sim__node *node,
                          const char **ret_path);

/* What is wrong with a name; NULL: nothing. */
enum sim__form { SIM__FORM_NAME, SIM__FORM_PATTERN };
const char *sim__name_mistake(const char *text, uint32_t length, enum sim__form form);

/* Declares a service. A second one of the same name in `services` is diagnosed
 * unless the supervisor replaces. */
void sim__declare_service(struct sim__reader *reader, const struct sim__declaration *declared);
/* Whether a service of the file, or one that it may spawn, has this very name. */
bool sim__names_service(const struct sim__names *names, const char *name);
/* How many names the glob may match, at most; `total` when that would take long. */
uint64_t sim__names_matching(struct sim__names *names, const char *glob);
/* Diagnoses more names of services than there may be, when all are known. */
void sim__names_count(struct sim__reader *reader);
/* Declares a group and its ancestors. */
void sim__declare_group(struct sim__reader *reader, const char *path, struct sim_place place);
/* The same with a policy of its own; false when it has got one already. */
bool sim__declare_group_policy(struct sim__reader *reader, const struct sim_group *group,
                               struct sim_place place);
/* The policy of a group that has one, or of the root: "" or NULL. */
const struct sup_group_policy *sim__group_policy(const struct sim__reader *reader,
                                                 const char *path);
/* "runtime.a.b" and "a.b" are one; "" is the root. */
const char *sim__without_root(const char *path);
/* "a.b" as the trace writes it, "runtime.a.b". NULL when out of memory. */
const char *sim__full_path(struct sim_arena *arena, const char *path);
void sim__refer(struct sim__reader *reader, enum sim__reference_kind kind, struct sim_place place,
                const char *text);
/* Looks every reference up. */
void sim__names_resolve(struct sim__reader *reader);

#endif

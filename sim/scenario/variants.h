/* `vary` and `--set`: what is laid over the tree of a file before a scenario is made of it.
 */
#ifndef SIM_SCENARIO_VARIANTS_H
#define SIM_SCENARIO_VARIANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "node.h"
#include "sim/scenario.h"

struct sim__document;
struct sim__reader;

#define SIM__VARIANTS_MAX 10000u
#define SIM__PATH_KEYS_MAX 16u
#define SIM__LABEL_BYTES_MAX 4096u

/* `defaults.backoff.base`, taken apart. */
struct sim__path {
    const char *text; /* as written */
    const char *keys[SIM__PATH_KEYS_MAX];
    uint32_t count;
    struct sim_place place;
};

/* A key of `vary`, or one that is set from outside, which has one value. */
struct sim__axis {
    struct sim__path path;
    struct sim__node **values;
    const char **labels; /* the values as text, each once */
    uint32_t count;
};

struct sim__variants {
    struct sim__axis *axes; /* of the file, the first varies slowest */
    uint32_t axis_count;
    struct sim__axis *sets; /* from outside, those of the file's own keys left out */
    uint32_t set_count;
    uint32_t count; /* of combinations, at least 1 */
    struct sim_place place;
};

/* `PATH=VALUE` from outside; sets are given with the reading. */
struct sim__set {
    const char *path;
    const char *value; /* YAML */
};

/* Reads the `vary` of the document's tree, and what is set from outside. False after
 * diagnostics or without memory. */
bool sim__variants_read(struct sim__document *document);
/* Which value of the axis a combination has. */
uint32_t sim__variants_at(const struct sim__variants *variants, uint32_t combination,
                          uint32_t axis);
/* The tree with a combination's values in their places; the tree itself stays as it is.
 * SIM__AS_WRITTEN: only what is set from outside. NULL: out of memory. */
#define SIM__AS_WRITTEN UINT32_MAX
struct sim__node *sim__variants_apply(const struct sim__document *document, struct sim_arena *arena,
                                      uint32_t combination);
/* Names the scenario after its combination. */
void sim__variants_name(const struct sim__document *document, uint32_t combination,
                        struct sim_scenario *scenario);
/* Whether two paths are the same, however they are quoted. */
bool sim__path_same(const struct sim__path *a, const struct sim__path *b);
/* Takes a path apart; what is wrong with it, or NULL. Its keys come from the arena. */
const char *sim__path_take(struct sim_arena *arena, const char *text, struct sim__path *ret_path);

#endif

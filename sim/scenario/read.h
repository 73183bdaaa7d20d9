/* The reader with an allocator of the caller's, for tests that make it fail. */
#ifndef SIM_SCENARIO_READ_H
#define SIM_SCENARIO_READ_H

#include "diagnostic.h"
#include "file.h"
#include "sim/scenario.h"
#include "sup/alloc.h"
#include "variants.h"

/* The model and what is needed to make it come from `alloc`, which must outlive the
 * scenario; what the YAML parser allocates, and the text of the diagnostics, do not. */
struct sim__reading {
    const struct sup_allocator *alloc;
    const char *bytes;
    size_t length;
    const struct sim__node *tree; /* NULL, or taken in place of the bytes; see tree.h */
    const char *file;
    const struct sim_limits *limits; /* NULL: the defaults */
    struct sim__told_list *told;     /* NULL, or filled with the diagnostics; all zeros before */
    const char *path;                /* that files are included from; NULL: they cannot be */
    struct sim__identity identity;   /* of the file at the path */
    /* A scenario, as text, that a file which only shares is laid over, so that it is one; NULL:
     * such a file is an error. */
    const char *under;
    /* What is set from outside, and the values of varied keys that are asked for. */
    const struct sim__set *sets;
    uint32_t set_count;
    const struct sim__set *chosen;
    uint32_t chosen_count;
    /* Takes the scenario of each combination over, in their order; false: out of memory, and
     * it is not taken. NULL: the one scenario without anything varied is returned. */
    bool (*take)(void *context, struct sim_scenario *scenario);
    void *context;
    const char *preset_mode; /* of all presets; NULL: as the file has it */
    bool explains;           /* services keep in plain words what their keys come to */
    bool realistic;          /* each scenario has its twin, whose presets are as late as they are */
};

/* As sim_scenario_read. */
int sim__scenario_read(const struct sim__reading *reading, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

/* The file at the path; of the reading, what says how is used. 0, SUP_EINVAL, SUP_ENOMEM. */
int sim__scenarios_load(const char *path, const struct sim__reading *how,
                        struct sim_diagnostics *ret_diagnostics,
                        struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

/* The same of what has been read of it. */
int sim__scenarios_read(const char *path, const struct sim__file *file,
                        const struct sim__reading *how, struct sim_diagnostics *ret_diagnostics,
                        struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

/* As sim_scenario_load_within, with the diagnostics one by one; `told` may be NULL. */
int sim__scenario_load(const char *path, const struct sim_limits *limits,
                       struct sim__told_list *told, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

#endif

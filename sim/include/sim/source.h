/* The texts that a scenario is made from, and how large they may be.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_SOURCE_H
#define SIM_SOURCE_H

#include <stddef.h>
#include <stdint.h>

/* Limits of a file; passing one is an error with its place. */
#define SIM_FILE_BYTES_MAX (16u << 20)
#define SIM_DEPTH_MAX 48
#define SIM_SERVICES_MAX 1000000u /* names ever registered, `count` expanded */
#define SIM_GROUPS_MAX 100000u    /* the root and those on the way to others included */
#define SIM_NODES_MAX 2000000u
#define SIM_MEASURES_MAX 1000u

#define SIM_INCLUDED_MAX 32u     /* files that one may include, all together */
#define SIM_INCLUDE_DEPTH_MAX 8u /* of files that include files */

/* A text that a scenario is made from. */
struct sim_source {
    const char *name;  /* for messages: the path by which it was reached */
    const char *bytes; /* NUL-terminated; "" of one that is too long to be read */
    size_t length;
};

#endif

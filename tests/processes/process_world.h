/* A world for tests of processes: a host, a supervisor and the process executor, a
 * log of every event as one short line, and waits that end with what is awaited.
 *
 *   a attempt-ended #1 failed 'exit code 3'
 *
 * Nothing waits for a fixed time: world_until turns the loop until a condition
 * holds, and fails the test when that takes longer than a bound which is far
 * above anything that a loaded machine needs.
 */
#ifndef PROCESS_WORLD_H
#define PROCESS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sup/host.h"
#include "sup/processes.h"
#include "sup/sup.h"

#define WORLD_BOUND_SECONDS 60
#define MS UINT64_C(1000000)

struct world {
    struct sup_host_config host_config; /* to be changed before world_open */
    struct sup_processes_config config;
    struct sup_host *host;
    struct sup *sup;
    struct sup_processes *processes;
    char *log; /* lines, each "\n" before and after */
    size_t log_length;
    char *output; /* everything that kept output handed on, NUL-terminated */
    size_t output_length;
    int descriptors; /* open before */
    int children;
};

/* The defaults, which a test may change before it opens the world. */
void world_init(struct world *world);
void world_open(struct world *world);
/* Keeps no log from here on. */
void world_quiet(struct world *world);
/* The same with an executor of the test's own, which stands before world->processes. */
void world_open_with(struct world *world, struct sup_executor executor);
/* Drains, frees everything, and checks that no child and no descriptor is left. */
void world_close(struct world *world);
/* Its parts, for a test that frees the executor itself in between. */
void world_drain(struct world *world);
void world_release(struct world *world);

/* Spawns a service; policy NULL: never restarted. */
void world_spawn(struct world *world, const char *name, const struct sup_process_spec *spec,
                 const struct sup_policy *policy);
/* A spec that runs a line of shell, or this program with `--child MODE`. argv has room
 * for WORLD_ARGV entries; the texts must stay valid. */
struct sup_process_spec world_shell(const char *line, const char **argv);
struct sup_process_spec world_self(const char *mode, const char **argv);
#define WORLD_ARGV 8

/* Turns the loop until the log holds the line, or part of one. */
void world_await(struct world *world, const char *line);
/* The same until it holds it so many times. */
void world_await_count(struct world *world, const char *line, uint32_t count);
void world_until(struct world *world, bool (*holds)(struct world *world, const void *argument),
                 const void *argument);
bool world_logged(const struct world *world, const char *line);
uint32_t world_count(const struct world *world, const char *line);
/* The lines of one service. */
void world_story(const struct world *world, const char *service, const char *expected);

struct sup_snapshot world_look(struct world *world, const char *service);
int world_pid(struct world *world, const char *service);
void world_command(struct world *world, enum sup_command command, const char *service);

/* Never restarted, and with patience when it is stopped. */
struct sup_policy world_never(void);

/* Open descriptors and children of this process. */
int count_descriptors(void);
int count_children(void);
/* Does the process exist, as anything but a zombie? */
bool process_runs(int pid);

#endif

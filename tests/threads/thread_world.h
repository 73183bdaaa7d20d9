/* A world for tests of real threads: a host with a thread executor, turned by the
 * test's own thread, on which alone is asserted. Every wait is for something that has
 * to happen and gives up after a long while; nothing is asserted about how long
 * anything took, only about its order.
 */
#ifndef THREAD_WORLD_H
#define THREAD_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sup/sup.h"
#include "sup/host.h"
#include "sup/threads.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define PATIENCE_SECONDS 180u /* valgrind is slow */

struct thread_world {
    struct sup_host *host;
    struct sup *sup;
    struct sup_threads *threads;
    char *story; /* the events, "a attempt-ended failed;" each */
    size_t story_length;
    size_t story_size;
};

extern const struct sup_actor thread_actor;

/* config NULL takes the defaults. */
void thread_world_open(struct thread_world *world, const struct sup_threads_config *config);
void thread_world_open_host(struct thread_world *world, const struct sup_threads_config *config,
                            const struct sup_host_config *host);
/* Frees everything; nothing may be left running. */
void thread_world_close(struct thread_world *world);

/* A policy whose waits are short. */
struct sup_policy thread_policy(enum sup_restart restart);
void thread_spawn(struct thread_world *world, const char *name, const struct sup_policy *policy,
                  struct sup_task_spec *work);
void thread_command(struct thread_world *world, enum sup_command command, const char *name);

/* Turns the loop until the service is in the phase, has had so many attempts, or the
 * story holds the text; fails the test when that never comes. */
void thread_until_phase(struct thread_world *world, const char *name, enum sup_phase phase);
void thread_until_attempt(struct thread_world *world, const char *name, uint32_t attempt);
void thread_until_told(struct thread_world *world, const char *text);
void thread_until_drained(struct thread_world *world);
void thread_until_busy(struct thread_world *world, uint32_t count);
/* Turns the loop a few times without waiting. */
void thread_turn(struct thread_world *world);

struct sup_snapshot thread_snapshot(struct thread_world *world, const char *name);
/* Valgrind runs one thread at a time, and that slowly: what is to overlap takes longer
 * there, and is done less often. */
bool thread_under_valgrind(void);
bool thread_under_drd(void);      /* slower by the square of the number of threads */
bool thread_under_faketime(void); /* its clock runs faster, its wake-ups do not */
/* Does the story hold the text? */
bool thread_told(const struct thread_world *world, const char *text);

#endif

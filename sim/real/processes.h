/* Scenario services as child processes.
 *
 * It stands between a supervisor and the process executor: for each attempt it
 * picks the script's item, writes it down for a chaos child (or takes the service's
 * `exec`), and has it spawned. Durations and branches are drawn from the streams
 * that the simulator uses, in the same order, so a script that draws does in real
 * time what it did in virtual time. All calls are made on the loop's thread.
 *
 * What a process can do is less than what a script can say: `refuse` is done here,
 * and `ignore-abort` has no effect, because nothing
 * survives SIGKILL. A service with `exec` follows no script at all.
 */
#ifndef SIM_REAL_PROCESSES_H
#define SIM_REAL_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/attempt/script.h"
#include "sim/scenario.h"
#include "sup/executor.h"
#include "sup/host.h"
#include "sup/processes.h"

struct sim_processes;

struct sim_processes_config {
    uint64_t seed;
    uint64_t speed_billionths; /* of the host's clock; 0: as fast as the system's */
    /* The program that is the chaos child when it is started with its word (see
     * sim/chaos/child.h); NULL: the running program itself. */
    const char *program;
    struct sup_processes_config processes; /* `message` is replaced */
    enum sup_output output;                /* of all children */
    bool keep_programs;                    /* but that of programs (`exec`) is kept */
    /* What an attempt is to do: 0, or a negative code that refuses it, with *ret_error.
     * NULL: the work is of sim__processes_define, whose scripts are followed. */
    int (*prepare)(void *context, const struct sup_start *start,
                   const struct sim_service **ret_service,
                   const struct sim_behaviour **ret_behaviour, const char **ret_error);
    /* NULL, or told of each action that a script's `do` step asks for; the script goes on
     * when it returns. */
    void (*act)(void *context, struct sup_attempt id, const struct sim_action *action);
    void *context;
};

void sim__processes_config_default(struct sim_processes_config *ret_config);
/* As sup_processes_create. */
int sim__processes_create(const struct sim_processes_config *config,
                          struct sim_processes **ret_processes) SUP_WARN_UNUSED;
/* As sup_processes_free: SUP_EBUSY while children live. NULL is allowed. */
int sim__processes_free(struct sim_processes *processes);

struct sup_executor sim__processes_executor(struct sim_processes *processes);
int sim__processes_bind(struct sim_processes *processes, struct sup_host *host) SUP_WARN_UNUSED;
struct sup_processes *sim__processes_inner(struct sim_processes *processes);
/* What `prepare` does when there is none. */
int sim__processes_prepare(const struct sup_start *start, const struct sim_service **ret_service,
                           const struct sim_behaviour **ret_behaviour, const char **ret_error);

/* The work of one registered name, for sup_spec; `service` must outlive it. */
int sim__processes_define(struct sim_processes *processes, const struct sim_service *service,
                          void **ret_work) SUP_WARN_UNUSED;
/* Items of its script that some attempt has followed. */
uint32_t sim__processes_reached(const void *work);

/* Makes the live attempt of a slot end so, and waits until it has: its end is reported
 * when this returns. False when there is none, or one that takes no orders: of a
 * program of `exec` only crashes can be had. The text of a failure cannot be given. */
bool sim__processes_end(struct sim_processes *processes, uint32_t slot, const struct sup_end *end);
/* Makes it report; what it says arrives later. */
bool sim__processes_say(struct sim_processes *processes, uint32_t slot, enum sim_say say);

#endif

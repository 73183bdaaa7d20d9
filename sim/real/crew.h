/* Crews: who acts the attempts of a run in real time.
 *
 * A crew stands behind a host's supervisor as its executor. What the supervisor is
 * given as work are the agents of the simulated executor, which also keep how far
 * each script has come, and refuse what is to be refused; a crew acts the rest, on
 * threads or as processes.
 */
#ifndef SIM_REAL_CREW_H
#define SIM_REAL_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/attempt/script.h"
#include "sup/executor.h"
#include "sup/host.h"

struct sim_agents;
struct sim_engine;

struct sim_crew_kind {
    const char *name;
    bool aborts;              /* it can end an attempt by force */
    bool as_processes;        /* its attempts end by an exit code or a signal */
    uint32_t services_max;    /* that can be started together within the tolerance */
    uint32_t starts_a_second; /* that it has no trouble with */
    /* That a start takes, or an end that an action brings about, on a machine that does
     * nothing else: real time in which the loop does nothing else either. */
    struct sup_duration takes;
    /* 0 or a negative code. The host does not exist yet. */
    int (*create)(struct sim_engine *engine, uint64_t speed_billionths, void **ret_crew);
    struct sup_executor (*executor)(void *crew);
    int (*bind)(void *crew, struct sup_host *host);
    int (*define)(void *crew, const struct sim_agents *agents);
    bool (*end)(void *crew, uint32_t slot, const struct sup_end *end);
    bool (*say)(void *crew, uint32_t slot, enum sim_say say);
    /* NULL, or the last bytes that the attempt's own program wrote, `size` at most; 0: it
     * has none, or they are gone. */
    size_t (*output)(void *crew, struct sup_attempt id, char *buffer, size_t size);
    /* NULL, or ends all that lives, silently: the supervisor is not told. What does not
     * end in time is SUP_EBUSY. */
    int (*halt)(void *crew);
    /* Ends what still lives, and frees the crew; the host still stands, and nobody
     * listens to its supervisor any more. Children that do not end even so keep what is
     * theirs. */
    void (*free)(void *crew);
};

/* ---- what crews share; on the loop's thread ---- */

/* The live attempt of a slot, as the supervisor knows it. */
bool sim__crew_live(const struct sim_engine *engine, uint32_t slot, struct sup_attempt *ret_id);
/* Reports on behalf of the slot's live attempt; false when there is none. */
bool sim__crew_say(const struct sim_engine *engine, uint32_t slot, enum sim_say say);
/* An action that a script has come to; nothing when the run is over. */
void sim__crew_do(struct sim_engine *engine, const struct sup_host *host,
                  const struct sim_action *action);

extern const struct sim_crew_kind sim__crew_threads;
extern const struct sim_crew_kind sim__crew_processes;

#endif

/* What one run came to: plain data that does not depend on the scenario or the
 * process it ran in.
 *
 * Every run, in this process or in a worker, is first written as bytes and then
 * read back, so that one job and many give the same output by construction.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run.h"
#include "words.h"

#define CLI_FAILURES_SHOWN 20u /* kept of one run; the rest is only counted */
#define CLI_SERVICES_SHOWN 8u  /* kept of one failure */

struct cli_failure {
    struct sim_place place;
    struct sup_instant at; /* never: the run's end, or no instant at all */
    const char *expected;
    const char *found;
    const char **services;
    uint32_t service_count;
    const char *events; /* the last trace lines of these services */
};

struct cli_unreached {
    const char *service;
    struct sim_place place;
};

struct cli_written {
    const char *service;
    uint32_t attempt;
    const char *bytes;
    size_t length;
};

struct cli_record {
    uint64_t seed;
    enum sim_verdict verdict;
    enum sim_exit status;
    uint64_t hash;
    uint64_t events;
    uint64_t attempts;
    uint64_t draws;
    struct sup_instant end;
    struct sup_duration wall;
    bool twice;
    struct sup_duration late; /* SIM_LATE: by how much */
    bool skipped;             /* the executor cannot run it: `note` says why */
    const char *note;
    const char *message;
    const char *golden; /* how the trace differs from the kept one; NULL: it does not */
    const char *tail;   /* the last trace lines of a run that failed as a whole */
    struct sup_metrics metrics;
    struct cli_failure *failures; /* room for one more */
    uint32_t failure_count;       /* of those kept */
    uint64_t failure_total;
    struct cli_unreached *unreached;
    uint32_t unreached_count;
    struct cli_written *written; /* what programs wrote; of a run that failed */
    uint32_t written_count;
    uint64_t *measures; /* of the scenario; none when the run did not come to its end */
    uint64_t *moved;    /* how far lateness may have moved each of them */
    uint32_t measure_count;
    const bool *sometimes;
    uint32_t sometimes_count;
    const char **service_storage;
    char *bytes; /* what all texts point into */
};

/* Appends the result as bytes. `failure_events` has a text for each of the first
 * `failure_event_count` failures, trace lines; `tail` may be "". */
struct cli_record_source {
    const struct sim_result *result;
    uint32_t sometimes_count;
    struct sup_duration wall;
    const char *const *failure_events;
    uint32_t failure_event_count;
    const char *tail;
};
void cli_record_write(const struct cli_record_source *source, struct sim__text *bytes);

/* Takes over the bytes (malloc'ed) in every case. 0, SUP_EINVAL when they are
 * not a whole record, SUP_ENOMEM. */
int cli_record_read(char *bytes, size_t length, struct cli_record *ret_record);
void cli_record_release(struct cli_record *record);

#endif

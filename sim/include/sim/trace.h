/* Trace and hash of a run.
 *
 * A trace is JSON Lines: a header, one line for each event, an end line. Keys
 * come in one fixed order, integers in nanoseconds. The hash is 64 bits,
 * rolling over every event with all its set fields in a fixed little-endian
 * encoding (so it is the same on every machine) and, at the end, over the number
 * of random draws. It does not depend on whether anything is written.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/event.h"

SUP_BEGIN_DECLS

struct sim_trace;
struct sup;

/* A line of the trace, with its newline; valid during the call only. */
typedef void (*sim_trace_sink_fn)(void *context, const char *line, size_t length);

struct sim_trace_options {
    bool keep_text;         /* keep the JSON lines in memory */
    bool hash;              /* roll the hash */
    sim_trace_sink_fn sink; /* NULL, or given each line as it is made */
    void *sink_context;
    /* NULL, or the supervisor whose events these are: lines say why those came that tell a
     * decision. It is asked while it tells them. */
    struct sup *sup;
    /* NULL, or what the world of the attempts says of an event of which that one says nothing:
     * NULL for nothing, or words, valid until it is asked again. */
    const char *(*world)(void *context, const struct sup_event *event);
    void *world_context;
};

int sim_trace_create(const struct sim_trace_options *options,
                     struct sim_trace **ret_trace) SUP_WARN_UNUSED;
void sim_trace_free(struct sim_trace *trace);

/* What a trace begins with. */
struct sim_trace_heading {
    const char *scenario;
    const char *variant; /* NULL: none */
    uint64_t seed;
    const char *executor;
};
void sim_trace_begin(struct sim_trace *trace, const struct sim_trace_heading *heading);
/* A sup_event_fn: subscribe it with the trace as context. */
void sim_trace_event(void *trace, const struct sup_event *event);
/* Rolls the draws in and writes the end line. */
void sim_trace_end(struct sim_trace *trace, uint64_t draws, const char *verdict);

/* Of the events so far; once it has ended, of all with the draws. Hashes what is in its block of
 * 4 KiB at most: some thousand instructions, and hardly any once it has ended. */
uint64_t sim_trace_hash(const struct sim_trace *trace);
uint64_t sim_trace_events(const struct sim_trace *trace);
/* The lines so far, NUL-terminated; "" without keep_text. */
const char *sim_trace_text(const struct sim_trace *trace, size_t *ret_length);
/* Out of memory for a line or for keeping them: the trace is incomplete. */
bool sim_trace_failed(const struct sim_trace *trace);

/* One event as a JSON line without the newline; returns the length it needs,
 * as snprintf does. */
size_t sim_event_json(const struct sup_event *event, char *buffer, size_t size);
/* The same as one aligned line of text for people:
 * "1.250s  flaky-cns   attempt-ended  #2 failed: connection refused". */
size_t sim_event_line(const struct sup_event *event, char *buffer, size_t size);

SUP_END_DECLS

#endif

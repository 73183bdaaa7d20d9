/* What a trace keeps of one run for another to be held against.
 *
 * The bytes that the hash is of say everything of an event. So a second run need not be
 * hashed as long as its events have the bytes of the first, one after the other: it has
 * the first one's hash then, and who differs is found at the very event. Only so many bytes
 * are kept; behind them both traces are hashed, and digests now and then tell.
 */
#ifndef SIM_TRACE_RECORD_H
#define SIM_TRACE_RECORD_H

#include "sim/trace.h"

/* Some hundred thousand events; and what a run begins with, enough for most. */
#define SIM__RECORD_BYTES ((size_t)4 << 20)
#define SIM__RECORD_BYTES_FIRST ((size_t)64 << 10)

/* What became of an event. */
enum sim__told {
    SIM__TOLD_ROLLED,  /* into the hash */
    SIM__TOLD_KEPT,    /* its bytes are kept, and hashed at the end */
    SIM__TOLD_HELD,    /* it is the same event as in the run before */
    SIM__TOLD_STRAYED, /* it is another; from here on there is no hash */
};

/* Before the first event: its bytes and those of the next are kept, where there is memory. */
void sim__trace_keep(struct sim_trace *trace);
/* Before the first event: held against one that is over, and stays as it is meanwhile. */
void sim__trace_hold(struct sim_trace *trace, const struct sim_trace *before);
/* As sim_trace_event. */
enum sim__told sim__trace_tell(struct sim_trace *trace, const struct sup_event *event);

/* As sim_trace_hash, of one that has not ended. Of events that are rolled it costs less to ask
 * again and again, some 300 instructions. */
uint64_t sim__trace_digest(struct sim_trace *trace);
/* Once it has ended: the hash of its events alone where they were rolled, else 0. */
uint64_t sim__trace_events_hash(const struct sim_trace *trace);

#endif

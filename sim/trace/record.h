/* What a trace keeps of one run for another to be held against.
 *
 * The bytes that the hash rolls over say everything of an event. So a second run need not
 * be hashed as long as its events have the bytes of the first, one after the other: it has
 * the first one's hash then, and who differs is found at the very event. Only so many bytes
 * are kept; behind them both traces roll, and their hashes tell.
 */
#ifndef SIM_TRACE_RECORD_H
#define SIM_TRACE_RECORD_H

#include "sim/trace.h"

#define SIM__RECORD_BYTES ((size_t)112 << 10)

/* What became of an event. */
enum sim__told {
    SIM__TOLD_ROLLED,  /* into the hash */
    SIM__TOLD_KEPT,    /* the same, and its bytes are kept */
    SIM__TOLD_HELD,    /* it is the same event as in the run before */
    SIM__TOLD_STRAYED, /* it is another; from here on there is no hash */
};

/* Before the first event: its bytes and those of the next are kept, where there is memory. */
void sim__trace_keep(struct sim_trace *trace);
/* Before the first event: held against one that is over, and stays as it is meanwhile. */
void sim__trace_hold(struct sim_trace *trace, const struct sim_trace *before);
/* As sim_trace_event. */
enum sim__told sim__trace_tell(struct sim_trace *trace, const struct sup_event *event);

#endif

/* Which runs a trace holds, and where: what is needed to put those of two traces side by
 * side, whatever their order. */
#ifndef CLI_TRACE_INDEX_H
#define CLI_TRACE_INDEX_H

#include "trace_file.h"

#define CLI_NO_PARTNER UINT32_MAX

struct cli_trace_run {
    uint64_t key;     /* of scenario, variant and seed */
    uint64_t at;      /* of its first line */
    uint64_t end;     /* behind its last */
    uint64_t number;  /* lines before its first */
    uint32_t order;   /* in its trace */
    uint32_t partner; /* its place in the other index */
};

struct cli_trace_index {
    struct cli_trace_run *runs;
    uint32_t count;
    uint32_t room;
};

/* Reads the whole trace; every line is checked. False, and a message on stderr, when it
 * is none. cli_trace_index_release in every case. */
bool cli_trace_index_read(struct cli_trace_file *trace, struct cli_trace_index *ret_index);
/* Pairs the runs of the same scenario, variant and seed, the first with the first where
 * there are several. Two traces of one run each are a pair whatever they are called.
 * False without memory. */
bool cli_trace_index_pair(struct cli_trace_index *a, struct cli_trace_index *b);
void cli_trace_index_release(struct cli_trace_index *index);

/* " of 'name [variant]' (seed 7)", for a header. */
void cli_trace_run_name(const struct sim__json *header, struct sim__text *text);

#endif

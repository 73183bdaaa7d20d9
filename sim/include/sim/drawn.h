/* Durations and instants of a scenario file that are fixed or drawn. A part of the
 * scenario's model, <sim/scenario.h>.
 */
#ifndef SIM_DRAWN_H
#define SIM_DRAWN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/words.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

/* A duration that a script takes: fixed, or drawn from the service's stream. */
enum sim_draw_kind {
    SIM_DRAW_FIXED,
#define SIM__X(id, name) SIM_DRAW_##id,
    SIM_DRAW_LIST(SIM__X)
#undef SIM__X
};

struct sim_draw {
    enum sim_draw_kind kind;
    uint32_t pick_count;     /* pick: of the values; else 0 */
    struct sup_duration low; /* fixed: the value; uniform: low end; exp: the mean */
    union {
        struct sup_duration high;   /* uniform: high end, inclusive; fixed, exp: 0 */
        struct sup_duration *picks; /* pick */
    };
};

/* An instant of the timeline that is left open: drawn, or one of several ways, each as
 * likely, of which each may be left open again. */
struct sim_open_instant {
    struct sim_draw draw;          /* when there are no ways */
    struct sim_open_instant *ways; /* any */
    uint32_t way_count;
};

/* When an action of the timeline is due whose instants are drawn: `at` or `from` and
 * `to` once, `every` anew for each period. A fixed one among them is a fixed draw. */
struct sim_timing {
    bool has_first; /* `every` without `from`: the first time is one period after 0 */
    struct sim_open_instant first; /* at, or from */
    struct sim_draw every;
    struct sim_open_instant to; /* never when not given */
};

SUP_END_DECLS

#endif

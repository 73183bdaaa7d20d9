/* Planted streams: stories of made-up events for the invariant checker, written
 * as text.
 *
 * A story is a list of statements, divided by `;`:
 *
 *   +10ms  @1s                            time passes; it is so late
 *   gap                                   an event was lost
 *   stalled                               from here on things may be late
 *   announce a      refused a             as the run does around a registration
 *   settle          end                   as after a step, and after the run
 *   a registered [GENERATION]             a starts [ATTEMPT]
 *   a ended OUTCOME [ATTEMPT]             a waits DELAY STREAK
 *   a ended OUTCOME [code=N] [signal=N] [exit=OUTCOME] [finish=N]
 *   a finishing [ATTEMPT]
 *   a opened COUNT LIMIT [COOLDOWN]       a exhausted COUNT LIMIT THEN
 *   a terminated REASON                   a late ATTEMPT [exit] [GENERATION]
 *   a command NAME [idempotent|refused|limited]   a WORD: any other event, without fields
 *   group PATH command NAME               group PATH WORD
 *   group PATH exhausted COUNT LIMIT      shutdown [TIMEOUT]
 *   drained TOOK EXITED GRACEFUL ABORTED ABANDONED
 *
 * ATTEMPT and GENERATION are, when not given, those that are due. `begins` is
 * `registered` and `starts`. Names are services of the world, or nobody's.
 */
#ifndef TESTS_PLANTED_H
#define TESTS_PLANTED_H

#include "reading.h"
#include "sim/invariant.h"

struct planted {
    const char *name;
    const char *world; /* services, groups and spawns, as in a scenario; NULL: a and b */
    const char *story; /* breaks nothing */
    const char *fault; /* after it: its last statement breaks something, and none before */
    const char *invariant;
    const char *text; /* the sentence, from behind the event's name */
    const char *fine; /* in place of the fault: breaks nothing */
};

/* Plays each case twice, with its fault, if there is one, and without. */
void assert_planted(const struct planted *cases, size_t count);

/* One stream, to be looked at in between. */
struct stream;
struct stream *stream_open(const char *world);
void stream_play(struct stream *stream, const char *story);
struct sim_invariants *stream_invariants(struct stream *stream);
void stream_close(struct stream *stream);

#endif

/* Trace lines as aligned lines for people:
 *
 *      0s  bad-data   attempt-started     #1
 *          bad-data   attempt-ended       #1 failed: failed
 *          bad-data   backing-off         10ms, streak 1: failed
 *    10ms  bad-data   attempt-started     #2
 *
 * Events keep the names that a scenario file uses for them; a time is written
 * once for all that happened in its instant.
 */
#ifndef CLI_TIMELINE_H
#define CLI_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/json_object.h"
#include "sim/scenario.h"
#include "style.h"
#include "words.h"

/* Widths of the first two columns, measured over the lines to be shown. */
struct cli_columns {
    size_t time;
    size_t who;
};

/* All events of the trace, each indented by `indent` spaces. */
void cli_timeline(struct sim__text *text, const struct cli_style *style, const char *trace,
                  size_t length, size_t indent);

/* The widths that this scenario's events will mostly need. */
void cli_timeline_expect(struct cli_columns *columns, const struct sim_scenario *scenario);
/* Widens the columns where the event needs it. */
void cli_timeline_measure(struct cli_columns *columns, const struct sim__json *line);
/* Whether it is an event. */
bool cli_timeline_reads(const char *line, size_t length, struct sim__json *ret_json);
/* One event without its newline; its instant is not said again. */
enum cli_instant { CLI_INSTANT_NEW, CLI_INSTANT_REPEATED };
void cli_timeline_event(struct sim__text *text, const struct cli_style *style,
                        const struct cli_columns *columns, const struct sim__json *line,
                        enum cli_instant instant);

/* What its members say, in words: "#2 failed: connection refused", without why it came. */
void cli_timeline_detail(struct sim__text *text, const struct sim__json *line);

/* The last `limit` events up to `until` that concern one of the services (of
 * all when there are none), appended as trace lines. */
struct cli_last {
    const char *const *services;
    uint32_t service_count;
    struct sup_instant until;
    uint32_t limit;
};
void cli_timeline_last(struct sim__text *lines, const char *trace, size_t length,
                       const struct cli_last *last);

/* Goes through lines: the next one, without its newline; false at the end. */
bool cli_line_next(const char *text, size_t length, size_t *at, const char **ret_line,
                   size_t *ret_length);

#endif

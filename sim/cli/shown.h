/* Which events the timeline of `run -v` shows: those of some services, of some kinds, of a
 * span of time. All that is given has to fit; what is not given lets everything pass. */
#ifndef CLI_SHOWN_H
#define CLI_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/json_object.h"
#include "sup/time.h"

struct cli_shown {
    const char **services; /* targets, as they were written: names and globs, with commas */
    uint32_t service_count;
    const char **events; /* names of events, with commas */
    uint32_t event_count;
    bool has_from;
    bool has_to;
    struct sup_instant from; /* both ends included */
    struct sup_instant to;
};

/* NULL, or why what was written is no target, or no list of events. */
const char *cli_shown_target_mistake(const char *text);
const char *cli_shown_event_mistake(const char *text);

/* Whether anything is left out. */
bool cli_shown_chooses(const struct cli_shown *shown);
/* Whether the event of this line of a trace is shown. One of a group or of the supervisor is
 * of no service. */
bool cli_shown_fits(const struct cli_shown *shown, const struct sim__json *line);

#endif

/* Text for people and machines: Prometheus exposition and diagnostics.
 *
 * Both write into the caller's buffer without stdio, as snprintf does: the
 * return value is the length that the whole text needs, its NUL excepted.
 */
#ifndef SUP_REPORT_H
#define SUP_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "sup/event.h"

SUP_BEGIN_DECLS

struct sup;

/* The metrics in the Prometheus text format, version 0.0.4: `# HELP`, `# TYPE`,
 * names `<prefix>_…` (prefix NULL: "sup"), histograms with cumulative buckets.
 * No label but `le` and, for a group with a limit, `group`. */
size_t sup_prometheus(struct sup *sup, const char *prefix, char *buffer, size_t size);

/* The counters and the gauge of each service, `<prefix>_service_…` with the labels
 * `service` and `group`, then those of each group's own services,
 * `<prefix>_group_…` with `group`; a sum over `group` by a query gives a subtree. As many
 * lines as there are services and groups, ten each: for fleets whose page may be as long. */
size_t sup_prometheus_each(struct sup *sup, const char *prefix, char *buffer, size_t size);

#define SUP_SEVERITY_LIST(X) X(DEBUG, "debug") X(INFO, "info") X(WARN, "warn") X(ERROR, "error")

enum sup_severity {
#define SUP__X(id, name) SUP_SEVERITY_##id,
    SUP_SEVERITY_LIST(SUP__X)
#undef SUP__X
};
const char *sup_severity_name(enum sup_severity severity);

/* What a diagnostics sink wants to know of an event. Error: a crash, a limit
 * exhausted, an attempt abandoned. Warn: failures, trips, stop deadlines, forced
 * aborts, stale heartbeats, late reports, refused commands. */
enum sup_severity sup_event_severity_sized(const struct sup_event *event, size_t event_bytes);
static inline enum sup_severity sup_event_severity(const struct sup_event *event)
{
    return sup_event_severity_sized(event, sizeof(*event));
}
/* "flaky-cns: attempt 3 failed: connection refused". */
size_t sup_event_message_sized(const struct sup_event *event, size_t event_bytes, char *buffer,
                               size_t size);
static inline size_t sup_event_message(const struct sup_event *event, char *buffer, size_t size)
{
    return sup_event_message_sized(event, sizeof(*event), buffer, size);
}

/* A sink is a subscriber of its own kind: it gets the events at or above a
 * severity, with their message (at most SUP_MESSAGE_BYTES, cut when longer). */
#define SUP_MESSAGE_BYTES 512
typedef void (*sup_sink_fn)(void *context, enum sup_severity severity,
                            const struct sup_event *event, const char *message);
/* Frozen. */
struct sup_sink {
    enum sup_severity least;
    sup_sink_fn fn;
    void *context;
    char message[SUP_MESSAGE_BYTES];
};
/* A sup_event_fn: sup_subscribe(sup, sup_sink_event, &sink). The event is one that the
 * library has handed over. */
void sup_sink_event(void *sink, const struct sup_event *event);

SUP_END_DECLS

#endif

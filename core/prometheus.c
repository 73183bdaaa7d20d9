/* The metrics in the Prometheus text format; see <sup/report.h>. */
#include "sup/report.h"

#include <stddef.h>
#include <string.h>

#include "metrics.h"
#include "report_text.h"
#include "supervisor.h"

struct metric {
    const char *name;
    const char *type;
    const char *help;
    size_t offset; /* in struct sup_metrics */
};

static const struct metric metrics[] = {
#define SUP__X(name, type, help) {#name, #type, help, offsetof(struct sup_metrics, name)},
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
};

static void name_of(struct sup__writer *w, const char *prefix, const char *name)
{
    sup__write(w, prefix);
    sup__write_byte(w, '_');
    sup__write(w, name);
}

static void head(struct sup__writer *w, const char *prefix, const char *name, const char *type,
                 const char *help)
{
    sup__write(w, "# HELP ");
    name_of(w, prefix, name);
    sup__write_byte(w, ' ');
    sup__write(w, help);
    sup__write(w, "\n# TYPE ");
    name_of(w, prefix, name);
    sup__write_byte(w, ' ');
    sup__write(w, type);
    sup__write_byte(w, '\n');
}

static void plain(struct sup__writer *w, const char *prefix, const char *name, const char *type,
                  const char *help, uint64_t value)
{
    head(w, prefix, name, type, help);
    name_of(w, prefix, name);
    sup__write_byte(w, ' ');
    sup__write_number(w, value);
    sup__write_byte(w, '\n');
}

static void bucket(struct sup__writer *w, const char *prefix, const char *name, uint64_t bound,
                   uint64_t count)
{
    name_of(w, prefix, name);
    sup__write(w, "_bucket{le=\"");
    if (bound == SUP_NEVER_NS) {
        sup__write(w, "+Inf");
    } else {
        sup__write_seconds(w, bound);
    }
    sup__write(w, "\"} ");
    sup__write_number(w, count);
    sup__write_byte(w, '\n');
}

static void histogram(struct sup__writer *w, const char *prefix, const char *name, const char *help,
                      const struct sup_histogram *h)
{
    uint64_t count = 0;
    head(w, prefix, name, "histogram", help);
    for (int i = 0; i < SUP_HISTOGRAM_BUCKETS; i++) {
        count += h->bucket[i];
        bucket(w, prefix, name, sup_histogram_bounds_ns[i], count);
    }
    bucket(w, prefix, name, SUP_NEVER_NS, h->count);
    name_of(w, prefix, name);
    sup__write(w, "_sum ");
    sup__write_seconds(w, h->sum_ns);
    sup__write_byte(w, '\n');
    name_of(w, prefix, name);
    sup__write(w, "_count ");
    sup__write_number(w, h->count);
    sup__write_byte(w, '\n');
}

/* One line for each group that has a limit; their number is the configuration's,
 * so the label's cardinality is bounded. */
static void dropped(struct sup__writer *w, const struct sup *sup, const char *prefix)
{
    bool first = true;
    for (uint32_t g = 0; g < sup->group_count; g++) {
        if (sup->groups[g].policy.max_inflight == 0) {
            continue;
        }
        if (first) {
            head(w, prefix, "spawns_dropped_total", "counter",
                 "Spawns refused because their group was full.");
            first = false;
        }
        name_of(w, prefix, "spawns_dropped_total");
        sup__write(w, "{group=\"");
        sup__write(w, sup->groups[g].path);
        sup__write(w, "\"} ");
        sup__write_number(w, sup->groups[g].dropped);
        sup__write_byte(w, '\n');
    }
}

size_t sup_prometheus(struct sup *sup, const char *prefix, char *buffer, size_t size)
{
    struct sup__writer w = {buffer, size, 0};
    if (prefix == NULL) {
        prefix = "sup";
    }
#define SUP__X(name, type, help) plain(&w, prefix, #name, #type, help, sup->metrics.name);
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    dropped(&w, sup, prefix);
    histogram(&w, prefix, "attempt_seconds", "Running time of ended attempts.", &sup->histogram);
    histogram(&w, prefix, "attempt_cpu_seconds", "Processor time of ended attempts.",
              &sup->cpu_histogram);
    return sup__write_end(&w);
}

/* ---- each service, each group ---- */

static void part_name(struct sup__writer *w, const char *prefix, const char *part, const char *name)
{
    name_of(w, prefix, part);
    sup__write_byte(w, '_');
    sup__write(w, name);
}

static void part_head(struct sup__writer *w, const char *prefix, const char *part,
                      const struct metric *metric)
{
    sup__write(w, "# HELP ");
    part_name(w, prefix, part, metric->name);
    sup__write_byte(w, ' ');
    sup__write(w, metric->help);
    sup__write(w, "\n# TYPE ");
    part_name(w, prefix, part, metric->name);
    sup__write_byte(w, ' ');
    sup__write(w, metric->type);
    sup__write_byte(w, '\n');
}

static uint64_t value_of(const struct sup_metrics *of, const struct metric *metric)
{
    uint64_t value;
    memcpy(&value, (const char *)of + metric->offset, sizeof(value));
    return value;
}

static void label(struct sup__writer *w, const char *name, const char *value, char end)
{
    sup__write(w, name);
    sup__write(w, "=\"");
    sup__write(w, value);
    sup__write_byte(w, '"');
    sup__write_byte(w, end);
}

static void services(struct sup__writer *w, const struct sup *sup, const char *prefix,
                     const struct metric *metric)
{
    part_head(w, prefix, "service", metric);
    for (uint32_t slot = sup->first; slot != SUP__NONE; slot = sup->colds[slot].next) {
        const struct sup__service *s = &sup->services[slot];
        const struct sup_metrics own = sup__metrics_of(sup, slot);
        part_name(w, prefix, "service", metric->name);
        sup__write_byte(w, '{');
        label(w, "service", s->name, ',');
        label(w, "group", sup->groups[s->group].path, '}');
        sup__write_byte(w, ' ');
        sup__write_number(w, value_of(&own, metric));
        sup__write_byte(w, '\n');
    }
}

static void groups(struct sup__writer *w, const struct sup *sup, const char *prefix,
                   const struct metric *metric)
{
    part_head(w, prefix, "group", metric);
    for (uint32_t g = 0; g < sup->group_count; g++) {
        const struct sup_metrics own = sup__metrics_own(sup, g);
        part_name(w, prefix, "group", metric->name);
        sup__write_byte(w, '{');
        label(w, "group", sup->groups[g].path, '}');
        sup__write_byte(w, ' ');
        sup__write_number(w, value_of(&own, metric));
        sup__write_byte(w, '\n');
    }
}

size_t sup_prometheus_each(struct sup *sup, const char *prefix, char *buffer, size_t size)
{
    struct sup__writer w = {buffer, size, 0};
    if (prefix == NULL) {
        prefix = "sup";
    }
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        services(&w, sup, prefix, &metrics[i]);
    }
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        groups(&w, sup, prefix, &metrics[i]);
    }
    return sup__write_end(&w);
}

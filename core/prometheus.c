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

/* What the lines of one metric begin with. */
struct family {
    const char *prefix;
    const char *part; /* "", "service_" or "group_" */
    const struct metric *metric;
};

static void name_of(struct sup__writer *w, const struct family *family)
{
    sup__write(w, family->prefix);
    sup__write_byte(w, '_');
    sup__write(w, family->part);
    sup__write(w, family->metric->name);
}

static void head(struct sup__writer *w, const struct family *family)
{
    sup__write(w, "# HELP ");
    name_of(w, family);
    sup__write_byte(w, ' ');
    sup__write(w, family->metric->help);
    sup__write(w, "\n# TYPE ");
    name_of(w, family);
    sup__write_byte(w, ' ');
    sup__write(w, family->metric->type);
    sup__write_byte(w, '\n');
}

static void value(struct sup__writer *w, uint64_t number)
{
    sup__write_byte(w, ' ');
    sup__write_number(w, number);
    sup__write_byte(w, '\n');
}

static void label(struct sup__writer *w, const char *name, const char *text, char end)
{
    sup__write(w, name);
    sup__write(w, "=\"");
    sup__write(w, text);
    sup__write_byte(w, '"');
    sup__write_byte(w, end);
}

static uint64_t value_of(const struct sup_metrics *of, const struct metric *metric)
{
    uint64_t number;
    memcpy(&number, (const char *)of + metric->offset, sizeof(number));
    return number;
}

static void bucket(struct sup__writer *w, const struct family *family, struct sup_duration bound,
                   uint64_t count)
{
    name_of(w, family);
    sup__write(w, "_bucket{le=\"");
    if (bound.ns == SUP_NEVER_NS) {
        sup__write(w, "+Inf");
    } else {
        sup__write_seconds(w, bound);
    }
    sup__write(w, "\"}");
    value(w, count);
}

static void histogram(struct sup__writer *w, const struct family *family,
                      const struct sup_histogram *h)
{
    uint64_t count = 0;
    head(w, family);
    for (int i = 0; i < SUP_HISTOGRAM_BUCKETS; i++) {
        count += h->bucket[i];
        bucket(w, family, SUP_NS(sup_histogram_bounds_ns[i]), count);
    }
    SUP_ASSERT(count + h->bucket[SUP_HISTOGRAM_BUCKETS] == h->count);
    bucket(w, family, SUP_DURATION_NEVER, h->count);
    name_of(w, family);
    sup__write(w, "_sum ");
    sup__write_seconds(w, SUP_NS(h->sum_ns));
    sup__write_byte(w, '\n');
    name_of(w, family);
    sup__write(w, "_count");
    value(w, h->count);
}

/* One line for each group that has a limit; their number is the configuration's,
 * so the label's cardinality is bounded. */
static void dropped(struct sup__writer *w, const struct sup *sup, const char *prefix)
{
    static const struct metric metric = {"spawns_dropped_total", "counter",
                                         "Spawns refused because their group was full.", 0};
    const struct family family = {prefix, "", &metric};
    bool first = true;
    for (uint32_t g = 0; g < sup->group_count; g++) {
        if (sup->groups[g].policy.max_inflight == 0) {
            continue;
        }
        if (first) {
            head(w, &family);
            first = false;
        }
        name_of(w, &family);
        sup__write_byte(w, '{');
        label(w, "group", sup->groups[g].path, '}');
        value(w, sup->groups[g].dropped);
    }
}

size_t sup_prometheus(struct sup *sup, const char *prefix, char *buffer, size_t size)
{
    static const struct metric running = {"attempt_seconds", "histogram",
                                          "Running time of ended attempts.", 0};
    static const struct metric cpu = {"attempt_cpu_seconds", "histogram",
                                      "Processor time of ended attempts.", 0};
    struct sup__writer w = {buffer, size, 0};
    prefix = prefix == NULL ? "sup" : prefix;
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        const struct family family = {prefix, "", &metrics[i]};
        head(&w, &family);
        name_of(&w, &family);
        value(&w, value_of(&sup->metrics, &metrics[i]));
    }
    dropped(&w, sup, prefix);
    histogram(&w, &(struct family){prefix, "", &running}, &sup->histogram);
    histogram(&w, &(struct family){prefix, "", &cpu}, &sup->cpu_histogram);
    return sup__write_end(&w);
}

/* ---- each service, each group ---- */

static void services(struct sup__writer *w, const struct sup *sup, const struct family *family)
{
    head(w, family);
    for (uint32_t slot = sup->first; slot != SUP__NONE; slot = sup->colds[slot].next) {
        const struct sup__service *s = &sup->services[slot];
        const struct sup_metrics own = sup__metrics_of(sup, slot);
        name_of(w, family);
        sup__write_byte(w, '{');
        label(w, "service", s->name, ',');
        label(w, "group", sup->groups[s->group].path, '}');
        value(w, value_of(&own, family->metric));
    }
}

static void groups(struct sup__writer *w, const struct sup *sup, const struct family *family)
{
    head(w, family);
    for (uint32_t g = 0; g < sup->group_count; g++) {
        const struct sup_metrics own = sup__metrics_own(sup, g);
        name_of(w, family);
        sup__write_byte(w, '{');
        label(w, "group", sup->groups[g].path, '}');
        value(w, value_of(&own, family->metric));
    }
}

size_t sup_prometheus_each(struct sup *sup, const char *prefix, char *buffer, size_t size)
{
    struct sup__writer w = {buffer, size, 0};
    prefix = prefix == NULL ? "sup" : prefix;
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        services(&w, sup, &(struct family){prefix, "service_", &metrics[i]});
    }
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        groups(&w, sup, &(struct family){prefix, "group_", &metrics[i]});
    }
    return sup__write_end(&w);
}

/* The counters of every run as Prometheus text: one family for each metric, one
 * sample for each run, labelled with file, scenario and seed. */
#include <string.h>

#include "report.h"

static void put_label(struct sim__text *text, const char *name, const char *value)
{
    sim__text_format(text, "%s=\"", name);
    sim__text_label(text, value);
    sim__text_char(text, '"');
}

/* The body collects, for each run, its labels (with a NUL) and its metrics. */
static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct sim__text *body = &writer->body;
    put_label(body, "file", one->path);
    sim__text_char(body, ',');
    put_label(body, "scenario", one->scenario->name);
    sim__text_format(body, ",seed=\"%llu\"", (unsigned long long)record->seed);
    sim__text_char(body, '\0');
    sim__text_putn(body, (const char *)&record->metrics, sizeof record->metrics);
    writer->number++;
}

static void put_family(struct cli_writer *writer, const char *name, const char *type,
                       const char *help, size_t offset)
{
    sim__text_format(&writer->text, "# HELP sup_%s %s\n# TYPE sup_%s %s\n", name, help, name, type);
    const char *at = sim__text_string(&writer->body);
    for (uint64_t i = 0; i < writer->number; i++) {
        uint64_t value;
        const char *labels = at;
        at += strlen(at) + 1;
        memcpy(&value, at + offset, sizeof value);
        at += sizeof(struct sup_metrics);
        sim__text_format(&writer->text, "sup_%s{%s} %llu\n", name, labels,
                         (unsigned long long)value);
    }
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    if (writer->body.failed) {
        writer->text.failed = true;
        return;
    }
#define CLI__X(name, type, help) \
    put_family(writer, #name, #type, help, offsetof(struct sup_metrics, name));
    SUP_METRIC_LIST(CLI__X)
#undef CLI__X
    if (tally->interrupted != NULL) {
        sim__text_put(&writer->text, "# ");
        cli_report_interrupted(&writer->text, tally);
        sim__text_char(&writer->text, '\n');
    }
}

const struct cli_writer_calls cli_report_metrics = {
    .run = run,
    .end = end,
};

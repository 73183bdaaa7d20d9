/* The counters of every run as Prometheus text: one family for each metric, one
 * sample for each run, labelled with file, scenario and seed. */
#include <string.h>

#include "report.h"

/* A label's value: backslash, quotation mark and line end are escaped. */
static void put_label(struct cli_text *text, const char *name, const char *value)
{
    size_t length = strlen(value);
    cli_text_format(text, "%s=\"", name);
    for (size_t i = 0; i < length;) {
        size_t size = cli_utf8(value + i, length - i);
        if (size == 0) {
            cli_text_put(text, "\xEF\xBF\xBD");
        } else if (value[i] == '\\' || value[i] == '"') {
            cli_text_format(text, "\\%c", value[i]);
        } else if (value[i] == '\n') {
            cli_text_put(text, "\\n");
        } else {
            cli_text_putn(text, value + i, size);
        }
        i += size == 0 ? 1 : size;
    }
    cli_text_char(text, '"');
}

/* The body collects, for each run, its labels (with a NUL) and its metrics. */
static void run(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record)
{
    struct cli_text *body = &writer->body;
    put_label(body, "file", one->path);
    cli_text_char(body, ',');
    put_label(body, "scenario", one->scenario->name);
    cli_text_format(body, ",seed=\"%llu\"", (unsigned long long)record->seed);
    cli_text_char(body, '\0');
    cli_text_putn(body, (const char *)&record->metrics, sizeof record->metrics);
    writer->number++;
}

static void put_family(struct cli_writer *writer, const char *name, const char *type,
                       const char *help, size_t offset)
{
    cli_text_format(&writer->text, "# HELP sup_%s %s\n# TYPE sup_%s %s\n", name, help, name, type);
    const char *at = cli_text_string(&writer->body);
    for (uint64_t i = 0; i < writer->number; i++) {
        uint64_t value;
        const char *labels = at;
        at += strlen(at) + 1;
        memcpy(&value, at + offset, sizeof value);
        at += sizeof(struct sup_metrics);
        cli_text_format(&writer->text, "sup_%s{%s} %llu\n", name, labels,
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
        cli_text_put(&writer->text, "# ");
        cli_report_interrupted(&writer->text, tally);
        cli_text_char(&writer->text, '\n');
    }
}

const struct cli_writer_calls cli_report_metrics = {
    .run = run,
    .end = end,
};

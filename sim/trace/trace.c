/* The trace: lines, kept in memory or handed on; docs/trace.md defines them. The hash is
 * roll.c's. */
#include <stdlib.h>

#include "sim/base/escape.h"
#include "sim/because/because.h"
#include "sup/error.h"
#include "sup/sup.h"
#include "event_values.h"
#include "internal.h"

int sim_trace_create(const struct sim_trace_options *options, struct sim_trace **ret_trace)
{
    struct sim_trace *trace = calloc(1, sizeof(*trace));
    if (trace == NULL) {
        return SUP_ENOMEM;
    }
    trace->options = *options;
    trace->has_lines = options->keep_text || options->sink != NULL;
    *ret_trace = trace;
    return SUP_OK;
}

void sim_trace_free(struct sim_trace *trace)
{
    if (trace != NULL) {
        sim__text_release(&trace->text);
        free(trace->record.bytes);
        free(trace->roller);
        free(trace);
    }
}

/* ---- the text ---- */

/* The line that begins at `start` is complete. Out of memory is final: a trace with a
 * hole would be worse than a short one. */
static void end_line(struct sim_trace *trace, size_t start)
{
    struct sim__text *text = &trace->text;
    sim__text_char(text, '\n');
    trace->failed |= text->failed;
    if (trace->failed) {
        return;
    }
    if (trace->options.sink != NULL) {
        trace->options.sink(trace->options.sink_context, text->bytes + start, text->length - start);
    }
    if (!trace->options.keep_text) {
        sim__text_clear(text);
    }
}

void sim__trace_because(const struct sim_trace_options *asked, const struct sup_event *event,
                        struct sim__text *text)
{
    const size_t before = text->length;
    if (asked->sup != NULL) {
        sim__because_put(asked->sup, event, text);
    }
    if (asked->world != NULL && text->length == before &&
        sim__event_decides(event) == SIM__DECIDES_PERHAPS) {
        const char *words = asked->world(asked->world_context, event);
        if (words != NULL) {
            sim__text_put(text, words);
        }
    }
}

void sim__event_put_asked(const struct sup_event *event, const struct sim_trace_options *asked,
                          struct sim__text *line)
{
    char words[SIM__BECAUSE_BYTES];
    struct sim__text because;
    sim__text_init_fixed(&because, words, sizeof(words));
    if (asked != NULL) {
        sim__trace_because(asked, event, &because);
    }
    sim__event_put(event, words, line);
}

void sim__trace_line(struct sim_trace *trace, const struct sup_event *event)
{
    if (!trace->failed) {
        size_t start = trace->text.length;
        sim__event_put_asked(event, &trace->options, &trace->text);
        end_line(trace, start);
    }
}

void sim_trace_begin(struct sim_trace *trace, const struct sim_trace_heading *heading)
{
    struct sim__text *text = &trace->text;
    size_t start = text->length;
    if (!trace->has_lines) {
        return;
    }
    sim__text_put(text, "{\"rehearse\":1,\"scenario\":");
    sim__text_json(text, heading->scenario);
    if (heading->variant != NULL) {
        sim__text_put(text, ",\"variant\":");
        sim__text_json(text, heading->variant);
    }
    sim__text_put(text, ",\"seed\":");
    sim__text_u64(text, heading->seed);
    sim__text_put(text, ",\"executor\":");
    sim__text_json(text, heading->executor);
    sim__text_put(text, ",\"version\":\"" SUP_VERSION "\"}");
    end_line(trace, start);
}

static void put_end(struct sim_trace *trace, const char *verdict)
{
    struct sim__text *text = &trace->text;
    sim__text_put(text, "{\"end\":true,\"t\":");
    sim__text_u64(text, trace->last_ns);
    sim__text_put(text, ",\"events\":");
    sim__text_u64(text, trace->events);
    sim__text_put(text, ",\"hash\":\"");
    sim__text_hex16(text, trace->hash);
    sim__text_put(text, "\",\"verdict\":");
    sim__text_json(text, verdict);
    sim__text_char(text, '}');
}

void sim_trace_end(struct sim_trace *trace, uint64_t draws, const char *verdict)
{
    if (trace->options.hash) {
        sim__trace_end_hash(trace, draws);
    }
    if (trace->has_lines && !trace->failed) {
        size_t start = trace->text.length;
        put_end(trace, verdict);
        end_line(trace, start);
    }
}

uint64_t sim_trace_events(const struct sim_trace *trace)
{
    return trace->events;
}

const char *sim_trace_text(const struct sim_trace *trace, size_t *ret_length)
{
    bool kept = trace->options.keep_text;
    if (ret_length != NULL) {
        *ret_length = kept ? trace->text.length : 0;
    }
    return kept ? sim__text_string(&trace->text) : "";
}

bool sim_trace_failed(const struct sim_trace *trace)
{
    return trace->failed;
}

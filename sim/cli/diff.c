/* The first event in which two traces differ; see diff.h. */
#include <stdio.h>
#include <string.h>

#include "diff.h"
#include "timeline.h"

#define AFTER 2u       /* events shown after the one that differs */
#define LONE_SHOWN 10u /* runs named that only one trace has */
#define BEFORE CLI_DIFF_BEFORE

static const struct sim__json_member *find_like(const struct sim__json *json,
                                                const struct sim__json_member *wanted)
{
    for (uint32_t i = 0; i < json->count; i++) {
        const struct sim__json_member *member = &json->members[i];
        if (member->key_length == wanted->key_length &&
            memcmp(member->key, wanted->key, member->key_length) == 0) {
            return member;
        }
    }
    return NULL;
}

/* Which version wrote it is no difference, nor in which words it says why: what they are made of
 * is compared. */
static bool is_compared(const struct sim__json *json, const struct sim__json_member *member)
{
    bool header = sim__json_find(json, "rehearse") != NULL;
    return sim__json_find(json, header ? "version" : "because") != member;
}

static bool differs(const struct sim__json *a, const struct sim__json_member *member,
                    const struct sim__json *b)
{
    const struct sim__json_member *other = find_like(b, member);
    return is_compared(a, member) && (other == NULL || !sim__json_same(member, other));
}

static bool same_line(const struct sim__json *a, const struct sim__json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (differs(a, &a->members[i], b)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < b->count; i++) {
        if (is_compared(b, &b->members[i]) && find_like(a, &b->members[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool is_duration(const struct sim__json_member *member)
{
    static const char *const keys[] = {"t", "delay", "cooldown", "timeout", "took"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i]) == member->key_length &&
            memcmp(keys[i], member->key, member->key_length) == 0) {
            return true;
        }
    }
    return false;
}

static void put_value(struct sim__text *text, const struct sim__json *json,
                      const struct sim__json_member *member)
{
    char key[16] = "";
    uint64_t ns;
    if (member == NULL) {
        sim__text_put(text, "nothing");
        return;
    }
    if (is_duration(member)) {
        memcpy(key, member->key, member->key_length);
    }
    if (key[0] != '\0' && sim__json_number(json, key, &ns)) {
        sim__text_duration(text, SUP_NS(ns));
    } else {
        sim__json_show(member, text);
    }
}

/* "key: x, y" for one member; `n` follows from the others. */
static void put_difference(struct sim__text *text, const struct sim__json *a,
                           const struct sim__json *b, const struct sim__json_member *member)
{
    sim__text_put(text, text->length > 0 ? "; " : "");
    sim__text_safe(text, member->key, member->key_length);
    sim__text_put(text, " ");
    put_value(text, a, find_like(a, member));
    sim__text_put(text, " against ");
    put_value(text, b, find_like(b, member));
}

static void put_differences(struct sim__text *text, const struct sim__json *a,
                            const struct sim__json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (differs(a, &a->members[i], b)) {
            put_difference(text, a, b, &a->members[i]);
        }
    }
    for (uint32_t i = 0; i < b->count; i++) {
        if (is_compared(b, &b->members[i]) && find_like(a, &b->members[i]) == NULL) {
            put_difference(text, a, b, &b->members[i]);
        }
    }
}

/* The lines of one side from the difference on, for showing. */
static void collect(struct cli_trace_file *trace, struct sim__text *lines)
{
    for (uint32_t i = 0; i <= AFTER; i++) {
        if (trace->kind != CLI_TRACE_EVENT) {
            return;
        }
        sim__text_putn(lines, sim__text_string(&trace->line), trace->line.length);
        sim__text_char(lines, '\n');
        cli_trace_next(trace);
    }
}

static void measure(struct cli_columns *columns, const struct sim__text *lines)
{
    struct sim__json json;
    const char *line;
    size_t length;
    for (size_t at = 0;
         cli_line_next(sim__text_string(lines), lines->length, &at, &line, &length);) {
        if (sim__json_read(line, length, &json)) {
            cli_timeline_measure(columns, &json);
        }
    }
}

static void put_lines(struct cli_diff *diff, const struct cli_columns *columns,
                      const struct sim__text *lines, char sign, enum cli_color color)
{
    const struct cli_style plain = {0};
    struct sim__json json;
    const char *line;
    size_t length;
    for (size_t at = 0;
         cli_line_next(sim__text_string(lines), lines->length, &at, &line, &length);) {
        if (!sim__json_read(line, length, &json)) {
            continue;
        }
        cli_style_on(&diff->out, &diff->style, color);
        sim__text_char(&diff->out, sign);
        sim__text_char(&diff->out, ' ');
        cli_timeline_event(&diff->out, &plain, columns, &json, CLI_INSTANT_NEW);
        cli_style_off(&diff->out, &diff->style, color);
        sim__text_char(&diff->out, '\n');
    }
}

static void put_file_line(struct cli_diff *diff, const char *sign,
                          const struct cli_trace_file *trace)
{
    sim__text_put(&diff->out, sign);
    cli_trace_name(trace, &diff->out);
    if (trace->kind == CLI_TRACE_EOF) {
        sim__text_put(&diff->out, ": the run ends here, without an end line");
    } else {
        sim__text_format(&diff->out, ":%llu", (unsigned long long)trace->number);
        if (trace->kind != CLI_TRACE_EVENT) {
            sim__text_put(&diff->out, ": the run ends here");
        }
    }
    sim__text_char(&diff->out, '\n');
}

static void report(struct cli_diff *diff)
{
    struct sim__text common = {0}, left = {0}, right = {0}, keys = {0};
    struct cli_columns columns = {0};
    sim__text_format(&diff->out, "first difference: event %llu",
                     (unsigned long long)(diff->events + 1));
    sim__text_put(&diff->out, sim__text_string(&diff->run));
    if (diff->a.kind == CLI_TRACE_EVENT && diff->b.kind == CLI_TRACE_EVENT) {
        put_differences(&keys, &diff->a.json, &diff->b.json);
        sim__text_format(&diff->out, ": %s", sim__text_string(&keys));
    }
    sim__text_char(&diff->out, '\n');
    put_file_line(diff, "--- ", &diff->a);
    put_file_line(diff, "+++ ", &diff->b);
    for (uint64_t i = diff->events > BEFORE ? diff->events - BEFORE : 0; i < diff->events; i++) {
        const struct sim__text *line = &diff->before[i % BEFORE];
        sim__text_putn(&common, sim__text_string(line), line->length);
        sim__text_char(&common, '\n');
    }
    collect(&diff->a, &left);
    collect(&diff->b, &right);
    measure(&columns, &common);
    measure(&columns, &left);
    measure(&columns, &right);
    put_lines(diff, &columns, &common, ' ', CLI_DIM);
    put_lines(diff, &columns, &left, '-', CLI_RED);
    put_lines(diff, &columns, &right, '+', CLI_GREEN);
    diff->out.failed |= common.failed || left.failed || right.failed || keys.failed;
    sim__text_release(&common);
    sim__text_release(&left);
    sim__text_release(&right);
    sim__text_release(&keys);
}

static void report_end(struct cli_diff *diff)
{
    struct sim__text keys = {0};
    put_differences(&keys, &diff->a.json, &diff->b.json);
    sim__text_format(&diff->out, "the events%s are the same, but the runs end differently: %s\n",
                     sim__text_string(&diff->run), sim__text_string(&keys));
    put_file_line(diff, "--- ", &diff->a);
    put_file_line(diff, "+++ ", &diff->b);
    sim__text_release(&keys);
}

static void remember(struct cli_diff *diff)
{
    struct sim__text *line = &diff->before[diff->events % BEFORE];
    sim__text_clear(line);
    sim__text_putn(line, sim__text_string(&diff->a.line), diff->a.line.length);
    diff->events++;
}

/* Headers and end lines are looked at whatever they are; of two lines that are the same
 * byte for byte nothing has to be known. */
static bool same_bytes(const struct cli_diff *diff)
{
    const struct sim__text *a = &diff->a.line;
    const struct sim__text *b = &diff->b.line;
    return diff->events > 0 && a->length == b->length &&
           memcmp(sim__text_string(a), sim__text_string(b), a->length) == 0;
}

/* Both stand on a line; false when that is where the runs part. */
static bool compare_line(struct cli_diff *diff)
{
    if (same_bytes(diff)) {
        remember(diff);
        return true;
    }
    if (cli_trace_parse(&diff->a) != cli_trace_parse(&diff->b)) {
        return false;
    }
    bool same = same_line(&diff->a.json, &diff->b.json);
    if (diff->a.kind == CLI_TRACE_HEADER) {
        cli_trace_run_name(&diff->a.json, &diff->run);
        if (!same) {
            put_differences(&diff->headers, &diff->a.json, &diff->b.json);
        }
        return true;
    }
    if (same && diff->a.kind == CLI_TRACE_EVENT) {
        remember(diff);
    }
    return same;
}

/* Both stand where the runs part; only the first such place is shown. */
static void report_parting(struct cli_diff *diff)
{
    if (diff->differ > 0) {
        return;
    }
    if (diff->a.kind == CLI_TRACE_END && diff->b.kind == CLI_TRACE_END) {
        report_end(diff);
    } else {
        report(diff);
    }
}

/* A line of either may be missing: what is there is then what its kind says. */
static void settle(struct cli_trace_file *trace)
{
    if (trace->kind == CLI_TRACE_EVENT) {
        (void)cli_trace_parse(trace);
    }
}

static bool compare_run(struct cli_diff *diff)
{
    for (;;) {
        enum cli_trace_kind a = cli_trace_line(&diff->a);
        enum cli_trace_kind b = cli_trace_line(&diff->b);
        if (a == CLI_TRACE_EOF && b == CLI_TRACE_EOF) {
            return true;
        }
        if (a != CLI_TRACE_EVENT || b != CLI_TRACE_EVENT) {
            settle(&diff->a);
            settle(&diff->b);
            report_parting(diff);
            return false;
        }
        if (!compare_line(diff)) {
            report_parting(diff);
            return false;
        }
    }
}

static void seek(struct cli_trace_file *trace, const struct cli_trace_run *run)
{
    cli_trace_seek(trace, run->at, run->end, run->number);
}

void cli_diff_pair(struct cli_diff *diff, const struct cli_trace_run *a,
                   const struct cli_trace_run *b)
{
    seek(&diff->a, a);
    seek(&diff->b, b);
    diff->events = 0;
    sim__text_clear(&diff->run);
    sim__text_clear(&diff->headers);
    bool same = compare_run(diff);
    if (same && diff->headers.length > 0 && diff->differ == 0) {
        sim__text_format(&diff->out, "the events%s are the same, but the headers differ: %s\n",
                         sim__text_string(&diff->run), sim__text_string(&diff->headers));
    }
    diff->differ += !same || diff->headers.length > 0;
}

uint64_t cli_diff_lone(struct cli_diff *diff, struct cli_trace_file *trace,
                       const struct cli_trace_index *index)
{
    uint64_t lone = 0;
    for (uint32_t i = 0; i < index->count; i++) {
        if (index->runs[i].partner != CLI_NO_PARTNER || lone++ >= LONE_SHOWN) {
            continue;
        }
        seek(trace, &index->runs[i]);
        sim__text_put(&diff->out, "only in ");
        cli_trace_name(trace, &diff->out);
        sim__text_format(&diff->out, ":%llu: ", (unsigned long long)index->runs[i].number + 1);
        sim__text_clear(&diff->run);
        if (cli_trace_next(trace) == CLI_TRACE_HEADER) {
            cli_trace_run_name(&trace->json, &diff->run);
        }
        sim__text_format(&diff->out, "the run%s\n", sim__text_string(&diff->run));
    }
    if (lone > LONE_SHOWN) {
        sim__text_put(&diff->out, "and only in ");
        cli_trace_name(trace, &diff->out);
        sim__text_put(&diff->out, ": ");
        cli_put_plural(&diff->out, lone - LONE_SHOWN, "run");
        sim__text_put(&diff->out, " more\n");
    }
    return lone;
}

void cli_diff_release(struct cli_diff *diff)
{
    cli_trace_close(&diff->a);
    cli_trace_close(&diff->b);
    cli_trace_index_release(&diff->a_runs);
    cli_trace_index_release(&diff->b_runs);
    for (size_t i = 0; i < BEFORE; i++) {
        sim__text_release(&diff->before[i]);
    }
    sim__text_release(&diff->run);
    sim__text_release(&diff->headers);
    sim__text_release(&diff->out);
}

/* Trace lines as aligned lines for people. */
#include "timeline.h"

#include <string.h>

#include "sim/base/utf8.h"

#define EVENT_WIDTH 18u
#define WHO_WIDTH_MAX 32u
#define TIME_WIDTH 6u /* of most: 1m30s, 150ms */
#define LAST_MAX 32u

bool cli_line_next(const char *text, size_t length, size_t *at, const char **ret_line,
                   size_t *ret_length)
{
    if (*at >= length) {
        return false;
    }
    const char *start = text + *at;
    const char *end = memchr(start, '\n', length - *at);
    size_t size = end == NULL ? length - *at : (size_t)(end - start);
    *at += size + (end != NULL);
    *ret_line = start;
    *ret_length = size;
    return true;
}

/* The service or, with events of a group, the group; or the condition. */
static const struct sim__json_member *who_of(const struct sim__json *line)
{
    static const char *const keys[] = {"service", "group", "name"};
    const struct sim__json_member *who = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && who == NULL; i++) {
        who = sim__json_find(line, keys[i]);
    }
    return who;
}

static void put_time(struct sim__text *text, const struct sim__json *line)
{
    uint64_t ns;
    if (sim__json_number(line, "t", &ns)) {
        sim__text_duration(text, SUP_NS(ns));
    }
}

void cli_timeline_measure(struct cli_columns *columns, const struct sim__json *line)
{
    struct sim__text text = {0};
    put_time(&text, line);
    if (text.length > columns->time) {
        columns->time = text.length;
    }
    const struct sim__json_member *who = who_of(line);
    sim__text_clear(&text);
    if (who != NULL) {
        sim__json_show(who, &text);
    }
    size_t width = sim__utf8_columns(sim__text_string(&text), text.length);
    if (width > columns->who) {
        columns->who = width < WHO_WIDTH_MAX ? width : WHO_WIDTH_MAX;
    }
    sim__text_release(&text);
}

static void expect_name(struct cli_columns *columns, const char *name, size_t more)
{
    size_t width = name == NULL ? 0 : sim__utf8_columns(name, strlen(name)) + more;
    width = width < WHO_WIDTH_MAX ? width : WHO_WIDTH_MAX;
    columns->who = width > columns->who ? width : columns->who;
}

static void expect_service(struct cli_columns *columns, const struct sim_service *service)
{
    /* The number of the last one, and the hyphen. */
    size_t more = service->counted ? 1 : 0;
    for (uint32_t last = service->count - 1; service->counted && last > 0; last /= 10) {
        more++;
    }
    expect_name(columns, service->name, more + (service->counted && service->count <= 1));
}

void cli_timeline_expect(struct cli_columns *columns, const struct sim_scenario *scenario)
{
    *columns = (struct cli_columns){.time = TIME_WIDTH};
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        expect_service(columns, &scenario->services[i]);
    }
    for (uint32_t i = 0; i < scenario->condition_count; i++) {
        expect_name(columns, scenario->conditions[i].name, 0);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        if (action->service != NULL) {
            expect_service(columns, action->service);
        }
        expect_name(columns, action->group, 0);
    }
}

static enum cli_color color_of(const struct sim__json *line)
{
    static const struct {
        const char *event;
        enum cli_color color;
    } colors[] = {
        {"attempt-started", CLI_GREEN},
        {"ready", CLI_GREEN},
        {"breaker-closed", CLI_GREEN},
        {"resumed", CLI_GREEN},
        {"drained", CLI_GREEN},
        {"backing-off", CLI_YELLOW},
        {"not-ready", CLI_YELLOW},
        {"stale", CLI_YELLOW},
        {"breaker-half-open", CLI_YELLOW},
        {"cancel-delivered", CLI_YELLOW},
        {"late-report", CLI_YELLOW},
        {"breaker-opened", CLI_RED},
        {"limit-exhausted", CLI_RED},
        {"stop-deadline", CLI_RED},
        {"abort-requested", CLI_RED},
        {"abandoned", CLI_RED},
        {"command", CLI_CYAN},
        {"shutdown-requested", CLI_CYAN},
        {"registered", CLI_DIM},
        {"group-restart", CLI_YELLOW},
        {"group-shutdown", CLI_YELLOW},
        {"condition", CLI_CYAN},
    };
    if (sim__json_is(line, "event", "attempt-ended")) {
        bool quiet = sim__json_is(line, "outcome", "succeeded") ||
                     sim__json_is(line, "outcome", "cancelled");
        return quiet ? CLI_PLAIN : CLI_RED;
    }
    if (sim__json_is(line, "event", "terminated")) {
        bool quiet =
            sim__json_is(line, "reason", "completed") || sim__json_is(line, "reason", "cancelled");
        return quiet ? CLI_BOLD : CLI_RED;
    }
    for (size_t i = 0; i < sizeof colors / sizeof colors[0]; i++) {
        if (sim__json_is(line, "event", colors[i].event)) {
            return colors[i].color;
        }
    }
    return CLI_PLAIN;
}

/* How a member reads behind its event's name: what stands before the value and
 * after it, and what separates it from a detail before it. */
struct detail {
    const char *key;
    const char *separator;
    const char *before;
    const char *after;
    bool duration;
};

static const struct detail details[] = {
    {"attempt", " ", "#", "", false},
    {"text", " ", "", "", false},
    {"state", " ", "", "", false},
    {"outcome", " ", "", "", false},
    {"command", " ", "", "", false},
    {"who", " ", "by ", "", false},
    {"why", " ", "(", ")", false},
    {"result", ": ", "", "", false},
    {"delay", " ", "", "", true},
    {"cooldown", ", ", "cooldown ", "", true},
    {"streak", ", ", "streak ", "", false},
    {"error", ": ", "", "", false},
    {"exit", ", ", "exit ", "", false},
    {"code", ", ", "code ", "", false},
    {"signal", ", ", "signal ", "", false},
    {"timeout", ", ", "timeout ", "", true},
    {"took", ", ", "took ", "", true},
    {"already-exited", ", ", "", " already exited", false},
    {"graceful", ", ", "", " graceful", false},
    {"aborted", ", ", "", " aborted", false},
    {"abandoned", ", ", "", " abandoned", false},
};

/* Members that the columns show, or put_special. */
static bool is_shown_elsewhere(const char *key, size_t length)
{
    static const char *const keys[] = {
        "t",        "n",     "event",      "service",   "group", "generation", "reason", "failures",
        "restarts", "limit", "idempotent", "timed-out", "then",  "name",       "because"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i]) == length && memcmp(keys[i], key, length) == 0) {
            return true;
        }
    }
    return false;
}

static void separate(struct sim__text *text, size_t start, const char *separator)
{
    if (text->length > start) {
        sim__text_put(text, separator);
    }
}

/* What would say nothing: a count of zero, a reason that only repeats who. */
static bool is_empty(const struct detail *detail, const struct sim__json_member *member,
                     const struct sim__json *line)
{
    if (strcmp(detail->key, "why") == 0) {
        const struct sim__json_member *who = sim__json_find(line, "who");
        return who != NULL && who->value_length == member->value_length &&
               memcmp(who->value, member->value, who->value_length) == 0;
    }
    return detail->after[0] != '\0' && member->value_length == 1 && member->value[0] == '0';
}

static void put_detail(struct sim__text *text, size_t start, const struct detail *detail,
                       const struct sim__json *line)
{
    const struct sim__json_member *member = sim__json_find(line, detail->key);
    uint64_t ns;
    if (member == NULL || is_empty(detail, member, line)) {
        return;
    }
    separate(text, start, detail->separator);
    sim__text_put(text, detail->before);
    if (detail->duration && sim__json_number(line, detail->key, &ns)) {
        sim__text_duration(text, SUP_NS(ns));
    } else {
        sim__json_show(member, text);
    }
    sim__text_put(text, detail->after);
}

static void put_text_of(struct sim__text *text, size_t start, const struct sim__json *line,
                        const char *key, const char *separator)
{
    const struct sim__json_member *member = sim__json_find(line, key);
    if (member != NULL) {
        separate(text, start, separator);
        sim__json_show(member, text);
    }
}

/* "3 of 3 failures" */
static void put_count(struct sim__text *text, size_t start, const struct sim__json *line,
                      const char *key)
{
    const struct sim__json_member *count = sim__json_find(line, key);
    const struct sim__json_member *limit = sim__json_find(line, "limit");
    if (count == NULL) {
        return;
    }
    separate(text, start, ", ");
    sim__json_show(count, text);
    if (limit != NULL) {
        sim__text_put(text, " of ");
        sim__json_show(limit, text);
    }
    sim__text_format(text, " %s", key);
}

static void put_special(struct sim__text *text, size_t start, const struct sim__json *line)
{
    uint64_t generation;
    put_count(text, start, line, "failures");
    put_count(text, start, line, "restarts");
    put_text_of(text, start, line, "then", ", then ");
    /* The text is the sentence for the reason. */
    if (sim__json_find(line, "text") == NULL) {
        put_text_of(text, start, line, "reason", ": ");
    }
    if (sim__json_find(line, "service") != NULL && sim__json_find(line, "group") != NULL) {
        separate(text, start, " ");
        sim__text_put(text, "in ");
        put_text_of(text, text->length, line, "group", "");
    }
    if (sim__json_number(line, "generation", &generation) && generation > 0) {
        separate(text, start, ", ");
        sim__text_format(text, "generation %llu", (unsigned long long)generation);
    }
    const struct sim__json_member *flag = sim__json_find(line, "idempotent");
    if (flag != NULL && flag->value[0] == 't') {
        sim__text_put(text, " (idempotent)");
    }
    flag = sim__json_find(line, "timed-out");
    if (flag != NULL && flag->value[0] == 't') {
        separate(text, start, ", ");
        sim__text_put(text, "timed out");
    }
}

/* What this program does not know is shown as it is. */
static void put_unknown(struct sim__text *text, size_t start, const struct sim__json *line)
{
    for (uint32_t i = 0; i < line->count; i++) {
        const struct sim__json_member *member = &line->members[i];
        bool known = is_shown_elsewhere(member->key, member->key_length);
        for (size_t j = 0; j < sizeof details / sizeof details[0] && !known; j++) {
            known = strlen(details[j].key) == member->key_length &&
                    memcmp(details[j].key, member->key, member->key_length) == 0;
        }
        if (!known) {
            separate(text, start, ", ");
            sim__text_safe(text, member->key, member->key_length);
            sim__text_char(text, ' ');
            sim__json_show(member, text);
        }
    }
}

/* Why it came, where the line does not say so already: of a wait and of the end of an attempt
 * the other details do. A trace of somebody else's may say anything, and at any length. */
#define WORDS_MAX 240u

static void put_because(struct sim__text *text, const struct sim__json *line)
{
    const struct sim__json_member *because = sim__json_find(line, "because");
    if (because == NULL || sim__json_is(line, "event", "backing-off") ||
        sim__json_is(line, "event", "attempt-ended")) {
        return;
    }
    struct sim__text words = {0};
    sim__json_show(because, &words);
    size_t length = words.length;
    if (length > WORDS_MAX) { /* between two characters */
        length = WORDS_MAX;
        while (length > 0 && ((unsigned char)words.bytes[length] & 0xC0u) == 0x80u) {
            length--;
        }
    }
    separate(text, 0, "  ");
    sim__text_char(text, '[');
    sim__text_putn(text, sim__text_string(&words), length);
    sim__text_put(text, length < words.length ? "\xE2\x80\xA6]" : "]");
    text->failed |= words.failed;
    sim__text_release(&words);
}

void cli_timeline_detail(struct sim__text *text, const struct sim__json *line)
{
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++) {
        put_detail(text, 0, &details[i], line);
    }
    put_special(text, 0, line);
    put_unknown(text, 0, line);
}

static void put_details(struct sim__text *text, const struct sim__json *line)
{
    struct sim__text detail = {0};
    cli_timeline_detail(&detail, line);
    put_because(&detail, line);
    if (detail.length > 0) {
        sim__text_put(text, "  ");
        sim__text_put(text, sim__text_string(&detail));
    }
    text->failed |= detail.failed;
    sim__text_release(&detail);
}

static void put_padded(struct sim__text *text, const struct sim__text *word, size_t width)
{
    size_t columns = sim__utf8_columns(sim__text_string(word), word->length);
    sim__text_put(text, sim__text_string(word));
    sim__text_pad(text, columns < width ? width - columns : 0);
}

void cli_timeline_event(struct sim__text *text, const struct cli_style *style,
                        const struct cli_columns *columns, const struct sim__json *line,
                        enum cli_instant instant)
{
    struct sim__text word = {0};
    size_t start = text->length;
    if (instant == CLI_INSTANT_NEW) {
        put_time(&word, line);
    }
    sim__text_pad(text, word.length < columns->time ? columns->time - word.length : 0);
    cli_style_put(text, style, CLI_BOLD, sim__text_string(&word));
    sim__text_put(text, "  ");
    const struct sim__json_member *who = who_of(line);
    sim__text_clear(&word);
    if (who != NULL) {
        sim__json_show(who, &word);
    }
    put_padded(text, &word, columns->who);
    sim__text_put(text, "  ");
    const struct sim__json_member *event = sim__json_find(line, "event");
    sim__text_clear(&word);
    if (event != NULL) {
        sim__json_show(event, &word);
    }
    enum cli_color color = color_of(line);
    cli_style_on(text, style, color);
    put_padded(text, &word, EVENT_WIDTH);
    put_details(text, line);
    cli_style_off(text, style, color);
    text->failed |= word.failed;
    sim__text_release(&word);
    while (!style->color && text->length > start && text->bytes[text->length - 1] == ' ') {
        text->bytes[--text->length] = '\0';
    }
}

bool cli_timeline_reads(const char *line, size_t length, struct sim__json *ret_json)
{
    length -= length > 0 && line[length - 1] == '\n';
    return sim__json_read(line, length, ret_json) && sim__json_find(ret_json, "event") != NULL;
}

void cli_timeline(struct sim__text *text, const struct cli_style *style, const char *trace,
                  size_t length, size_t indent)
{
    struct cli_columns columns = {0};
    struct sim__json json;
    const char *line;
    size_t line_length;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        if (cli_timeline_reads(line, line_length, &json)) {
            cli_timeline_measure(&columns, &json);
        }
    }
    uint64_t last = UINT64_MAX;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        uint64_t now = UINT64_MAX;
        if (!cli_timeline_reads(line, line_length, &json)) {
            continue;
        }
        sim__json_number(&json, "t", &now);
        sim__text_pad(text, indent);
        cli_timeline_event(text, style, &columns, &json,
                           now == last ? CLI_INSTANT_REPEATED : CLI_INSTANT_NEW);
        sim__text_char(text, '\n');
        last = now;
    }
}

static bool concerns(const struct sim__json *json, const struct cli_last *wanted)
{
    for (uint32_t i = 0; i < wanted->service_count; i++) {
        if (sim__json_is(json, "service", wanted->services[i])) {
            return true;
        }
    }
    return wanted->service_count == 0;
}

void cli_timeline_last(struct sim__text *lines, const char *trace, size_t length,
                       const struct cli_last *wanted)
{
    struct {
        const char *line;
        size_t length;
    } last[LAST_MAX];
    struct sim__json json;
    uint32_t room = wanted->limit < LAST_MAX ? wanted->limit : LAST_MAX;
    uint64_t found = 0;
    const char *line;
    size_t line_length;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        uint64_t now = 0;
        if (!cli_timeline_reads(line, line_length, &json) || !concerns(&json, wanted)) {
            continue;
        }
        if (sim__json_number(&json, "t", &now) && now > wanted->until.ns) {
            break;
        }
        last[found % room].line = line;
        last[found % room].length = line_length;
        found++;
    }
    for (uint64_t i = found > room ? found - room : 0; i < found; i++) {
        sim__text_putn(lines, last[i % room].line, last[i % room].length);
        sim__text_char(lines, '\n');
    }
}

/* Trace lines as aligned lines for people. */
#include "timeline.h"

#include <string.h>

#define EVENT_WIDTH 18u
#define WHO_WIDTH_MAX 32u
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

/* The service or, with events of a group, the group. */
static const struct cli_json_member *who_of(const struct cli_json *line)
{
    const struct cli_json_member *service = cli_json_find(line, "service");
    return service != NULL ? service : cli_json_find(line, "group");
}

static void put_time(struct cli_text *text, const struct cli_json *line)
{
    uint64_t ns;
    if (cli_json_number(line, "t", &ns)) {
        cli_text_duration(text, ns);
    }
}

void cli_timeline_measure(struct cli_columns *columns, const struct cli_json *line)
{
    struct cli_text text = {0};
    put_time(&text, line);
    if (text.length > columns->time) {
        columns->time = text.length;
    }
    const struct cli_json_member *who = who_of(line);
    cli_text_clear(&text);
    if (who != NULL) {
        cli_json_show(who, &text);
    }
    size_t width = cli_columns(cli_text_string(&text), text.length);
    if (width > columns->who) {
        columns->who = width < WHO_WIDTH_MAX ? width : WHO_WIDTH_MAX;
    }
    cli_text_release(&text);
}

static enum cli_color color_of(const struct cli_json *line)
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
    };
    if (cli_json_is(line, "event", "attempt-ended")) {
        bool quiet =
            cli_json_is(line, "outcome", "succeeded") || cli_json_is(line, "outcome", "cancelled");
        return quiet ? CLI_PLAIN : CLI_RED;
    }
    if (cli_json_is(line, "event", "terminated")) {
        bool quiet =
            cli_json_is(line, "reason", "completed") || cli_json_is(line, "reason", "cancelled");
        return quiet ? CLI_BOLD : CLI_RED;
    }
    for (size_t i = 0; i < sizeof colors / sizeof colors[0]; i++) {
        if (cli_json_is(line, "event", colors[i].event)) {
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
    static const char *const keys[] = {"t",          "n",         "event",    "service",  "group",
                                       "generation", "reason",    "failures", "restarts", "limit",
                                       "idempotent", "timed-out", "then"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i]) == length && memcmp(keys[i], key, length) == 0) {
            return true;
        }
    }
    return false;
}

static void separate(struct cli_text *text, size_t start, const char *separator)
{
    if (text->length > start) {
        cli_text_put(text, separator);
    }
}

/* What would say nothing: a count of zero, a reason that only repeats who. */
static bool is_empty(const struct detail *detail, const struct cli_json_member *member,
                     const struct cli_json *line)
{
    if (strcmp(detail->key, "why") == 0) {
        const struct cli_json_member *who = cli_json_find(line, "who");
        return who != NULL && who->value_length == member->value_length &&
               memcmp(who->value, member->value, who->value_length) == 0;
    }
    return detail->after[0] != '\0' && member->value_length == 1 && member->value[0] == '0';
}

static void put_detail(struct cli_text *text, size_t start, const struct detail *detail,
                       const struct cli_json *line)
{
    const struct cli_json_member *member = cli_json_find(line, detail->key);
    uint64_t ns;
    if (member == NULL || is_empty(detail, member, line)) {
        return;
    }
    separate(text, start, detail->separator);
    cli_text_put(text, detail->before);
    if (detail->duration && cli_json_number(line, detail->key, &ns)) {
        cli_text_duration(text, ns);
    } else {
        cli_json_show(member, text);
    }
    cli_text_put(text, detail->after);
}

static void put_text_of(struct cli_text *text, size_t start, const struct cli_json *line,
                        const char *key, const char *separator)
{
    const struct cli_json_member *member = cli_json_find(line, key);
    if (member != NULL) {
        separate(text, start, separator);
        cli_json_show(member, text);
    }
}

/* "3 of 3 failures" */
static void put_count(struct cli_text *text, size_t start, const struct cli_json *line,
                      const char *key)
{
    const struct cli_json_member *count = cli_json_find(line, key);
    const struct cli_json_member *limit = cli_json_find(line, "limit");
    if (count == NULL) {
        return;
    }
    separate(text, start, ", ");
    cli_json_show(count, text);
    if (limit != NULL) {
        cli_text_put(text, " of ");
        cli_json_show(limit, text);
    }
    cli_text_format(text, " %s", key);
}

static void put_special(struct cli_text *text, size_t start, const struct cli_json *line)
{
    uint64_t generation;
    put_count(text, start, line, "failures");
    put_count(text, start, line, "restarts");
    put_text_of(text, start, line, "then", ", then ");
    /* The text is the sentence for the reason. */
    if (cli_json_find(line, "text") == NULL) {
        put_text_of(text, start, line, "reason", ": ");
    }
    if (cli_json_find(line, "service") != NULL && cli_json_find(line, "group") != NULL) {
        separate(text, start, " ");
        cli_text_put(text, "in ");
        put_text_of(text, text->length, line, "group", "");
    }
    if (cli_json_number(line, "generation", &generation) && generation > 0) {
        separate(text, start, ", ");
        cli_text_format(text, "generation %llu", (unsigned long long)generation);
    }
    const struct cli_json_member *flag = cli_json_find(line, "idempotent");
    if (flag != NULL && flag->value[0] == 't') {
        cli_text_put(text, " (idempotent)");
    }
    flag = cli_json_find(line, "timed-out");
    if (flag != NULL && flag->value[0] == 't') {
        separate(text, start, ", ");
        cli_text_put(text, "timed out");
    }
}

/* What this program does not know is shown as it is. */
static void put_unknown(struct cli_text *text, size_t start, const struct cli_json *line)
{
    for (uint32_t i = 0; i < line->count; i++) {
        const struct cli_json_member *member = &line->members[i];
        bool known = is_shown_elsewhere(member->key, member->key_length);
        for (size_t j = 0; j < sizeof details / sizeof details[0] && !known; j++) {
            known = strlen(details[j].key) == member->key_length &&
                    memcmp(details[j].key, member->key, member->key_length) == 0;
        }
        if (!known) {
            separate(text, start, ", ");
            cli_text_safe(text, member->key, member->key_length);
            cli_text_char(text, ' ');
            cli_json_show(member, text);
        }
    }
}

static void put_details(struct cli_text *text, const struct cli_json *line)
{
    struct cli_text detail = {0};
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++) {
        put_detail(&detail, 0, &details[i], line);
    }
    put_special(&detail, 0, line);
    put_unknown(&detail, 0, line);
    if (detail.length > 0) {
        cli_text_put(text, "  ");
        cli_text_put(text, cli_text_string(&detail));
    }
    text->failed |= detail.failed;
    cli_text_release(&detail);
}

static void put_padded(struct cli_text *text, const struct cli_text *word, size_t width)
{
    size_t columns = cli_columns(cli_text_string(word), word->length);
    cli_text_put(text, cli_text_string(word));
    cli_text_pad(text, columns < width ? width - columns : 0);
}

void cli_timeline_event(struct cli_text *text, const struct cli_style *style,
                        const struct cli_columns *columns, const struct cli_json *line,
                        bool repeated)
{
    struct cli_text word = {0};
    size_t start = text->length;
    if (!repeated) {
        put_time(&word, line);
    }
    cli_text_pad(text, word.length < columns->time ? columns->time - word.length : 0);
    cli_style_put(text, style, CLI_BOLD, cli_text_string(&word));
    cli_text_put(text, "  ");
    const struct cli_json_member *who = who_of(line);
    cli_text_clear(&word);
    if (who != NULL) {
        cli_json_show(who, &word);
    }
    put_padded(text, &word, columns->who);
    cli_text_put(text, "  ");
    const struct cli_json_member *event = cli_json_find(line, "event");
    cli_text_clear(&word);
    if (event != NULL) {
        cli_json_show(event, &word);
    }
    enum cli_color color = color_of(line);
    cli_style_on(text, style, color);
    put_padded(text, &word, EVENT_WIDTH);
    put_details(text, line);
    cli_style_off(text, style, color);
    text->failed |= word.failed;
    cli_text_release(&word);
    while (!style->color && text->length > start && text->bytes[text->length - 1] == ' ') {
        text->bytes[--text->length] = '\0';
    }
}

static bool is_event(const char *line, size_t length, struct cli_json *ret_json)
{
    return cli_json_read(line, length, ret_json) && cli_json_find(ret_json, "event") != NULL;
}

void cli_timeline(struct cli_text *text, const struct cli_style *style, const char *trace,
                  size_t length, size_t indent)
{
    struct cli_columns columns = {0};
    struct cli_json json;
    const char *line;
    size_t line_length;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        if (is_event(line, line_length, &json)) {
            cli_timeline_measure(&columns, &json);
        }
    }
    uint64_t last = UINT64_MAX;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        uint64_t now = UINT64_MAX;
        if (!is_event(line, line_length, &json)) {
            continue;
        }
        cli_json_number(&json, "t", &now);
        cli_text_pad(text, indent);
        cli_timeline_event(text, style, &columns, &json, now == last);
        cli_text_char(text, '\n');
        last = now;
    }
}

static bool concerns(const struct cli_json *json, const char *const *services,
                     uint32_t service_count)
{
    for (uint32_t i = 0; i < service_count; i++) {
        if (cli_json_is(json, "service", services[i])) {
            return true;
        }
    }
    return service_count == 0;
}

void cli_timeline_last(struct cli_text *lines, const char *trace, size_t length,
                       const char *const *services, uint32_t service_count, uint64_t until_ns,
                       uint32_t limit)
{
    struct {
        const char *line;
        size_t length;
    } last[LAST_MAX];
    struct cli_json json;
    uint32_t room = limit < LAST_MAX ? limit : LAST_MAX;
    uint64_t found = 0;
    const char *line;
    size_t line_length;
    for (size_t at = 0; cli_line_next(trace, length, &at, &line, &line_length);) {
        uint64_t now = 0;
        if (!is_event(line, line_length, &json) || !concerns(&json, services, service_count)) {
            continue;
        }
        if (cli_json_number(&json, "t", &now) && now > until_ns) {
            break;
        }
        last[found % room].line = line;
        last[found % room].length = line_length;
        found++;
    }
    for (uint64_t i = found > room ? found - room : 0; i < found; i++) {
        cli_text_putn(lines, last[i % room].line, last[i % room].length);
        cli_text_char(lines, '\n');
    }
}

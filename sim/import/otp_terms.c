/* Terms of Erlang; see otp_terms.h. */
#include "otp_terms.h"

#include <string.h>

#include "sim/base/utf8.h"
#include "sim/scenario/diagnostic.h"

struct reading {
    struct sim__import *import;
    const char *path;
    const char *bytes; /* NUL behind them */
    size_t length;
    size_t at;
    uint32_t line;
    size_t line_start;
    bool failed;
};

static struct sim__spot here(const struct reading *in)
{
    size_t columns = sim__utf8_columns(in->bytes + in->line_start, in->at - in->line_start);
    return (struct sim__spot){in->path, in->line, (uint32_t)columns + 1};
}

/* Says it once: what follows the first mistake means nothing. */
static void fail(struct reading *in, struct sim__spot spot, const char *why)
{
    if (!in->failed) {
        sim__import_refuse(in->import, spot, "%s", why);
    }
    in->failed = true;
}

static char peek(const struct reading *in)
{
    return in->bytes[in->at];
}

static void step(struct reading *in)
{
    if (in->bytes[in->at++] == '\n') {
        in->line++;
        in->line_start = in->at;
    }
}

static void skip(struct reading *in)
{
    while (peek(in) != '\0') {
        if (peek(in) == '%') {
            while (peek(in) != '\0' && peek(in) != '\n') {
                step(in);
            }
        } else if (strchr(" \t\r\n\f", peek(in)) != NULL) {
            step(in);
        } else {
            return;
        }
    }
}

static bool take(struct reading *in, const char *token)
{
    skip(in);
    size_t length = strlen(token);
    if (strncmp(in->bytes + in->at, token, length) != 0) {
        return false;
    }
    in->at += length;
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *slice(struct reading *in, size_t from)
{
    const char *text = sim__arena_text(in->import->arena, in->bytes + from, in->at - from);
    return text == NULL ? "" : text;
}

/* ---- what has no parts ---- */

/* Between quotes; of escapes the letter stands for itself, which is enough for a name. */
static const char *read_quoted(struct reading *in, char quote)
{
    struct sim__spot spot = here(in);
    char *text = NULL;
    size_t from = ++in->at, length = 0;
    while (peek(in) != quote) {
        if (peek(in) == '\\') {
            step(in);
        }
        if (peek(in) == '\0') {
            fail(in, spot, "this quote is never closed");
            return "";
        }
        step(in);
        length++;
    }
    text = sim__arena_alloc(in->import->arena, length + 1, 1);
    for (size_t i = 0; text != NULL && i < length; i++) {
        from += in->bytes[from] == '\\' ? 1 : 0;
        text[i] = in->bytes[from++];
    }
    in->at++;
    return text == NULL ? "" : text;
}

static void read_atom(struct reading *in, struct sim__term *term)
{
    size_t from = in->at;
    term->kind = SIM__TERM_ATOM;
    if (peek(in) == '\'') {
        term->text = read_quoted(in, '\'');
        return;
    }
    while (is_letter(peek(in)) || is_digit(peek(in)) || peek(in) == '_' || peek(in) == '@') {
        in->at++;
    }
    term->text = slice(in, from);
}

/* `fun module:name/2`, of which only the text matters. */
static bool read_fun(struct reading *in, struct sim__term *term)
{
    size_t from = in->at;
    if (strncmp(in->bytes + from, "fun", 3) != 0 ||
        (in->bytes[from + 3] != ' ' && in->bytes[from + 3] != '\t')) {
        return false;
    }
    while (peek(in) != '\0' && strchr(",}])\n.", peek(in)) == NULL) {
        in->at++;
    }
    term->kind = SIM__TERM_OTHER;
    term->text = slice(in, from);
    return true;
}

static void read_number(struct reading *in, struct sim__term *term)
{
    size_t from = in->at;
    bool negative = peek(in) == '-';
    bool fits = true;
    term->kind = SIM__TERM_INTEGER;
    in->at += peek(in) == '-' || peek(in) == '+' ? 1 : 0;
    if (!is_digit(peek(in))) {
        fail(in, here(in), "a number is wanted here");
        return;
    }
    for (; is_digit(peek(in)) || (peek(in) == '_' && is_digit(in->bytes[in->at + 1])); in->at++) {
        int64_t digit = peek(in) - '0';
        if (peek(in) != '_') {
            fits = fits && !__builtin_mul_overflow(term->number, 10, &term->number) &&
                   !__builtin_add_overflow(term->number, digit, &term->number);
        }
    }
    /* 16#ff, 1.5, 1.0e10: nothing that a supervisor counts with. */
    if (peek(in) == '#' || (peek(in) == '.' && is_digit(in->bytes[in->at + 1]))) {
        fits = false;
        in->at++;
        while (is_letter(peek(in)) || is_digit(peek(in)) || peek(in) == '-' || peek(in) == '+') {
            in->at++;
        }
    }
    term->number = negative ? -term->number : term->number;
    term->kind = fits ? SIM__TERM_INTEGER : SIM__TERM_OTHER;
    term->text = slice(in, from);
}

/* `$a`, `$\n`: a number, whose value nobody asks for. */
static void read_character(struct reading *in, struct sim__term *term)
{
    size_t from = in->at++;
    if (peek(in) == '\\' && in->bytes[in->at + 1] != '\0') {
        in->at++;
    }
    if (peek(in) == '\0') {
        fail(in, here(in), "the file ends within a term");
        return;
    }
    do {
        step(in);
    } while (((unsigned char)peek(in) & 0xc0) == 0x80); /* of one character */
    term->kind = SIM__TERM_OTHER;
    term->text = slice(in, from);
}

/* <<"text">>, with a type behind the text or not, or bytes. */
static void read_binary(struct reading *in, struct sim__term *term)
{
    struct sim__spot spot = here(in);
    size_t from = in->at;
    in->at += 2;
    skip(in);
    term->kind = SIM__TERM_TEXT;
    if (peek(in) == '"') {
        term->text = read_quoted(in, '"');
    }
    while (peek(in) != '\0' && strncmp(in->bytes + in->at, ">>", 2) != 0) {
        step(in);
    }
    if (!take(in, ">>")) {
        fail(in, spot, "this binary is never closed");
    } else if (term->text == NULL) {
        term->text = slice(in, from);
    }
}

static void read_string(struct reading *in, struct sim__term *term)
{
    term->kind = SIM__TERM_TEXT;
    term->text = read_quoted(in, '"');
}

/* ---- what has parts ---- */

static struct sim__term *read_term(struct reading *in, unsigned depth);

/* Parts up to the bracket, parted by commas; of a map `=>` parts keys from values. */
static void read_parts(struct reading *in, struct sim__term *term, const char *end, unsigned depth)
{
    struct sim__term **last = &term->parts;
    if (take(in, end)) {
        return;
    }
    for (;;) {
        struct sim__term *part = read_term(in, depth + 1);
        if (part == NULL) {
            return;
        }
        *last = part;
        last = &part->next;
        term->count++;
        if (term->kind == SIM__TERM_MAP && term->count % 2 == 1) {
            if (!take(in, "=>")) {
                fail(in, here(in), "`=>` is wanted behind a map's key");
                return;
            }
        } else if (term->kind == SIM__TERM_LIST && take(in, "|")) {
            /* The list's tail, which a list of ours does not have. */
            term->kind = SIM__TERM_OTHER;
            if (read_term(in, depth + 1) == NULL) {
                return;
            }
            break;
        } else if (!take(in, ",")) {
            break;
        }
    }
    if (!take(in, end)) {
        fail(in, here(in),
             end[0] == ']' ? "a comma or `]` is wanted here" : "a comma or `}` is wanted here");
    }
}

static void read_any(struct reading *in, struct sim__term *term, unsigned depth)
{
    char c = peek(in);
    if (c == '{') {
        in->at++;
        term->kind = SIM__TERM_TUPLE;
        read_parts(in, term, "}", depth);
    } else if (c == '[') {
        in->at++;
        term->kind = SIM__TERM_LIST;
        read_parts(in, term, "]", depth);
    } else if (c == '#' && in->bytes[in->at + 1] == '{') {
        in->at += 2;
        term->kind = SIM__TERM_MAP;
        read_parts(in, term, "}", depth);
    } else if (c == '<' && in->bytes[in->at + 1] == '<') {
        read_binary(in, term);
    } else if (c == '"') {
        read_string(in, term);
    } else if (c == '$') {
        read_character(in, term);
    } else if (is_digit(c) || c == '-' || c == '+') {
        read_number(in, term);
    } else if ((c >= 'a' && c <= 'z' && !read_fun(in, term)) || c == '\'') {
        read_atom(in, term);
    } else if (term->text == NULL) { /* what begins like an atom may be a fun */
        fail(in, here(in),
             c == '\0'                            ? "the file ends within a term"
             : (c >= 'A' && c <= 'Z') || c == '_' ? "a variable is no term"
                                                  : "no term begins like this");
    }
}

/* NULL after a mistake. */
static struct sim__term *read_term(struct reading *in, unsigned depth)
{
    skip(in);
    struct sim__term *term = sim__arena_alloc(in->import->arena, 1, sizeof(*term));
    if (term == NULL) {
        in->failed = true;
        return NULL;
    }
    term->spot = here(in);
    if (depth > SIM__TERM_DEPTH_MAX) {
        fail(in, term->spot, "terms are nested more than 40 deep");
    } else {
        term->source = in->bytes + in->at;
        read_any(in, term, depth);
        term->length = (uint32_t)(in->bytes + in->at - term->source);
    }
    return in->failed ? NULL : term;
}

struct sim__term *sim__terms_read(struct sim__import *import, const char *path, const char *bytes,
                                  size_t length)
{
    struct reading in = {
        .import = import, .path = path, .bytes = bytes, .length = length, .line = 1};
    struct sim__term *first = NULL, **last = &first;
    for (skip(&in); peek(&in) != '\0' && !in.failed; skip(&in)) {
        struct sim__term *term = read_term(&in, 0);
        if (term == NULL) {
            return NULL;
        }
        if (!take(&in, ".")) {
            fail(&in, here(&in), "a full stop is wanted behind a term");
            return NULL;
        }
        *last = term;
        last = &term->next;
    }
    return first;
}

/* ---- looking ---- */

const char *sim__term_shown(struct sim__import *import, const struct sim__term *term)
{
    return term->text != NULL && term->kind != SIM__TERM_INTEGER
               ? sim__quotable(import->arena, term->text, strlen(term->text))
               : sim__quotable(import->arena, term->source, term->length);
}

bool sim__term_is_atom(const struct sim__term *term, const char *name)
{
    return term != NULL && term->kind == SIM__TERM_ATOM && strcmp(term->text, name) == 0;
}

const struct sim__term *sim__term_get(const struct sim__term *map, const char *key)
{
    for (const struct sim__term *part = map->parts; part != NULL && part->next != NULL;
         part = part->next->next) {
        if (sim__term_is_atom(part, key)) {
            return part->next;
        }
    }
    return NULL;
}

const struct sim__term *sim__term_part(const struct sim__term *term, uint32_t index)
{
    const struct sim__term *part = term == NULL ? NULL : term->parts;
    while (part != NULL && index-- > 0) {
        part = part->next;
    }
    return part;
}

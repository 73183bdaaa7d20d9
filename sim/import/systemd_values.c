/* Values in systemd's notation. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "sim/scenario/reader.h"
#include "sim/base/span.h"
#include "sim/base/statuses.h"
#include "systemd.h"

#define BLANK " \t\n\r"
#define DIGITS "0123456789"

/* ---- times ---- */

const char *sim__unit_time(const char *text, struct sup_duration *ret_length)
{
    return sim__span_read(text, strlen(text), SIM__SPAN_OF_SYSTEMD, SUP_SEC(1), ret_length);
}

/* ---- words and numbers ---- */

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (words[i][at] != '\0' && (text[at] | 0x20) == words[i][at]) {
            at++;
        }
        if (words[i][at] == '\0' && text[at] == '\0') {
            return true;
        }
    }
    return false;
}

bool sim__unit_boolean(const char *text, bool *ret_value)
{
    static const char *const yes[] = {"yes", "y", "true", "t", "on"};
    static const char *const no[] = {"no", "n", "false", "f", "off"};
    *ret_value = strcmp(text, "1") == 0 || is_one_of(text, yes, 5);
    return *ret_value || strcmp(text, "0") == 0 || is_one_of(text, no, 5);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool sim__unit_number(const char *text, uint64_t most, uint64_t *ret_number)
{
    uint64_t base = 10, number = 0;
    if (text[0] == '0' && text[1] != '\0') {
        base = (text[1] | 0x20) == 'x' ? 16 : 8;
        text += base == 16 ? 2 : 1;
    }
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        uint64_t digit = (uint64_t)digit_of(*text);
        if (digit >= base || number > (most - digit) / base || digit > most) {
            return false;
        }
        number = number * base + digit;
    }
    *ret_number = number;
    return true;
}

bool sim__unit_signal(const char *text, int32_t *ret_signal)
{
    uint64_t number;
    const char *name = strncmp(text, "SIG", 3) == 0 ? text + 3 : text;
    if (sim__unit_number(text, 64, &number)) {
        *ret_signal = (int32_t)number;
        return number > 0;
    }
    for (int32_t signal = 1; signal < 32; signal++) {
        const char *known = sim_signal_name(signal);
        if (known != NULL && strcmp(known, name) == 0) {
            *ret_signal = signal;
            return true;
        }
    }
    bool least = strncmp(name, "RTMIN", 5) == 0, most = strncmp(name, "RTMAX", 5) == 0;
    char sign = least || most ? name[5] : 'x';
    if (sign != '\0' && sign != (least ? '+' : '-')) {
        return false;
    }
    *ret_signal = 64;
    return sign == '\0' || sim__unit_number(name + 6, 30, &number);
}

/* ---- exit statuses ---- */

static bool read_status(const char *word, uint64_t *ret_code)
{
    uint32_t code;
    if (!sim__status_named(word, &code)) {
        return sim__unit_number(word, 255, ret_code);
    }
    *ret_code = code;
    return true;
}

const char *sim__unit_statuses(struct sim__import *import, const char *text,
                               struct sim__exit_statuses *statuses)
{
    while (*(text += strspn(text, BLANK)) != '\0') {
        uint64_t code;
        int32_t signal = 0;
        size_t length = strcspn(text, BLANK);
        const char *word = sim__arena_text(import->arena, text, length);
        text += length;
        if (word == NULL) {
            return NULL;
        }
        if (read_status(word, &code)) {
            statuses->codes[code] = true;
        } else if (!sim__unit_signal(word, &signal)) {
            return sim__import_text(import, "`%s` is no exit status and no signal",
                                    sim__quotable(import->arena, word, length));
        } else if (signal < 32) {
            statuses->signals[signal] = true;
        } else {
            return sim__import_text(import, "real-time signals have no name in a scenario: `%s`",
                                    sim__quotable(import->arena, word, length));
        }
    }
    return NULL;
}

static void put_item(struct sim__text *text, const char *word)
{
    sim__text_put(text, text->length > 1 ? ", " : "");
    sim__text_put(text, word);
}

const char *sim__unit_statuses_yaml(struct sim__import *import,
                                    const struct sim__exit_statuses *statuses)
{
    struct sim__text text = {0};
    char word[8];
    sim__text_char(&text, '[');
    for (unsigned code = 0; code < 256; code++) {
        if (statuses->codes[code]) {
            struct sim__text number;
            sim__text_init_fixed(&number, word, sizeof(word));
            sim__text_u64(&number, code);
            put_item(&text, word);
        }
    }
    for (int32_t signal = 1; signal < 32; signal++) {
        if (statuses->signals[signal]) {
            put_item(&text, "SIG");
            sim__text_put(&text, sim_signal_name(signal));
        }
    }
    bool empty = text.length <= 1;
    sim__text_char(&text, ']');
    const char *yaml = text.failed ? NULL : sim__arena_text(import->arena, text.bytes, text.length);
    if (text.failed) {
        sim__arena_fail(import->arena);
    }
    sim__text_release(&text);
    return empty ? NULL : yaml;
}

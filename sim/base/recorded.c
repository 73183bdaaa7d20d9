/* Reads and writes a recorded run; see recorded.h. */
#include "recorded.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "sup/assert.h"

void sim__recorded_release(struct sim__recorded *recorded)
{
    struct sim__settings *const both[] = {&recorded->variants, &recorded->sets};
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t k = 0; k < both[i]->count; k++) {
            free(both[i]->texts[k]);
        }
        free(both[i]->texts);
    }
    free(recorded->version);
    free(recorded->scenario);
    free(recorded->signature);
    sim__choices_release(&recorded->choices);
    *recorded = (struct sim__recorded){0};
}

uint64_t sim__recorded_digest(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

int sim__recorded_set(char **text, const char *value, size_t length)
{
    free(*text);
    *text = strndup(value, length);
    return *text != NULL ? SUP_OK : SUP_ENOMEM;
}

int sim__settings_add(struct sim__settings *settings, const char *value, size_t length)
{
    void *grown = sim__grown(settings->texts, &settings->room, (uint64_t)settings->count + 1,
                             sizeof(*settings->texts));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    settings->texts = grown;
    settings->texts[settings->count] = NULL;
    int error = sim__recorded_set(&settings->texts[settings->count], value, length);
    settings->count += error == SUP_OK ? 1 : 0;
    return error;
}

bool sim__recorded_text_is_good(const char *text)
{
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        unsigned char c = (unsigned char)text[length];
        if (c < 0x20 || c == 0x7F || length > SIM__RECORDED_LINE_MAX / 2) {
            return false;
        }
    }
    return length > 0;
}

/* ---- reading ---- */

struct reader {
    const char *next;
    const char *end;
    const char *line; /* the one at hand, without its end */
    size_t length;
    uint32_t number;
    const char *why; /* NULL: nothing is wrong so far */
};

static bool refuse(struct reader *r, const char *why)
{
    r->why = r->why == NULL ? why : r->why;
    return false;
}

/* On to the next line. */
static bool advance(struct reader *r)
{
    size_t left = (size_t)(r->end - r->next);
    const char *end = left > 0 ? memchr(r->next, '\n', left) : NULL;
    r->number++;
    if (end == NULL) {
        return refuse(r, left > 0 ? "the last line does not end" : "the file ends too early");
    }
    r->line = r->next;
    r->length = (size_t)(end - r->next);
    r->next = end + 1;
    if (r->length > SIM__RECORDED_LINE_MAX) {
        return refuse(r, "the line is too long");
    }
    for (size_t i = 0; i < r->length; i++) {
        if ((unsigned char)r->line[i] < 0x20 || r->line[i] == 0x7F) {
            return refuse(r, "the line holds a control character");
        }
    }
    return true;
}

/* A number in the shortest way, and what follows it. */
static const char *read_number(const char *at, const char *end, uint64_t *ret_number)
{
    uint64_t number = 0;
    const char *first = at;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (number > (UINT64_MAX - digit) / 10) {
            return NULL;
        }
        number = number * 10 + digit;
    }
    if (at == first || (*first == '0' && at - first > 1)) {
        return NULL;
    }
    *ret_number = number;
    return at;
}

/* Whether the line at hand is "key value", and the value. */
static bool is_key(const struct reader *r, const char *key, const char **ret_value,
                   size_t *ret_length)
{
    size_t length = strlen(key);
    if (r->length < length + 2 || memcmp(r->line, key, length) != 0 || r->line[length] != ' ') {
        return false;
    }
    *ret_value = r->line + length + 1;
    *ret_length = r->length - length - 1;
    return true;
}

static bool take_number(struct reader *r, const char *key, uint64_t *ret_number, const char *why)
{
    const char *value;
    size_t length;
    if (!is_key(r, key, &value, &length) ||
        read_number(value, value + length, ret_number) != value + length) {
        return refuse(r, why);
    }
    return true;
}

static bool take_hex(struct reader *r, const char *key, uint64_t *ret_number, const char *why)
{
    static const char digits[] = "0123456789abcdef";
    const char *value;
    size_t length;
    if (!is_key(r, key, &value, &length) || length != 16) {
        return refuse(r, why);
    }
    *ret_number = 0;
    for (size_t i = 0; i < length; i++) {
        const char *digit = memchr(digits, value[i], sizeof(digits) - 1);
        if (digit == NULL) {
            return refuse(r, why);
        }
        *ret_number = *ret_number << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

/* SUP_OK, SUP_ENOMEM, or SUP_EINVAL: refused. */
static int take_text(struct reader *r, const char *key, char **text, const char *why)
{
    const char *value;
    size_t length;
    if (!is_key(r, key, &value, &length)) {
        refuse(r, why);
        return SUP_EINVAL;
    }
    return sim__recorded_set(text, value, length);
}

/* Any number of lines "key value"; the line at hand is then the first that is none. */
static int take_settings(struct reader *r, const char *key, struct sim__settings *settings)
{
    const char *value;
    size_t length;
    int error = SUP_OK;
    while (error == SUP_OK && is_key(r, key, &value, &length)) {
        if (settings->count >= SIM__RECORDED_SETTINGS_MAX) {
            refuse(r, "there are too many of these lines");
            return SUP_EINVAL;
        }
        if (memchr(value, '=', length) == NULL) {
            refuse(r, "a setting is written KEY=VALUE");
            return SUP_EINVAL;
        }
        error = sim__settings_add(settings, value, length);
        if (error == SUP_OK && !advance(r)) {
            error = SUP_EINVAL;
        }
    }
    return error;
}

/* "key number", or nothing. */
static bool take_limit(struct reader *r, const char *key, uint64_t *ret_limit)
{
    const char *value;
    size_t length;
    if (!is_key(r, key, &value, &length)) {
        return true;
    }
    if (!take_number(r, key, ret_limit, "a number is wanted here")) {
        return false;
    }
    return *ret_limit > 0 ? advance(r) : refuse(r, "a limit is above 0");
}

static bool begin(struct reader *r)
{
    if (!advance(r)) {
        return false;
    }
    size_t length = strlen(SIM__RECORDED_BEGINS);
    if (r->length < length || memcmp(r->line, SIM__RECORDED_BEGINS, length) != 0) {
        return refuse(r, "this is no file of recorded choices");
    }
    if (r->length != length + 1 || r->line[length] != '1') {
        return refuse(r, "this form of the file is not known; it is 1");
    }
    return advance(r);
}

static int read_heading(struct reader *r, struct sim__recorded *recorded)
{
    if (!begin(r)) {
        return SUP_EINVAL;
    }
    int error = take_text(r, "version", &recorded->version, "'version' and a text are wanted here");
    if (error == SUP_OK && !advance(r)) {
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        error = take_text(r, "scenario", &recorded->scenario,
                          "'scenario' and the path of a file are wanted here");
    }
    if (error == SUP_OK &&
        (!advance(r) ||
         !take_hex(r, "digest", &recorded->digest, "'digest' and 16 digits are wanted here") ||
         !advance(r))) {
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        error = take_settings(r, "variant", &recorded->variants);
    }
    if (error == SUP_OK) {
        error = take_settings(r, "set", &recorded->sets);
    }
    return error;
}

static int read_outcome(struct reader *r, struct sim__recorded *recorded, uint64_t *ret_count)
{
    if (!take_limit(r, "max-events", &recorded->max_events) ||
        !take_limit(r, "max-steps", &recorded->max_steps) ||
        !take_number(r, "seed", &recorded->seed, "'seed' and a number are wanted here") ||
        !advance(r) ||
        !take_hex(r, "hash", &recorded->hash, "'hash' and 16 digits are wanted here") ||
        !advance(r)) {
        return SUP_EINVAL;
    }
    int error =
        take_text(r, "signature", &recorded->signature, "'signature' and a text are wanted here");
    if (error == SUP_OK &&
        (!advance(r) ||
         !take_number(r, "choices", ret_count, "'choices' and their number are wanted here"))) {
        error = SUP_EINVAL;
    }
    if (error == SUP_OK && *ret_count > SIM__CHOICES_MAX) {
        refuse(r, "there are too many choices; a million is the most");
        error = SUP_EINVAL;
    }
    return error;
}

/* "at label answer most" */
static bool take_choice(struct reader *r, struct sim__choice *choice, char *label)
{
    static const char why[] = "a choice is an instant, a label, the answer and the greatest "
                              "answer, with a space between them";
    const char *end = r->line + r->length;
    const char *at = read_number(r->line, end, &choice->at_ns);
    if (at == NULL || at == end || *at != ' ') {
        return refuse(r, why);
    }
    const char *space = memchr(at + 1, ' ', (size_t)(end - at - 1));
    size_t length = space != NULL ? (size_t)(space - at - 1) : 0;
    if (length == 0 || length >= SIM__LABEL_BYTES) {
        return refuse(r, why);
    }
    memcpy(label, at + 1, length);
    label[length] = '\0';
    at = read_number(space + 1, end, &choice->answer);
    if (!sim__label_is_good(label) || at == NULL || at == end || *at != ' ' ||
        read_number(at + 1, end, &choice->most) != end) {
        return refuse(r, why);
    }
    return choice->answer <= choice->most ? true : refuse(r, "the answer is above the greatest");
}

static int read_choices(struct reader *r, struct sim__recorded *recorded, uint64_t count)
{
    char label[SIM__LABEL_BYTES];
    uint64_t before_ns = 0;
    recorded->first_line = r->number + 1;
    for (uint64_t i = 0; i < count; i++) {
        struct sim__choice choice = {0};
        if (!advance(r) || !take_choice(r, &choice, label)) {
            return SUP_EINVAL;
        }
        if (choice.at_ns < before_ns) {
            refuse(r, "the instant lies before that of the choice before");
            return SUP_EINVAL;
        }
        before_ns = choice.at_ns;
        int error = sim__choices_add(&recorded->choices, label, &choice);
        SUP_ASSERT(error != SUP_ELIMIT);
        if (error != SUP_OK) {
            return error;
        }
    }
    if (!advance(r)) {
        return SUP_EINVAL;
    }
    if (r->length != 3 || memcmp(r->line, "end", 3) != 0) {
        refuse(r, "'end' is wanted here, after so many choices");
    } else if (r->next != r->end) {
        r->number++;
        refuse(r, "something follows the end");
    }
    return r->why == NULL ? SUP_OK : SUP_EINVAL;
}

bool sim__recorded_is(const char *bytes, size_t length)
{
    size_t wanted = strlen(SIM__RECORDED_BEGINS);
    return length >= wanted && memcmp(bytes, SIM__RECORDED_BEGINS, wanted) == 0;
}

int sim__recorded_read(const char *bytes, size_t length, struct sim__recorded *ret_recorded,
                       struct sim__recorded_mistake *ret_mistake)
{
    struct reader r = {.next = bytes, .end = bytes + length};
    uint64_t count = 0;
    int error = SUP_OK;
    *ret_recorded = (struct sim__recorded){0};
    *ret_mistake = (struct sim__recorded_mistake){0};
    if (length > SIM__RECORDED_BYTES_MAX) {
        r.number = 1;
        refuse(&r, "the file is larger than 128 MiB");
        error = SUP_EINVAL;
    }
    if (error == SUP_OK) {
        error = read_heading(&r, ret_recorded);
    }
    if (error == SUP_OK) {
        error = read_outcome(&r, ret_recorded, &count);
    }
    if (error == SUP_OK) {
        error = read_choices(&r, ret_recorded, count);
    }
    if (error == SUP_EINVAL) {
        *ret_mistake = (struct sim__recorded_mistake){r.number, r.why};
    }
    return error;
}

/* ---- writing ---- */

static void put_line(struct sim__text *text, const char *key, const char *value)
{
    SUP_ASSERT(sim__recorded_text_is_good(value));
    sim__text_format(text, "%s %s\n", key, value);
}

static void put_settings(struct sim__text *text, const char *key,
                         const struct sim__settings *settings)
{
    for (uint32_t i = 0; i < settings->count; i++) {
        put_line(text, key, settings->texts[i]);
    }
}

static void put_choice(struct sim__text *text, const struct sim__choices *choices, uint32_t index)
{
    const struct sim__choice *choice = &choices->items[index];
    sim__text_u64(text, choice->at_ns);
    sim__text_char(text, ' ');
    sim__text_put(text, sim__choices_label(choices, index));
    sim__text_char(text, ' ');
    sim__text_u64(text, choice->answer);
    sim__text_char(text, ' ');
    sim__text_u64(text, choice->most);
    sim__text_char(text, '\n');
}

void sim__recorded_write(const struct sim__recorded *recorded, struct sim__text *text)
{
    sim__text_put(text, SIM__RECORDED_BEGINS "1\n");
    put_line(text, "version", recorded->version);
    put_line(text, "scenario", recorded->scenario);
    sim__text_format(text, "digest %016" PRIx64 "\n", recorded->digest);
    put_settings(text, "variant", &recorded->variants);
    put_settings(text, "set", &recorded->sets);
    if (recorded->max_events > 0) {
        sim__text_format(text, "max-events %" PRIu64 "\n", recorded->max_events);
    }
    if (recorded->max_steps > 0) {
        sim__text_format(text, "max-steps %" PRIu64 "\n", recorded->max_steps);
    }
    sim__text_format(text, "seed %" PRIu64 "\nhash %016" PRIx64 "\n", recorded->seed,
                     recorded->hash);
    put_line(text, "signature", recorded->signature);
    sim__text_format(text, "choices %" PRIu32 "\n", recorded->choices.count);
    for (uint32_t i = 0; i < recorded->choices.count; i++) {
        put_choice(text, &recorded->choices, i);
    }
    sim__text_put(text, "end\n");
}

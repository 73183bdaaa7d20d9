/* The settings of presets: each read as its system writes it. */
#include <string.h>

#include "preset.h"
#include "sim/base/span.h"
#include "sim/base/statuses.h"
#include "sup/assert.h"

/* ---- words and flags ---- */

#define WORDS_MAX 16u

static bool take_word(struct sim__reader *r, const struct sim__setting *setting,
                      const struct sim__node *node, struct sim__value *value)
{
    const char *known[WORDS_MAX];
    uint32_t count = 0;
    for (const char *at = setting->words; *at != '\0';) {
        size_t length = strcspn(at, " ");
        SUP_ASSERT(count < WORDS_MAX);
        if (node->length == length && memcmp(node->text, at, length) == 0) {
            value->number = count;
            return true;
        }
        known[count] = sim__arena_text(r->scratch, at, length);
        if (known[count++] == NULL) {
            return false;
        }
        at += length + strspn(at + length, " ");
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at, "%sunknown word `%s`%s", sim__label(r, node),
                  sim__quotable(r->scratch, node->text, node->length),
                  sim__hint(r, node->text, known, count));
    return false;
}

static bool take_flag(struct sim__reader *r, const struct sim__node *node, struct sim__value *value)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (uint32_t i = 0; i < SIM__COUNT(words); i++) {
        if (sim__same(words[i], node->text)) {
            value->number = i % 2;
            return true;
        }
    }
    sim__wrong_type(r, node, "true or false");
    return false;
}

/* ---- numbers and lengths ---- */

static bool take_length(struct sim__reader *r, const struct sim__setting *setting,
                        const struct sim__node *node, struct sim__value *value)
{
    if (sim__span_read(node->text, node->length, SIM__SPAN_OF_PRESETS, setting->unit,
                       &value->length) == NULL) {
        return true;
    }
    sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at, "%s`%s` is no length of time%s",
                  sim__label(r, node), sim__quotable(r->scratch, node->text, node->length),
                  SIM__HINT "; it is written `5s`, `1min 30s`, or a number of its own unit");
    return false;
}

/* What is not given is as if it were written, at no place. */
static bool take_one(struct sim__reader *r, const struct sim__setting *setting,
                     const struct sim__node *node, struct sim__value *value)
{
    value->is = true;
    value->text = node->text;
    switch (setting->kind) {
    case SIM__SETTING_STATUSES:
        return sim__statuses_read(r, node, &value->set);
    case SIM__SETTING_MAP:
        if (!sim__is_map(node)) {
            sim__wrong_type(r, node, "a map");
            return false;
        }
        return true;
    case SIM__SETTING_SIGNAL:
        return sim__signal(r, node, SIM__SIGNAL_ANY, &value->signal);
    case SIM__SETTING_WORD:
    case SIM__SETTING_TEXT:
    case SIM__SETTING_FLAG:
    case SIM__SETTING_NUMBER:
    case SIM__SETTING_LENGTH:
        break;
    }
    if (node->kind != SIM__SCALAR || node->length == 0) {
        sim__wrong_type(r, node, "a single value");
        return false;
    }
    switch (setting->kind) {
    case SIM__SETTING_WORD:
        return take_word(r, setting, node, value);
    case SIM__SETTING_FLAG:
        return take_flag(r, node, value);
    case SIM__SETTING_NUMBER:
        return sim__number_u32(r, node, setting->min, setting->max, &value->number);
    case SIM__SETTING_LENGTH:
        return take_length(r, setting, node, value);
    case SIM__SETTING_TEXT:
    case SIM__SETTING_STATUSES:
    case SIM__SETTING_SIGNAL:
    case SIM__SETTING_MAP:
        break;
    }
    return true;
}

bool sim__settings_take(struct sim__reader *r, const struct sim__node *map,
                        const struct sim__setting *settings, uint32_t count,
                        struct sim__value *ret_values)
{
    bool good = true;
    for (uint32_t i = 0; i < count; i++) {
        struct sim__value *value = &ret_values[i];
        const struct sim__node *node = map == NULL ? NULL : sim__node_get(map, settings[i].name);
        *value = (struct sim__value){.node = node};
        if (node != NULL) {
            good = take_one(r, &settings[i], node, value) && good;
        } else if (settings[i].otherwise != NULL) {
            struct sim__node otherwise = {.kind = SIM__SCALAR,
                                          .plain = true,
                                          .text = settings[i].otherwise,
                                          .length = (uint32_t)strlen(settings[i].otherwise)};
            bool known = take_one(r, &settings[i], &otherwise, value);
            SUP_ASSERT(known);
            (void)known;
        }
    }
    return good;
}

/* ---- statuses ---- */

/* "N", or "N-M". */
static bool take_codes(const char *word, struct sup_exit_set *set)
{
    uint32_t ends[2] = {0, 0};
    int which = 0;
    for (; *word != '\0'; word++) {
        if (*word == '-' && which == 0 && word[1] != '\0') {
            which = 1;
        } else if (*word >= '0' && *word <= '9' && ends[which] <= SUP_EXIT_CODE_MAX) {
            ends[which] = ends[which] * 10 + (uint32_t)(*word - '0');
        } else {
            return false;
        }
    }
    return sup_exit_set_add_code(set, ends[0], which == 0 ? ends[0] : ends[1]) == SUP_OK;
}

static bool take_status(struct sim__reader *r, const struct sim__node *node, const char *word,
                        struct sup_exit_set *set)
{
    if (word[0] >= '0' && word[0] <= '9') {
        if (take_codes(word, set)) {
            return true;
        }
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "%s`%s` is no exit code; they are from 0 to 255", sim__label(r, node), word);
        return false;
    }
    uint32_t code;
    if (sim__status_named(word, &code)) {
        return sup_exit_set_add_code(set, code, code) == SUP_OK;
    }
    const char *name = word + (strncmp(word, "SIG", 3) == 0 ? 3 : 0);
    for (int32_t signal = 1; signal <= SUP_EXIT_SIGNAL_MAX; signal++) {
        const char *known = sim_signal_name(signal);
        if (known != NULL && sim__same(known, name)) {
            return sup_exit_set_add_signal(set, signal) == SUP_OK;
        }
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at,
                  "%s`%s` is neither an exit code nor a signal", sim__label(r, node), word);
    return false;
}

/* The words of a text, separated by spaces or commas. */
static bool take_text(struct sim__reader *r, const struct sim__node *node, struct sup_exit_set *set)
{
    bool good = true;
    const char *at = node->text;
    const char *end = node->text + node->length;
    while (good && at < end) {
        size_t length = 0;
        while (at + length < end && strchr(" \t,", at[length]) == NULL) {
            length++;
        }
        if (length > 0) {
            const char *word = sim__quotable(r->scratch, at, length);
            good = word != NULL && take_status(r, node, word, set);
        }
        at += length + (at + length < end ? 1 : 0);
    }
    return good;
}

bool sim__statuses_read(struct sim__reader *r, const struct sim__node *node,
                        struct sup_exit_set *ret_set)
{
    bool good = true;
    *ret_set = (struct sup_exit_set){0};
    if (node->kind == SIM__MAP) {
        sim__wrong_type(r, node, "exit codes and signals");
        return false;
    }
    if (node->kind == SIM__SCALAR) {
        return take_text(r, node, ret_set);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__node *entry = node->entries[i].value;
        if (entry->kind != SIM__SCALAR) {
            sim__wrong_type(r, entry, "an exit code or a signal");
            return false;
        }
        good = take_text(r, entry, ret_set) && good;
    }
    return good;
}

/* Whether a value is what it has to be. */
#include "match.h"

#include <string.h>

#include "facts.h"
#include "sim/base/escape.h"
#include "sup/assert.h"

bool sim__match_number(const struct sim_match *match, uint64_t number)
{
    SUP_ASSERT(match->kind == SIM_MATCH_RANGE || match->kind == SIM_MATCH_DURATION);
    bool met = sim__within(match->range, number);
    for (uint32_t i = 0; !met && i < match->other_count; i++) {
        met = sim__within(match->others[i].range, number);
    }
    return met != match->none;
}

static bool is_text(enum sim_match_kind kind, const char *wanted, const char *text)
{
    return strcmp(wanted, text) == 0 || (kind == SIM_MATCH_NAME && sim_glob_match(wanted, text));
}

bool sim__match_text(const struct sim_match *match, const char *text)
{
    SUP_ASSERT(match->kind == SIM_MATCH_TEXT || match->kind == SIM_MATCH_NAME);
    bool met = is_text(match->kind, match->text, text);
    for (uint32_t i = 0; !met && i < match->other_count; i++) {
        met = is_text(match->kind, match->others[i].text, text);
    }
    return met != match->none;
}

bool sim__match_holds(const struct sim_match *match, const struct sim__value *value)
{
    switch (value->kind) {
    case SIM__VALUE_NUMBER:
        return sim__match_number(match, value->number);
    case SIM__VALUE_SIGNED:
        /* Below 0 it is no number that a file can name. */
        return value->negative < 0 ? match->none
                                   : sim__match_number(match, (uint64_t)value->negative);
    case SIM__VALUE_TEXT:
        return sim__match_text(match, value->text);
    case SIM__VALUE_BOOL:
        SUP_ASSERT(match->kind == SIM_MATCH_BOOL);
        return match->boolean == value->boolean;
    }
    SUP_ASSERT(false);
}

uint64_t sim__match_greatest(const struct sim_match *match)
{
    uint64_t greatest = match->range.max;
    for (uint32_t i = 0; i < match->other_count; i++) {
        greatest = greatest > match->others[i].range.max ? greatest : match->others[i].range.max;
    }
    return greatest;
}

/* ---- words ---- */

static void value_text(struct sim__text *out, const struct sim_match *match, uint32_t i,
                       enum sim__match_style style)
{
    const char *text = i == 0 ? match->text : match->others[i - 1].text;
    switch (match->kind) {
    case SIM_MATCH_BOOL:
        sim__text_put(out, match->boolean ? "true" : "false");
        break;
    case SIM_MATCH_RANGE:
    case SIM_MATCH_DURATION:
        sim__range_text(out, i == 0 ? match->range : match->others[i - 1].range,
                        match->kind == SIM_MATCH_DURATION ? SIM__LENGTHS : SIM__NUMBERS);
        break;
    case SIM_MATCH_TEXT:
    case SIM_MATCH_NAME:
        if (style == SIM__MATCH_QUOTED) {
            sim__text_json(out, text);
        } else {
            sim__text_show(out, text);
        }
        break;
    }
}

void sim__match_wanted(struct sim__text *out, const struct sim_match *match,
                       enum sim__match_style style)
{
    if (match->other_count > 0) {
        sim__text_put(out, match->none ? "none of " : "one of ");
    } else if (match->none) {
        sim__text_put(out, "not ");
    }
    for (uint32_t i = 0; i <= match->other_count; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        value_text(out, match, i, style);
    }
}

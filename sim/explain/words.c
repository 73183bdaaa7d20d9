/* What a choice decided, in words; the labels are those of sim/run/taped.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "sim/base/escape.h"

/* "2nd" */
static void put_rank(struct sim__text *text, uint64_t number)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    uint64_t last = number % 10;
    bool teen = number % 100 >= 11 && number % 100 <= 13;
    sim__text_format(text, "%" PRIu64 "%s", number, ends[!teen && last <= 3 ? last : 0]);
}

static void put_way(struct sim__text *text, const struct sim__choice *choice)
{
    sim__text_put(text, "the ");
    put_rank(text, choice->answer + 1);
    sim__text_format(text, " of %" PRIu64, choice->most + 1);
}

/* The value, and what it might have been. */
static void put_value(struct sim__text *text, const struct sim__choice *choice)
{
    switch (choice->unit) {
    case SIM__UNIT_WAY:
        sim__text_format(text, "%" PRIu64 " of 0 to %" PRIu64, choice->answer, choice->most);
        break;
    case SIM__UNIT_SPAN:
        sim__text_duration(text, SUP_NS(choice->value));
        sim__text_put(text, " of ");
        sim__text_duration(text, SUP_NS(choice->low));
        sim__text_put(text, " to ");
        sim__text_duration(text, SUP_NS(choice->low + choice->most));
        break;
    case SIM__UNIT_PICK:
        sim__text_duration(text, SUP_NS(choice->value));
        sim__text_put(text, ", ");
        put_way(text, choice);
        sim__text_put(text, " of a list");
        break;
    case SIM__UNIT_SHAPE:
        sim__text_duration(text, SUP_NS(choice->value));
        sim__text_put(text, ", of an exponential distribution with the mean ");
        sim__text_duration(text, SUP_NS(choice->low));
        break;
    }
}

static void put_name(struct sim__text *text, const char *name)
{
    sim__text_char(text, '`');
    sim__text_show(text, name);
    sim__text_char(text, '`');
}

/* The rest of a label behind a prefix; NULL: it has another one. */
static const char *behind(const char *label, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(label, prefix, length) == 0 ? label + length : NULL;
}

/* The entry of the timeline, and its line. */
static void put_entry(struct sim__text *text, const struct sim_scenario *scenario,
                      const char *digits)
{
    char *end = NULL;
    uint64_t stream = strtoull(digits, &end, 16);
    for (uint32_t i = 0; i < scenario->timeline_count && *end == '\0'; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        if (action->stream == stream) {
            sim__text_format(text, "`%s` of the timeline at line %" PRIu32,
                             sim_action_name(action->kind), action->place.line);
            return;
        }
    }
    for (uint32_t i = 0; i < scenario->fork_count && *end == '\0'; i++) {
        if (scenario->forks[i].stream == stream) {
            sim__text_format(text, "the `any` of the timeline at line %" PRIu32,
                             scenario->forks[i].place.line);
            return;
        }
    }
    sim__text_put(text, "an action of a script");
}

static bool put_of_service(struct sim__text *text, const char *label,
                           const struct sim__choice *choice)
{
    static const struct {
        const char *prefix, *words;
    } kinds[] = {
        {"jitter:", "the jitter of "},
        {"script:", "a duration in the script of "},
        {"choose:", "a `choose` in the script of "},
        {"any:", "an `any` in the script of "},
        {"task:", "a number that the task of "},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *name = behind(label, kinds[i].prefix);
        if (name == NULL || strchr(name, ':') != NULL) {
            continue;
        }
        sim__text_put(text, kinds[i].words);
        put_name(text, name);
        if (strcmp(kinds[i].prefix, "any:") == 0) {
            sim__text_put(text, " was decided: ");
            put_way(text, choice);
        } else {
            sim__text_put(text, strcmp(kinds[i].prefix, "task:") == 0 ? " asks for was drawn: "
                                                                      : " was drawn: ");
            put_value(text, choice);
        }
        return true;
    }
    return false;
}

static bool put_of_timeline(struct sim__text *text, const struct sim_scenario *scenario,
                            const char *label, const struct sim__choice *choice)
{
    const char *entry = behind(label, "timeline:");
    if (entry != NULL) {
        sim__text_put(text, "an instant of ");
        put_entry(text, scenario, entry);
        sim__text_put(text, " was drawn: ");
        put_value(text, choice);
        return true;
    }
    entry = behind(label, "target:");
    if (entry != NULL) {
        sim__text_put(text, "the target of ");
        put_entry(text, scenario, entry);
        sim__text_put(text, " was drawn: ");
        put_value(text, choice);
        return true;
    }
    entry = behind(label, "any:at:");
    entry = entry != NULL ? entry : behind(label, "any:to:");
    entry = entry != NULL ? entry : behind(label, "any:entry:");
    if (entry == NULL) {
        return false;
    }
    sim__text_put(text, behind(label, "any:entry:") != NULL ? "" : "the `any` in an instant of ");
    put_entry(text, scenario, entry);
    sim__text_put(text, " was decided: ");
    put_way(text, choice);
    return true;
}

static bool put_of_order(struct sim__text *text, const char *label,
                         const struct sim__choice *choice)
{
    static const struct {
        const char *label, *words;
    } kinds[] = {
        {"order:next", "what comes next of the reports, actions and timers that are due"},
        {"order:report", "which report comes next of those that are due"},
        {"order:action", "which action comes next of those that are due"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(label, kinds[i].label) == 0) {
            sim__text_put(text, kinds[i].words);
            sim__text_put(text, " was decided: ");
            put_way(text, choice);
            return true;
        }
    }
    return false;
}

void sim__explain_choice(const struct sim_scenario *scenario, const char *label,
                         const struct sim__choice *choice, struct sim__text *text)
{
    if (!put_of_order(text, label, choice) && !put_of_timeline(text, scenario, label, choice) &&
        !put_of_service(text, label, choice)) {
        sim__text_show(text, label);
        sim__text_put(text, " was decided: ");
        put_value(text, choice);
    }
}

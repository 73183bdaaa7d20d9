/* From a unit's settings to a service: parameters of its preset, and warnings. */
#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define BLANK " \t\n\r"

static const struct sim__unit_value *value_of(const struct sim__unit *unit, enum sim__unit_key key)
{
    return unit->values[key].text == NULL ? NULL : &unit->values[key];
}

static bool says(const struct sim__unit *unit, enum sim__unit_key key, const char *word)
{
    const struct sim__unit_value *value = value_of(unit, key);
    return value != NULL && strcmp(value->text, word) == 0;
}

/* ---- parameters ---- */

/* The kind of service that systemd takes where none is stated. */
static const char *implied_type(const struct sim__unit *unit)
{
    if (value_of(unit, SIM__UNIT_BUS_NAME) != NULL) {
        return "dbus";
    }
    return value_of(unit, SIM__UNIT_EXEC_START) == NULL ? "oneshot" : NULL;
}

static const char *type_of(const struct sim__unit *unit)
{
    const struct sim__unit_value *stated = value_of(unit, SIM__UNIT_TYPE);
    const char *implied = implied_type(unit);
    return stated != NULL ? stated->text : implied != NULL ? implied : "simple";
}

static void put_type(struct sim__unit *unit)
{
    const char *implied = implied_type(unit);
    if (value_of(unit, SIM__UNIT_TYPE) == NULL && implied != NULL) {
        const struct sim__unit_value *bus = value_of(unit, SIM__UNIT_BUS_NAME);
        sim__import_put(unit->import, &unit->service->preset, "Type", implied,
                        bus != NULL ? bus->spot : unit->spot);
        if (unit->service->preset.first != NULL) {
            unit->service->preset.first->remark =
                bus != NULL ? "which BusName implies" : "which has no ExecStart";
        }
    }
}

static void put_parameters(struct sim__unit *unit)
{
    put_type(unit);
    for (int key = 0; key <= SIM__UNIT_FORCE; key++) {
        struct sim__unit_value *value = &unit->values[key];
        if (value->text != NULL && key >= SIM__UNIT_SUCCESS) {
            value->yaml =
                sim__unit_statuses_yaml(unit->import, &unit->sets[key - SIM__UNIT_SUCCESS]);
        }
        if (value->text != NULL && value->yaml != NULL) {
            sim__import_put(unit->import, &unit->service->preset,
                            sim__unit_key_name((enum sim__unit_key)key), value->yaml, value->spot);
        }
    }
}

/* ---- what cannot be carried over ---- */

/* Values that mean nothing special, with spaces around each. */
static const struct {
    enum sim__unit_key key;
    const char *harmless;
    const char *why;
} told[] = {
    {SIM__UNIT_KILL_MODE, " control-group ",
     "children that outlive the main process are not modelled"},
    {SIM__UNIT_RESTART_MODE, " normal ", "what depends on it is not modelled"},
    {SIM__UNIT_OOM_POLICY, "", "running out of memory is not modelled"},
    {SIM__UNIT_START_ACTION, " none ", "what happens to the machine is not modelled"},
    {SIM__UNIT_FAILURE_ACTION, " none ", "what happens to the machine is not modelled"},
    {SIM__UNIT_START_MODE, " terminate ", "it is stopped as by a signal to terminate"},
    {SIM__UNIT_STOP_MODE, " terminate ", "it is aborted as by SIGKILL"},
    {SIM__UNIT_RUNTIME_EXTRA, " 0 ", "RuntimeMaxSec is taken without it"},
    {SIM__UNIT_EXIT_TYPE, " main ", "the end of the main process is taken for that of the service"},
    {SIM__UNIT_SUCCESS_ACTION, " none ", "what happens to the machine is not modelled"},
    {SIM__UNIT_JOB_TIMEOUT, " infinity ", "that a start is given up with its job is not modelled"},
    {SIM__UNIT_JOB_RUNNING, " infinity ", "that a start is given up with its job is not modelled"},
    {SIM__UNIT_ON_FAILURE, "", "units that a failure starts are not modelled"},
    {SIM__UNIT_BINDS_TO, "", "units that stop with others are not modelled"},
    {SIM__UNIT_PART_OF, "", "units that stop with others are not modelled"},
    {SIM__UNIT_CONDITION, "", "conditions of a start are not modelled: every start is tried"},
    {SIM__UNIT_RESTART_KILL_SIGNAL, "", "every stop uses KillSignal"},
};

static bool is_harmless(const struct sim__unit *unit, const struct sim__unit_value *value,
                        enum sim__unit_key key, const char *harmless)
{
    size_t length = strlen(value->text);
    int32_t signal = 0, kill = 15;
    if (key == SIM__UNIT_RESTART_KILL_SIGNAL) {
        const struct sim__unit_value *other = value_of(unit, SIM__UNIT_KILL_SIGNAL);
        bool known = other == NULL || sim__unit_signal(other->text, &kill);
        return known && sim__unit_signal(value->text, &signal) && signal == kill;
    }
    for (const char *at = harmless; (at = strstr(at, value->text)) != NULL; at++) {
        if (at[-1] == ' ' && at[length] == ' ') { /* a space is before each of them */
            return true;
        }
    }
    return false;
}

static void warn_of_values(struct sim__unit *unit)
{
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        const struct sim__unit_value *value = value_of(unit, told[i].key);
        if (value != NULL && !is_harmless(unit, value, told[i].key, told[i].harmless)) {
            sim__import_warn(unit->import, unit->service, value->spot, "%s=%s: %s",
                             sim__unit_key_name(told[i].key),
                             sim__quotable(unit->import->arena, value->text, strlen(value->text)),
                             told[i].why);
        }
    }
    if (says(unit, SIM__UNIT_TYPE, "idle")) {
        sim__import_warn(unit->import, unit->service, unit->values[SIM__UNIT_TYPE].spot,
                         "Type=idle: that its first start may wait up to 5s is not modelled");
    }
}

/* ---- other units ---- */

/* Of a list's line, the next word without its quotes; false when there is none. */
static bool next_word(struct sim__import *import, const char **at, const char **ret_word)
{
    *at += strspn(*at, BLANK);
    if (**at == '\0') {
        return false;
    }
    char quote = **at == '"' || **at == '\'' ? **at : '\0';
    const char *first = quote != '\0' ? *at + 1 : *at;
    size_t length =
        quote != '\0' ? strcspn(first, quote == '"' ? "\"" : "'") : strcspn(first, BLANK);
    *at = first + length + (quote != '\0' && first[length] != '\0' ? 1 : 0);
    *ret_word = sim__arena_text(import->arena, first, length);
    return *ret_word != NULL;
}

/* The first of these units that is imported too, and how many they are. */
static uint32_t imported_among(const struct sim__unit *unit, const struct sim__unit_value *value,
                               const char **ret_first, struct sim__spot *ret_spot)
{
    uint32_t count = 0;
    for (const struct sim__unit_words *words = value->words; words != NULL; words = words->next) {
        const char *at = words->text, *word;
        while (next_word(unit->import, &at, &word)) {
            bool counts = sim__import_ends(word, ".service") && strcmp(word, unit->name) != 0 &&
                          sim__import_has(unit->import, word);
            if (counts && count++ == 0) {
                *ret_first = word;
                *ret_spot = words->spot;
            }
        }
    }
    return count;
}

static void warn_of_units(struct sim__unit *unit)
{
    static const struct {
        enum sim__unit_key key;
        const char *why;
    } lists[] = {
        {SIM__UNIT_REQUIRES, "all start at 0, and none stops with another"},
        {SIM__UNIT_WANTS, "all start at 0"},
        {SIM__UNIT_AFTER, "all start at 0, in the order of the file"},
        {SIM__UNIT_UPHOLDS, "that it starts another again is not modelled"},
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const struct sim__unit_value *value = value_of(unit, lists[i].key);
        const char *first = "";
        struct sim__spot spot = unit->spot;
        uint32_t count = value == NULL ? 0 : imported_among(unit, value, &first, &spot);
        if (count > 0) {
            sim__import_warn(unit->import, unit->service, spot, "%s=%s%s: %s",
                             sim__unit_key_name(lists[i].key),
                             sim__quotable(unit->import->arena, first, strlen(first)),
                             count > 1 ? " and others" : "", lists[i].why);
        }
    }
}

/* ---- the unit ---- */

static void refuse_impossible(struct sim__unit *unit)
{
    bool always = says(unit, SIM__UNIT_RESTART, "always");
    if ((always || says(unit, SIM__UNIT_RESTART, "on-success")) &&
        strcmp(type_of(unit), "oneshot") == 0) {
        sim__import_refuse(unit->import, unit->values[SIM__UNIT_RESTART].spot,
                           "Restart=%s with Type=oneshot: systemd refuses to load such a unit",
                           always ? "always" : "on-success");
    }
}

/* What a healthy attempt has to report. */
static void settle_script(struct sim__unit *unit)
{
    const struct sim__unit_value *watchdog = value_of(unit, SIM__UNIT_WATCHDOG);
    static const char *const reporting[] = {"notify", "notify-reload", "dbus", "forking"};
    for (size_t i = 0; i < sizeof(reporting) / sizeof(reporting[0]); i++) {
        unit->service->reports |= strcmp(type_of(unit), reporting[i]) == 0;
    }
    if (watchdog != NULL) { /* 0: there is none */
        unit->service->beat = watchdog->length;
    }
    const struct sim__unit_value *post = value_of(unit, SIM__UNIT_STOP_POST);
    if (post != NULL) {
        unit->service->finishes = true;
        sim__import_remark(unit->import, unit->service,
                           "%s: how long ExecStopPost takes is for `finish` in the script to say",
                           sim__import_at(unit->import, post->spot));
    }
}

void sim__unit_finish(struct sim__unit *unit)
{
    refuse_impossible(unit);
    put_parameters(unit);
    warn_of_values(unit);
    warn_of_units(unit);
    settle_script(unit);
}

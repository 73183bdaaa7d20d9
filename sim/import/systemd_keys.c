/* The settings of units: which are read, and how. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario.h"
#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define VERSION_DEFAULT 254u
#define BLANK " \t\n\r"

const char *sim__unit_key_name(enum sim__unit_key key)
{
#define SIM__X(id, name) name,
    static const char *const names[] = {SIM__UNIT_KEYS(SIM__X) SIM__UNIT_OTHERS(SIM__X)};
#undef SIM__X
    return names[key];
}

uint32_t sim__unit_version(const struct sim__import *import)
{
    const char *given = sim__import_set_for(import, "systemd", "version");
    uint64_t version;
    return given != NULL && sim__unit_number(given, 9999, &version) ? (uint32_t)version
                                                                    : VERSION_DEFAULT;
}

/* ---- the table ---- */

enum section { IN_UNIT = 1, IN_SERVICE = 2, IN_BOTH = 3 };

/* How a value is read. TIME_OFF: 0 is no limit, too. LIST: empty takes back what stood before. */
enum reading { WORD, TIME, TIME_OFF, TIME_OR_NONE, BOOLEAN, NUMBER, SIGNAL, STATUSES, TEXT, LIST };

static const char types[] = " simple exec forking oneshot dbus notify notify-reload idle ";
static const char restarts[] = " no on-success on-failure on-abnormal on-watchdog on-abort always ";

#define KEY(id) SIM__UNIT_##id

/* clang-format off */

static const struct row {
    const char *name;
    enum section section;
    enum sim__unit_key key;
    enum reading reading;
    uint32_t since;    /* the version of systemd; 0: all that matter */
    const char *words; /* of WORD, with spaces around each */
} rows[] = {
    {"Type", IN_SERVICE, KEY(TYPE), WORD, 0, types},
    {"Restart", IN_SERVICE, KEY(RESTART), WORD, 0, restarts},
    {"RestartSec", IN_SERVICE, KEY(RESTART_SEC), TIME, 0, NULL},
    {"RestartSteps", IN_SERVICE, KEY(RESTART_STEPS), NUMBER, 254, NULL},
    {"RestartMaxDelaySec", IN_SERVICE, KEY(RESTART_MAX_DELAY), TIME, 254, NULL},
    {"RestartRandomizedDelaySec", IN_SERVICE, KEY(RESTART_RANDOM), TIME, 262, NULL},
    {"StartLimitIntervalSec", IN_UNIT, KEY(LIMIT_INTERVAL), TIME, 230, NULL},
    {"StartLimitInterval", IN_BOTH, KEY(LIMIT_INTERVAL), TIME, 0, NULL},
    {"StartLimitBurst", IN_BOTH, KEY(LIMIT_BURST), NUMBER, 0, NULL},
    {"TimeoutStartSec", IN_SERVICE, KEY(TIMEOUT_START), TIME_OFF, 0, NULL},
    {"TimeoutStopSec", IN_SERVICE, KEY(TIMEOUT_STOP), TIME_OFF, 0, NULL},
    {"TimeoutAbortSec", IN_SERVICE, KEY(TIMEOUT_ABORT), TIME_OR_NONE, 243, NULL},
    {"WatchdogSec", IN_SERVICE, KEY(WATCHDOG), TIME, 0, NULL},
    {"RuntimeMaxSec", IN_SERVICE, KEY(RUNTIME_MAX), TIME, 0, NULL},
    {"KillSignal", IN_SERVICE, KEY(KILL_SIGNAL), SIGNAL, 0, NULL},
    {"SendSIGKILL", IN_SERVICE, KEY(SEND_SIGKILL), BOOLEAN, 0, NULL},
    {"RemainAfterExit", IN_SERVICE, KEY(REMAIN), BOOLEAN, 0, NULL},
    {"SuccessExitStatus", IN_SERVICE, KEY(SUCCESS), STATUSES, 0, NULL},
    {"RestartPreventExitStatus", IN_SERVICE, KEY(PREVENT), STATUSES, 0, NULL},
    {"RestartForceExitStatus", IN_SERVICE, KEY(FORCE), STATUSES, 0, NULL},
    {"KillMode", IN_SERVICE, KEY(KILL_MODE), TEXT, 0, NULL},
    {"RestartKillSignal", IN_SERVICE, KEY(RESTART_KILL_SIGNAL), TEXT, 244, NULL},
    {"RestartMode", IN_SERVICE, KEY(RESTART_MODE), TEXT, 254, NULL},
    {"OOMPolicy", IN_SERVICE, KEY(OOM_POLICY), TEXT, 243, NULL},
    {"StartLimitAction", IN_BOTH, KEY(START_ACTION), TEXT, 0, NULL},
    {"FailureAction", IN_BOTH, KEY(FAILURE_ACTION), TEXT, 0, NULL},
    {"TimeoutStartFailureMode", IN_SERVICE, KEY(START_MODE), TEXT, 246, NULL},
    {"TimeoutStopFailureMode", IN_SERVICE, KEY(STOP_MODE), TEXT, 246, NULL},
    {"RuntimeRandomizedExtraSec", IN_SERVICE, KEY(RUNTIME_EXTRA), TEXT, 250, NULL},
    {"ExitType", IN_SERVICE, KEY(EXIT_TYPE), TEXT, 250, NULL},
    {"SuccessAction", IN_UNIT, KEY(SUCCESS_ACTION), TEXT, 236, NULL},
    {"JobTimeoutSec", IN_UNIT, KEY(JOB_TIMEOUT), TEXT, 0, NULL},
    {"JobRunningTimeoutSec", IN_UNIT, KEY(JOB_RUNNING), TEXT, 232, NULL},
    {"OnFailure", IN_UNIT, KEY(ON_FAILURE), LIST, 0, NULL},
    {"BindsTo", IN_UNIT, KEY(BINDS_TO), LIST, 0, NULL},
    {"BindTo", IN_UNIT, KEY(BINDS_TO), LIST, 0, NULL},
    {"PartOf", IN_UNIT, KEY(PART_OF), LIST, 0, NULL},
    {"Requires", IN_UNIT, KEY(REQUIRES), LIST, 0, NULL},
    {"Wants", IN_UNIT, KEY(WANTS), LIST, 0, NULL},
    {"After", IN_UNIT, KEY(AFTER), LIST, 0, NULL},
    {"Upholds", IN_UNIT, KEY(UPHOLDS), LIST, 249, NULL},
    {"ExecCondition", IN_SERVICE, KEY(CONDITION), LIST, 243, NULL},
    {"ExecStopPost", IN_SERVICE, KEY(STOP_POST), LIST, 0, NULL},
    {"BusName", IN_SERVICE, KEY(BUS_NAME), TEXT, 0, NULL},
    {"ExecStart", IN_SERVICE, KEY(EXEC_START), LIST, 0, NULL},
};

/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Types that came later. */
static const struct {
    const char *name;
    uint32_t since;
} later_types[] = {{"exec", 240}, {"notify-reload", 253}};

static const struct row *row_of(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/* ---- values ---- */

static bool is_word(const char *words, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = words; length > 0 && (at = strstr(at, value)) != NULL; at++) {
        if (at[-1] == ' ' && at[length] == ' ') {
            return strchr(value, ' ') == NULL;
        }
    }
    return false;
}

/* What is being taken. */
struct taking {
    struct sim__unit *unit;
    const struct row *row;
    const char *value;
    struct sim__spot value_at;
    struct sim__unit_value *into;
};

static bool refuse(const struct taking *taking, const char *why)
{
    struct sim__import *import = taking->unit->import;
    sim__import_refuse(import, taking->value_at, "%s=%s: %s", taking->row->name,
                       sim__quotable(import->arena, taking->value, strlen(taking->value)), why);
    return false;
}

static bool take_word(const struct taking *taking)
{
    if (!is_word(taking->row->words, taking->value)) {
        return refuse(
            taking, sim__import_text(taking->unit->import, "it is one of:%s", taking->row->words));
    }
    /* YAML has ideas of its own about this word. */
    taking->into->yaml = strcmp(taking->value, "no") == 0 ? "\"no\"" : taking->into->text;
    for (size_t i = 0; i < sizeof(later_types) / sizeof(later_types[0]); i++) {
        uint32_t version = sim__unit_version(taking->unit->import);
        if (taking->row->key == SIM__UNIT_TYPE && version < later_types[i].since &&
            strcmp(taking->value, later_types[i].name) == 0) {
            return refuse(taking,
                          sim__import_text(taking->unit->import, "it needs systemd %" PRIu32,
                                           later_types[i].since));
        }
    }
    return true;
}

static bool take_time(const struct taking *taking)
{
    struct sim__import *import = taking->unit->import;
    if (taking->value[0] == '\0' && taking->row->reading == TIME_OR_NONE) {
        taking->into->text = NULL;
        return true;
    }
    if (strchr(taking->value, '%') != NULL) {
        sim__import_warn(import, taking->unit->service, taking->value_at,
                         "%s=%s: specifiers in durations are not resolved; it is left out",
                         taking->row->name,
                         sim__quotable(import->arena, taking->value, strlen(taking->value)));
        return false;
    }
    const char *why = sim__unit_time(taking->value, &taking->into->length);
    if (why != NULL) {
        return refuse(taking, why);
    }
    if (taking->row->reading != TIME && taking->into->length.ns == 0) {
        taking->into->length = SUP_DURATION_NEVER;
    }
    taking->into->yaml = taking->into->length.ns == SUP_NEVER_NS
                             ? "infinity"
                             : sim__import_duration(import, taking->into->length);
    return true;
}

static bool take_boolean(const struct taking *taking)
{
    bool value;
    if (!sim__unit_boolean(taking->value, &value)) {
        return refuse(taking, "it is yes or no");
    }
    taking->into->yaml = value ? "true" : "false";
    return true;
}

static bool take_number(const struct taking *taking)
{
    uint64_t number;
    if (!sim__unit_number(taking->value, UINT32_MAX - 1, &number)) {
        return refuse(taking, "a number below 4294967295");
    }
    taking->into->yaml = sim__import_text(taking->unit->import, "%" PRIu64, number);
    return true;
}

static bool take_signal(const struct taking *taking)
{
    struct sim__import *import = taking->unit->import;
    int32_t signal;
    if (!sim__unit_signal(taking->value, &signal)) {
        return refuse(taking, "no such signal");
    }
    const char *name = sim_signal_name(signal);
    if (name == NULL) {
        sim__import_warn(import, taking->unit->service, taking->value_at,
                         "%s=%s: real-time signals are not modelled; it is left out",
                         taking->row->name, taking->into->text);
        return false;
    }
    taking->into->yaml = sim__import_text(import, "SIG%s", name);
    return true;
}

static bool take_statuses(const struct taking *taking)
{
    struct sim__import *import = taking->unit->import;
    struct sim__exit_statuses *set = &taking->unit->sets[taking->row->key - SIM__UNIT_SUCCESS];
    if (taking->value[0] == '\0') {
        *set = (struct sim__exit_statuses){0};
        return true;
    }
    const char *why = sim__unit_statuses(import, taking->value, set);
    if (why != NULL) {
        return refuse(taking, why);
    }
    return true;
}

static bool take_list(const struct taking *taking)
{
    const struct sim__unit_value *before = &taking->unit->values[taking->row->key];
    if (taking->value[0] == '\0') {
        taking->into->text = NULL;
        return true;
    }
    struct sim__unit_words *words =
        sim__arena_alloc(taking->unit->import->arena, 1, sizeof(*words));
    if (words == NULL) {
        return false;
    }
    *words = (struct sim__unit_words){taking->into->text, taking->into->spot, NULL};
    if (before->text != NULL) {
        *taking->into = *before;
        taking->into->last->next = words;
    } else {
        taking->into->words = words;
    }
    taking->into->last = words;
    return true;
}

static void take(struct sim__unit *unit, const struct row *row, const char *value,
                 struct sim__spot spot, struct sim__spot value_at)
{
    struct sim__unit_value into = {
        .text = sim__arena_text(unit->import->arena, value, strlen(value)), .spot = spot};
    const struct taking taking = {unit, row, value, value_at, &into};
    static bool (*const takers[])(const struct taking *) = {
        [WORD] = take_word,         [TIME] = take_time,         [TIME_OFF] = take_time,
        [TIME_OR_NONE] = take_time, [BOOLEAN] = take_boolean,   [NUMBER] = take_number,
        [SIGNAL] = take_signal,     [STATUSES] = take_statuses, [LIST] = take_list,
    };
    if (into.text == NULL) {
        return;
    }
    if (value[0] == '\0' && row->reading <= SIGNAL && row->reading != TIME_OR_NONE) {
        (void)refuse(&taking, "it is empty, which systemd ignores; take the line away");
    } else if (row->reading == TEXT) {
        into.text = value[0] == '\0' ? NULL : into.text;
        unit->values[row->key] = into;
    } else if (takers[row->reading](&taking)) {
        unit->values[row->key] = into;
    }
}

/* ---- assignments ---- */

/* A name that looks like one of those that are read. */
static bool is_near(const char *name)
{
    static const char *const begins[] = {"Restart",  "StartLimit", "Timeout",
                                         "Watchdog", "RuntimeMax", "SuccessExit"};
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (strncmp(name, begins[i], strlen(begins[i])) == 0) {
            return strcmp(name, "WatchdogSignal") != 0;
        }
    }
    return false;
}

static bool is_new(struct sim__unit *unit, const struct row *row, const char *name,
                   struct sim__spot spot)
{
    uint32_t version = sim__unit_version(unit->import);
    if (row->since <= version) {
        return false;
    }
    sim__import_warn(unit->import, unit->service, spot,
                     "%s needs systemd %" PRIu32 ": systemd %" PRIu32
                     " ignores it, and it is left out",
                     name, row->since, version);
    return true;
}

static void assign(struct sim__unit *unit, enum section section, const char *name,
                   const struct sim__unit_lines *line)
{
    const struct row *row = row_of(name);
    const char *where = section == IN_UNIT ? "Unit" : "Service";
    if (row == NULL) {
        if (is_near(name)) {
            sim__import_warn(unit->import, unit->service, line->spot,
                             "systemd knows no %s; it is left out",
                             sim__quotable(unit->import->arena, name, strlen(name)));
        }
    } else if ((row->section & section) == 0) {
        sim__import_warn(unit->import, unit->service, line->spot,
                         "systemd ignores %s in [%s]: it belongs into [%s]; it is left out", name,
                         where, section == IN_UNIT ? "Service" : "Unit");
    } else if (!is_new(unit, row, name, line->spot)) {
        take(unit, row, line->value, line->spot, line->value_at);
    }
}

void sim__unit_assign(struct sim__unit *unit, const char *section,
                      const struct sim__unit_lines *line)
{
    enum section in = strcmp(section, "Unit") == 0 ? IN_UNIT : IN_SERVICE;
    if (strcmp(line->name, "TimeoutSec") == 0 && in == IN_SERVICE) {
        assign(unit, in, "TimeoutStartSec", line);
        assign(unit, in, "TimeoutStopSec", line);
        return;
    }
    assign(unit, in, line->name, line);
}

void sim__unit_take(struct sim__unit *unit, enum sim__unit_key key, const char *value,
                    struct sim__spot spot, struct sim__spot value_at)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].key == key && rows[i].since <= sim__unit_version(unit->import)) {
            take(unit, &rows[i], value, spot, value_at);
            return;
        }
    }
}

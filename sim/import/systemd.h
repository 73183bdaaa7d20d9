/* systemd: units, drop-ins, and what `systemctl show` prints. */
#ifndef SIM_IMPORT_SYSTEMD_H
#define SIM_IMPORT_SYSTEMD_H

#include "model.h"

/* clang-format off */

/* X(ID, "name"): the settings of a unit that are kept, in the order of the scenario; those up to
 * the last set of exit statuses are parameters of the preset. */
#define SIM__UNIT_KEYS(X) \
    X(TYPE, "Type") X(RESTART, "Restart") X(RESTART_SEC, "RestartSec") \
    X(RESTART_STEPS, "RestartSteps") X(RESTART_MAX_DELAY, "RestartMaxDelaySec") \
    X(RESTART_RANDOM, "RestartRandomizedDelaySec") \
    X(LIMIT_INTERVAL, "StartLimitIntervalSec") X(LIMIT_BURST, "StartLimitBurst") \
    X(TIMEOUT_START, "TimeoutStartSec") X(TIMEOUT_STOP, "TimeoutStopSec") \
    X(TIMEOUT_ABORT, "TimeoutAbortSec") X(WATCHDOG, "WatchdogSec") \
    X(RUNTIME_MAX, "RuntimeMaxSec") X(KILL_SIGNAL, "KillSignal") X(SEND_SIGKILL, "SendSIGKILL") \
    X(REMAIN, "RemainAfterExit") \
    X(SUCCESS, "SuccessExitStatus") X(PREVENT, "RestartPreventExitStatus") \
    X(FORCE, "RestartForceExitStatus")
/* X(ID, "name"): those that are warned of, or looked at. */
#define SIM__UNIT_OTHERS(X) \
    X(KILL_MODE, "KillMode") X(RESTART_KILL_SIGNAL, "RestartKillSignal") \
    X(RESTART_MODE, "RestartMode") X(OOM_POLICY, "OOMPolicy") \
    X(START_ACTION, "StartLimitAction") X(FAILURE_ACTION, "FailureAction") \
    X(START_MODE, "TimeoutStartFailureMode") X(STOP_MODE, "TimeoutStopFailureMode") \
    X(RUNTIME_EXTRA, "RuntimeRandomizedExtraSec") X(EXIT_TYPE, "ExitType") \
    X(SUCCESS_ACTION, "SuccessAction") X(JOB_TIMEOUT, "JobTimeoutSec") \
    X(JOB_RUNNING, "JobRunningTimeoutSec") \
    X(ON_FAILURE, "OnFailure") X(BINDS_TO, "BindsTo") X(PART_OF, "PartOf") \
    X(REQUIRES, "Requires") X(WANTS, "Wants") X(AFTER, "After") X(UPHOLDS, "Upholds") \
    X(CONDITION, "ExecCondition") X(STOP_POST, "ExecStopPost") \
    X(BUS_NAME, "BusName") X(EXEC_START, "ExecStart") X(ID, "Id")

/* clang-format on */

enum sim__unit_key {
#define SIM__X(id, name) SIM__UNIT_##id,
    SIM__UNIT_KEYS(SIM__X) SIM__UNIT_OTHERS(SIM__X)
#undef SIM__X
        SIM__UNIT_KEY_COUNT
};
#define SIM__UNIT_SETS (SIM__UNIT_FORCE - SIM__UNIT_SUCCESS + 1)

/* Of a list, what one line adds. */
struct sim__unit_words {
    const char *text;
    struct sim__spot spot;
    struct sim__unit_words *next;
};

/* A setting as it stands; later ones replace it or, of a list, follow it. */
struct sim__unit_value {
    const char *text; /* NULL: not set, or taken back; of a list what its first line adds */
    const char *yaml; /* of what is a parameter */
    struct sup_duration length;
    struct sim__spot spot;
    struct sim__unit_words *words; /* of a list */
    struct sim__unit_words *last;
};

struct sim__exit_statuses {
    bool codes[256];
    bool signals[32]; /* from 1 */
};

struct sim__unit {
    struct sim__import *import;
    const char *name; /* "foo.service" */
    struct sim__spot spot;
    struct sim__unit_value values[SIM__UNIT_KEY_COUNT];
    struct sim__exit_statuses sets[SIM__UNIT_SETS];
    struct sim__imported_service *service; /* made before its files are read */
    struct sim__unit *next;                /* of the import */
};

const char *sim__unit_key_name(enum sim__unit_key key);

/* ---- lines; systemd_lines.c ---- */

enum sim__unit_line { SIM__UNIT_END, SIM__UNIT_SECTION, SIM__UNIT_ASSIGNMENT };

/* A file of lines in systemd's syntax, and the line that was read last: its text is good until
 * the next one. */
struct sim__unit_lines {
    struct sim__import *import;
    const char *path;
    const char *bytes;
    size_t length;
    size_t at;
    uint32_t line; /* of the next one */
    struct sim__text joined;
    /* The section's name, or the key, and what stands behind it. */
    const char *name;
    const char *value;
    struct sim__spot spot;     /* of the name */
    struct sim__spot value_at; /* of the value */
};

void sim__unit_lines_open(struct sim__unit_lines *lines, struct sim__import *import,
                          const char *path, const char *bytes, size_t length);
/* Lines that are none are said and left out. */
enum sim__unit_line sim__unit_lines_next(struct sim__unit_lines *lines);
void sim__unit_lines_close(struct sim__unit_lines *lines);
/* The next line of text, without its end; false at the end. */
bool sim__import_line(const char *bytes, size_t length, size_t *at, const char **ret_line,
                      size_t *ret_length);

/* ---- values; systemd_values.c ---- */

/* "1min 30s", in systemd's units; a bare number is in seconds. NULL, or why it is none. */
const char *sim__unit_time(const char *text, struct sup_duration *ret_length);
bool sim__unit_boolean(const char *text, bool *ret_value);
/* Decimal, 0x… or 0…, up to the most. */
bool sim__unit_number(const char *text, uint64_t most, uint64_t *ret_number);
/* 1 to 31, 32 and above for real-time signals, which have no name here. */
bool sim__unit_signal(const char *text, int32_t *ret_signal);
/* Adds the words; NULL, or what is wrong with the first that is none, in the arena. */
const char *sim__unit_statuses(struct sim__import *import, const char *text,
                               struct sim__exit_statuses *statuses);
/* As a list in YAML; NULL when it is empty. */
const char *sim__unit_statuses_yaml(struct sim__import *import,
                                    const struct sim__exit_statuses *statuses);

/* ---- settings; systemd_keys.c ---- */

/* Takes an assignment of a unit file. */
void sim__unit_assign(struct sim__unit *unit, const char *section,
                      const struct sim__unit_lines *line);
/* The value of a key that is kept; says what is wrong with it. */
void sim__unit_take(struct sim__unit *unit, enum sim__unit_key key, const char *value,
                    struct sim__spot spot, struct sim__spot value_at);
/* The version of systemd that is imported for. */
uint32_t sim__unit_version(const struct sim__import *import);

/* ---- units ---- */

/* A unit of the import, with a service; NULL when it cannot be, which has been said. */
struct sim__unit *sim__unit_new(struct sim__import *import, const char *name,
                                struct sim__spot spot);
/* The units that `systemctl show` has printed, parted by empty lines. */
void sim__unit_shown(struct sim__import *import, const char *path, const char *bytes,
                     size_t length);

/* What it has read, as settings of its service; when all units are known. */
void sim__unit_finish(struct sim__unit *unit);

#endif

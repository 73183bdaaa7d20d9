/* The preset of systemd: a service unit's directives (systemd.service(5), systemd.unit(5),
 * systemd.kill(5)).
 *
 * Who restarts: Restart= by the classes of an end, after RestartPreventExitStatus= and
 * RestartForceExitStatus=. How long it waits: RestartSec=, or with RestartSteps= geometric steps
 * up to RestartMaxDelaySec=, in microseconds; nothing forgives the count but a stop. The start
 * limit is a window that opens at the first start and counts starts by hand too.
 */
#include "preset.h"

enum {
    RESTART,
    RESTART_SEC,
    BURST,
    INTERVAL,
    OLD_INTERVAL,
    STEPS,
    MAX_DELAY,
    RANDOMIZED,
    SUCCESS,
    PREVENT,
    FORCE,
    TYPE,
    TIMEOUT,
    TIMEOUT_START,
    TIMEOUT_STOP,
    TIMEOUT_ABORT,
    WATCHDOG,
    RUNTIME_MAX,
    KILL_SIGNAL,
    SEND_SIGKILL,
    REMAIN,
    REFERENCED,
    SETTINGS
};

/* In the order of its words. */
enum { NO, ON_SUCCESS, ON_FAILURE, ON_ABNORMAL, ON_WATCHDOG, ON_ABORT, ALWAYS };
enum { SIMPLE, EXEC, FORKING, ONESHOT, DBUS, NOTIFY, NOTIFY_RELOAD, IDLE };

/* clang-format off */
static const struct sim__setting settings[SETTINGS] = {
    [RESTART] = {SIM__SETTING("Restart", WORD, "no"),
        .words = "no on-success on-failure on-abnormal on-watchdog on-abort always"},
    [RESTART_SEC] = {SIM__SETTING_IN("RestartSec", SIM__SECONDS, "100ms")},
    [BURST] = {SIM__SETTING("StartLimitBurst", NUMBER, "5"), .max = SUP_LIMIT_MAX_MAX},
    [INTERVAL] = {SIM__SETTING_IN("StartLimitIntervalSec", SIM__SECONDS, NULL)},
    [OLD_INTERVAL] = {SIM__SETTING_IN("StartLimitInterval", SIM__SECONDS, NULL)},
    [STEPS] = {SIM__SETTING("RestartSteps", NUMBER, "0"), .max = 64, .since = 254},
    [MAX_DELAY] = {SIM__SETTING_IN("RestartMaxDelaySec", SIM__SECONDS, "infinity"), .since = 254},
    [RANDOMIZED] = {SIM__SETTING_IN("RestartRandomizedDelaySec", SIM__SECONDS, "0"), .since = 262},
    [SUCCESS] = {SIM__SETTING("SuccessExitStatus", STATUSES, NULL)},
    [PREVENT] = {SIM__SETTING("RestartPreventExitStatus", STATUSES, NULL)},
    [FORCE] = {SIM__SETTING("RestartForceExitStatus", STATUSES, NULL)},
    [TYPE] = {SIM__SETTING("Type", WORD, "simple"),
        .words = "simple exec forking oneshot dbus notify notify-reload idle"},
    [TIMEOUT] = {SIM__SETTING_IN("TimeoutSec", SIM__SECONDS, NULL)},
    [TIMEOUT_START] = {SIM__SETTING_IN("TimeoutStartSec", SIM__SECONDS, NULL)},
    [TIMEOUT_STOP] = {SIM__SETTING_IN("TimeoutStopSec", SIM__SECONDS, NULL)},
    [TIMEOUT_ABORT] = {SIM__SETTING_IN("TimeoutAbortSec", SIM__SECONDS, NULL), .since = 243},
    [WATCHDOG] = {SIM__SETTING_IN("WatchdogSec", SIM__SECONDS, "0")},
    [RUNTIME_MAX] = {SIM__SETTING_IN("RuntimeMaxSec", SIM__SECONDS, "infinity")},
    [KILL_SIGNAL] = {SIM__SETTING("KillSignal", SIGNAL, "TERM")},
    [SEND_SIGKILL] = {SIM__SETTING("SendSIGKILL", FLAG, "yes")},
    [REMAIN] = {SIM__SETTING("RemainAfterExit", FLAG, "no")},
    [REFERENCED] = {SIM__SETTING("referenced", FLAG, "yes")},
};
/* clang-format on */

static const struct sim__value *value(const struct sim__expansion *x, int setting)
{
    return &x->values[setting];
}

static bool reports(const struct sim__expansion *x)
{
    uint32_t type = value(x, TYPE)->number;
    return type == FORKING || type == DBUS || type == NOTIFY || type == NOTIFY_RELOAD;
}

/* ---- what ends it, and who restarts ---- */

static void put_restart(struct sim__expansion *x)
{
    static const char *const classes[] = {
        [NO] = "",
        [ON_SUCCESS] = "clean",
        [ON_FAILURE] = "failed crashed refused timed-out unhealthy",
        [ON_ABNORMAL] = "crashed timed-out unhealthy",
        [ON_WATCHDOG] = "unhealthy",
        [ON_ABORT] = "crashed",
        [ALWAYS] = "clean failed crashed refused timed-out unhealthy protocol",
    };
    uint32_t word = value(x, RESTART)->number;
    struct sim__node *on = sim__preset_words(x, classes[word]);
    /* A clean end of what remains after it is no end of the unit. */
    if (value(x, REMAIN)->number == 1 && word == ALWAYS) {
        on = sim__preset_words(x, "failed crashed refused timed-out unhealthy protocol");
    } else if (value(x, REMAIN)->number == 1 && word == ON_SUCCESS) {
        on = sim__preset_words(x, "");
    }
    if ((word == ON_FAILURE || word == ON_ABNORMAL) && reports(x)) {
        sim__tree_add(x->reader->scratch, on, sim__preset_word(x, "protocol"));
    }
    sim__preset_put_in(x, "restart", "on", on, value(x, RESTART));
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
}

static void put_exit(struct sim__expansion *x)
{
    struct sup_exit_set clean = value(x, SUCCESS)->set;
    int error = sup_exit_set_add_code(&clean, 0, 0);
    /* A command that runs once is not a daemon that was told to go. */
    static const int32_t ends[] = {1, 2, 13, 15}; /* HUP INT PIPE TERM */
    for (size_t i = 0; i < SIM__COUNT(ends) && value(x, TYPE)->number != ONESHOT; i++) {
        error = error == SUP_OK ? sup_exit_set_add_signal(&clean, ends[i]) : error;
    }
    if (error == SUP_OK) {
        sim__preset_put_in(x, "exit", "success", sim__preset_set(x, &clean), value(x, SUCCESS));
    }
    if (value(x, PREVENT)->is) {
        sim__preset_put_in(x, "exit", "prevent", sim__preset_set(x, &value(x, PREVENT)->set),
                           value(x, PREVENT));
    }
    if (value(x, FORCE)->is) {
        sim__preset_put_in(x, "exit", "force", sim__preset_set(x, &value(x, FORCE)->set),
                           value(x, FORCE));
    }
}

/* ---- how long it waits ---- */

static void put_steps(struct sim__expansion *x)
{
    sim__preset_put_in(x, "backoff", "shape", sim__preset_word(x, "steps"), value(x, STEPS));
    sim__preset_put_in(x, "backoff", "steps", sim__preset_number(x, value(x, STEPS)->number),
                       value(x, STEPS));
    sim__preset_put_in(x, "backoff", "base", sim__preset_length(x, value(x, RESTART_SEC)->length),
                       value(x, RESTART_SEC));
    sim__preset_put_in(x, "backoff", "max", sim__preset_length(x, value(x, MAX_DELAY)->length),
                       value(x, MAX_DELAY));
    sim__preset_put_in(x, "backoff", "grain", sim__preset_word(x, "1us"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
}

static void put_waits(struct sim__expansion *x)
{
    uint64_t first = value(x, RESTART_SEC)->length.ns, most = value(x, MAX_DELAY)->length.ns;
    if (value(x, STEPS)->number == 0 || first == 0 || most == SUP_NEVER_NS || first >= most) {
        sim__preset_constant(x, value(x, RESTART_SEC));
    } else {
        put_steps(x);
    }
    if (value(x, RANDOMIZED)->length.ns > 0) {
        sim__preset_put_in(x, "backoff", "jitter",
                           sim__tree_pair(x->reader->scratch, "add",
                                          sim__preset_length(x, value(x, RANDOMIZED)->length)),
                           value(x, RANDOMIZED));
        sim__preset_put_in(x, "backoff", "over-cap", sim__preset_word(x, "true"), NULL);
    }
}

/* ---- the start limit ---- */

static void put_limit(struct sim__expansion *x)
{
    const struct sim__value *interval =
        value(x, INTERVAL)->is ? value(x, INTERVAL) : value(x, OLD_INTERVAL);
    struct sup_duration within = interval->is ? interval->length : SUP_SEC(10);
    if (within.ns == 0 || value(x, BURST)->number == 0) {
        const struct sim__value *off = within.ns == 0 ? interval : value(x, BURST);
        sim__preset_put(x, "restart-limit", sim__preset_word(x, "none"), off);
        return;
    }
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, value(x, BURST)->number),
                       value(x, BURST));
    sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, within), interval);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "fixed"), NULL);
    sim__preset_put_in(x, "restart-limit", "counts", sim__preset_word(x, "starts"), NULL);
}

static void put_operator(struct sim__expansion *x)
{
    sim__preset_put_in(x, "operator", "clears", sim__preset_words(x, ""), NULL);
    sim__preset_put_in(x, "operator", "counts", sim__preset_word(x, "true"), NULL);
    bool kept = value(x, REFERENCED)->number == 1;
    sim__preset_put_in(x, "operator", "stop-clears",
                       sim__preset_words(x, kept ? "streak" : "streak limit"),
                       value(x, REFERENCED));
}

/* ---- readiness, life and stop ---- */

/* A length of which 0 means for ever. */
static struct sim__node *or_never(struct sim__expansion *x, struct sup_duration length)
{
    return length.ns == 0 ? sim__preset_word(x, "never") : sim__preset_length(x, length);
}

static const struct sim__value *timeout_of(const struct sim__expansion *x, int setting)
{
    return value(x, setting)->is ? value(x, setting) : value(x, TIMEOUT);
}

static void put_life(struct sim__expansion *x)
{
    const struct sim__value *start = timeout_of(x, TIMEOUT_START);
    const struct sim__value *most = value(x, RUNTIME_MAX);
    bool oneshot = value(x, TYPE)->number == ONESHOT;
    if (reports(x)) {
        struct sim__node *timeout = or_never(x, start->is ? start->length : SUP_SEC(90));
        sim__preset_put_in(x, "ready", "explicit",
                           sim__tree_pair(x->reader->scratch, "timeout", timeout),
                           start->is ? start : value(x, TYPE));
    }
    /* A command is starting as long as it runs. */
    if (oneshot && start->is && start->length.ns > 0 && start->length.ns != SUP_NEVER_NS) {
        most = start;
    }
    if (most->length.ns != SUP_NEVER_NS && most->length.ns > 0) {
        sim__preset_put(x, "run-for", sim__preset_length(x, most->length), most);
    }
    const struct sim__value *watchdog = value(x, WATCHDOG);
    if (watchdog->length.ns > 0 && watchdog->length.ns != SUP_NEVER_NS) {
        sim__preset_put_in(x, "heartbeat", "stale-after", sim__preset_length(x, watchdog->length),
                           watchdog);
        sim__preset_put_in(x, "heartbeat", "then", sim__preset_word(x, "restart"), NULL);
    }
}

static void put_stop(struct sim__expansion *x)
{
    const struct sim__value *stop = timeout_of(x, TIMEOUT_STOP);
    struct sup_duration grace = stop->is ? stop->length : SUP_SEC(90);
    sim__preset_put_in(x, "stop", "grace", or_never(x, grace), stop);
    sim__preset_put_in(x, "stop", "abort-wait", or_never(x, grace), stop);
    sim__preset_signal(x, value(x, KILL_SIGNAL));
    if (value(x, SEND_SIGKILL)->number == 0) {
        sim__preset_put_in(x, "stop", "then", sim__preset_word(x, "leave"), value(x, SEND_SIGKILL));
    }
}

static void put_lag(struct sim__expansion *x)
{
    if (x->mode == SIM__IDEAL) {
        return;
    }
    bool busy = x->mode == SIM__BUSY;
    struct sim__node *slack =
        sim__tree_pair(x->reader->scratch, busy ? "spread" : "grid", sim__preset_word(x, "250ms"));
    sim__preset_put_in(x, "lag", "timer", slack, NULL);
    if (!busy) {
        sim__preset_put_in(x, "lag", "start", sim__preset_word(x, "3ms"), NULL);
    }
}

static void of_service(struct sim__expansion *x)
{
    const struct sim__value *restart = value(x, RESTART);
    if (value(x, TYPE)->number == ONESHOT &&
        (restart->number == ALWAYS || restart->number == ON_SUCCESS)) {
        sim__error(x->reader, restart->node->at,
                   "`Restart`: systemd refuses `%s` with `Type: oneshot`", restart->text);
    }
    put_restart(x);
    put_exit(x);
    put_waits(x);
    put_limit(x);
    put_operator(x);
    put_life(x);
    put_stop(x);
    put_lag(x);
}

const struct sim__system sim__system_systemd = {
    .name = "systemd",
    .settings = settings,
    .setting_count = SETTINGS,
    .versions = "254 230 252 262",
    .service = of_service,
    .modes = SIM__BUSY,
};

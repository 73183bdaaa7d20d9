/* The presets of supervisors of daemons: supervisord, s6, runit, daemontools, monit, pm2. */
#include "preset.h"

static const struct sim__value *value(const struct sim__expansion *x, int setting)
{
    return &x->values[setting];
}

/* Every end is followed by a start, and a clean one is like the others. */
static void put_always(struct sim__expansion *x)
{
    sim__preset_put(x, "restart", sim__preset_word(x, "always"), NULL);
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
}

/* What a start by hand leaves as it is: everything. */
static void put_keeping_operator(struct sim__expansion *x)
{
    sim__preset_put_in(x, "operator", "clears", sim__preset_words(x, ""), NULL);
}

/* ---- supervisord ---- */

enum {
    STARTSECS,
    STARTRETRIES,
    AUTORESTART,
    EXITCODES,
    STOPWAITSECS,
    STOPSIGNAL,
    AUTOSTART,
    SUPERVISORD_SETTINGS
};
enum { AUTORESTART_FALSE, AUTORESTART_TRUE };

/* clang-format off */
static const struct sim__setting supervisord_settings[SUPERVISORD_SETTINGS] = {
    [STARTSECS] = {SIM__SETTING_IN("startsecs", SIM__SECONDS, "1")},
    [STARTRETRIES] = {SIM__SETTING("startretries", NUMBER, "3"), .max = SUP_LIMIT_MAX_MAX},
    [AUTORESTART] = {SIM__SETTING("autorestart", WORD, "unexpected"),
        .words = "false true unexpected"},
    [EXITCODES] = {SIM__SETTING("exitcodes", STATUSES, "0")},
    [STOPWAITSECS] = {SIM__SETTING_IN("stopwaitsecs", SIM__SECONDS, "10")},
    [STOPSIGNAL] = {SIM__SETTING("stopsignal", SIGNAL, "TERM")},
    [AUTOSTART] = {SIM__SETTING("autostart", FLAG, "true")},
};
/* clang-format on */

static void put_autorestart(struct sim__expansion *x)
{
    const struct sim__value *autorestart = value(x, AUTORESTART);
    if (autorestart->number == AUTORESTART_TRUE) {
        sim__preset_put(x, "restart", sim__preset_word(x, "always"), autorestart);
    } else {
        bool never = autorestart->number == AUTORESTART_FALSE;
        sim__preset_put_in(x, "restart", "on",
                           sim__preset_words(x, never ? "unready" : "unready failed crashed"),
                           autorestart);
    }
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
    sim__preset_put_in(x, "exit", "success", sim__preset_set(x, &value(x, EXITCODES)->set),
                       value(x, EXITCODES));
}

/* As it was measured: a process that had run is reaped a second late one time in four, and
 * its restart is a second late always. */
static void put_supervisord_lag(struct sim__expansion *x)
{
    if (x->mode != SIM__IDEAL) {
        sim__preset_put_in(x, "backoff", "after-ready", sim__preset_word(x, "1s"), NULL);
        sim__preset_put_in(
            x, "lag", "end",
            sim__tree_pair(x->reader->scratch, "pick", sim__preset_words(x, "0s 0s 0s 1s")), NULL);
    }
    sim__preset_lag(x, "7ms", "12ms");
}

static void supervisord_of_service(struct sim__expansion *x)
{
    const struct sim__value *retries = value(x, STARTRETRIES);
    put_autorestart(x);
    sim__preset_put_in(x, "ready", "after", sim__preset_length(x, value(x, STARTSECS)->length),
                       value(x, STARTSECS));
    sim__preset_put_in(x, "backoff", "shape", sim__preset_word(x, "linear"), NULL);
    sim__preset_put_in(x, "backoff", "base", sim__preset_word(x, "1s"), NULL);
    sim__preset_put_in(x, "backoff", "step", sim__preset_word(x, "1s"), NULL);
    sim__preset_put_in(x, "backoff", "max", sim__preset_word(x, "never"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
    sim__preset_put_in(x, "backoff", "after-ready", sim__preset_word(x, "0s"), NULL);
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, retries->number), retries);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "streak"), NULL);
    put_keeping_operator(x);
    sim__preset_grace(x, value(x, STOPWAITSECS));
    sim__preset_signal(x, value(x, STOPSIGNAL));
    sim__preset_put_in(x, "stop", "then", sim__preset_word(x, "repeat"), NULL);
    if (value(x, AUTOSTART)->number == 0) {
        sim__preset_put(x, "paused", sim__preset_word(x, "true"), value(x, AUTOSTART));
    }
    put_supervisord_lag(x);
}

const struct sim__system sim__system_supervisord = {
    .name = "supervisord",
    .settings = supervisord_settings,
    .setting_count = SUPERVISORD_SETTINGS,
    .service = supervisord_of_service,
    .modes = SIM__BUSY,
};

/* ---- s6 ---- */

enum {
    NOTIFICATION_FD,
    TIMEOUT_KILL,
    TIMEOUT_FINISH,
    PERMAFAILON,
    MAX_DEATH_TALLY,
    DOWN_SIGNAL,
    S6_SETTINGS
};
enum { WITHIN, DEATHS, OF, PERMAFAILON_SETTINGS };

/* clang-format off */
static const struct sim__setting s6_settings[S6_SETTINGS] = {
    [NOTIFICATION_FD] = {SIM__SETTING("notification-fd", NUMBER, NULL), .min = 3, .max = 65535},
    [TIMEOUT_KILL] = {SIM__SETTING_IN("timeout-kill", SIM__MILLISECONDS, "0")},
    [TIMEOUT_FINISH] = {SIM__SETTING_IN("timeout-finish", SIM__MILLISECONDS, "5000")},
    [PERMAFAILON] = {SIM__SETTING("permafailon", MAP, NULL)},
    [MAX_DEATH_TALLY] = {SIM__SETTING("max-death-tally", NUMBER, "100"), .max = 4096},
    [DOWN_SIGNAL] = {SIM__SETTING("down-signal", SIGNAL, "TERM")},
};
/* The arguments of s6-permafailon, in their order. */
static const struct sim__setting permafailon_settings[PERMAFAILON_SETTINGS] = {
    [WITHIN] = {SIM__SETTING_IN("within", SIM__SECONDS, NULL)},
    [DEATHS] = {SIM__SETTING("deaths", NUMBER, NULL), .min = 1, .max = 4096},
    [OF] = {SIM__SETTING("of", STATUSES, NULL)},
};
/* clang-format on */

static bool read_permafailon(struct sim__expansion *x, struct sim__value *ret_values)
{
    static const char *const keys[PERMAFAILON_SETTINGS] = {"within", "deaths", "of"};
    struct sim__node *v[PERMAFAILON_SETTINGS];
    struct sim__reader *r = x->reader;
    const struct sim__node *node = value(x, PERMAFAILON)->node;
    if (!sim__map_named(r, node, keys, PERMAFAILON_SETTINGS, v)) {
        return false;
    }
    bool good = true;
    for (int i = 0; i < PERMAFAILON_SETTINGS; i++) {
        good = sim__required(r, node, v[i], keys[i]) && good;
    }
    return sim__settings_take(r, node, permafailon_settings, PERMAFAILON_SETTINGS, ret_values) &&
           good;
}

/* So many deaths as the tally cannot hold are never seen. */
static void put_permafailon(struct sim__expansion *x)
{
    struct sim__value given[PERMAFAILON_SETTINGS];
    if (!read_permafailon(x, given) || given[DEATHS].number > value(x, MAX_DEATH_TALLY)->number) {
        return;
    }
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, given[DEATHS].number - 1),
                       &given[DEATHS]);
    sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, given[WITHIN].length),
                       &given[WITHIN]);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "sliding"), NULL);
    sim__preset_put_in(x, "restart-limit", "counts", sim__preset_set(x, &given[OF].set),
                       &given[OF]);
    sim__preset_put_in(x, "restart-limit", "then", sim__preset_word(x, "quarantine"), NULL);
}

static void put_s6_waits(struct sim__expansion *x)
{
    sim__preset_constant_of(x, SUP_SEC(1));
    if (!sim__preset_is_since(x, "2.11.2")) {
        sim__preset_put_in(x, "backoff", "from", sim__preset_word(x, "start"), NULL);
    } else if (value(x, NOTIFICATION_FD)->is) {
        sim__preset_put_in(x, "backoff", "from", sim__preset_word(x, "ready"),
                           value(x, NOTIFICATION_FD));
    }
    if (value(x, NOTIFICATION_FD)->is) {
        struct sim__node *never = sim__preset_word(x, "never");
        sim__preset_put_in(x, "ready", "explicit",
                           sim__tree_pair(x->reader->scratch, "timeout", never),
                           value(x, NOTIFICATION_FD));
    }
}

static void s6_of_service(struct sim__expansion *x)
{
    put_always(x);
    put_s6_waits(x);
    sim__preset_put_in(x, "exit", "prevent", sim__preset_words(x, "finish:125"), NULL);
    if (value(x, PERMAFAILON)->is) {
        put_permafailon(x);
    }
    put_keeping_operator(x);
    sim__preset_grace(x, value(x, TIMEOUT_KILL));
    sim__preset_signal(x, value(x, DOWN_SIGNAL));
    const struct sim__value *finish = value(x, TIMEOUT_FINISH);
    sim__preset_put_in(x, "stop", "finish",
                       finish->length.ns == 0 ? sim__preset_word(x, "never")
                                              : sim__preset_length(x, finish->length),
                       finish);
    sim__preset_lag(x, value(x, PERMAFAILON)->is ? "13ms" : "5ms", NULL);
}

const struct sim__system sim__system_s6 = {
    .name = "s6",
    .settings = s6_settings,
    .setting_count = S6_SETTINGS,
    .versions = "2.11.2 2.11.1",
    .service = s6_of_service,
    .modes = SIM__REALISTIC,
};

/* ---- runit and daemontools ---- */

/* clang-format off */
static const struct sim__setting runit_settings[] = {
    {SIM__SETTING_IN("sv-wait", SIM__SECONDS, "7")},
};
/* clang-format on */

static void put_waiting_operator(struct sim__expansion *x)
{
    sim__preset_put_in(x, "operator", "waits", sim__preset_word(x, "true"), NULL);
}

static void runit_of_service(struct sim__expansion *x)
{
    put_always(x);
    sim__preset_constant_of(x, SUP_SEC(1));
    sim__preset_put_in(x, "backoff", "after-ready", sim__preset_word(x, "0s"), NULL);
    sim__preset_put_in(x, "ready", "after", sim__preset_word(x, "1s"), NULL);
    put_waiting_operator(x);
    sim__preset_grace(x, value(x, 0));
    sim__preset_lag(x, "2500us", NULL);
}

const struct sim__system sim__system_runit = {
    .name = "runit",
    .settings = runit_settings,
    .setting_count = SIM__COUNT(runit_settings),
    .service = runit_of_service,
    .modes = SIM__REALISTIC,
};

static void daemontools_of_service(struct sim__expansion *x)
{
    put_always(x);
    sim__preset_constant_of(x, x->mode == SIM__IDEAL ? SUP_SEC(1) : SUP_MS(1022));
    sim__preset_put_in(x, "backoff", "from", sim__preset_word(x, "start"), NULL);
    put_waiting_operator(x);
}

const struct sim__system sim__system_daemontools = {
    .name = "daemontools", .service = daemontools_of_service, .modes = SIM__REALISTIC};

/* ---- monit ---- */

enum { CYCLE, RESTARTS, CYCLES, MONIT_SETTINGS };

/* clang-format off */
static const struct sim__setting monit_settings[MONIT_SETTINGS] = {
    [CYCLE] = {SIM__SETTING_IN("cycle", SIM__SECONDS, "1")},
    [RESTARTS] = {SIM__SETTING("restarts", NUMBER, NULL), .min = 1, .max = SUP_LIMIT_MAX_MAX},
    [CYCLES] = {SIM__SETTING("cycles", NUMBER, NULL), .min = 1, .max = 1000000},
};
/* clang-format on */

/* `if N restarts within M cycles then unmonitor`. */
static void put_monit_limit(struct sim__expansion *x)
{
    const struct sim__value *restarts = value(x, RESTARTS), *cycles = value(x, CYCLES);
    if (restarts->is != cycles->is) {
        const struct sim__value *one = restarts->is ? restarts : cycles;
        sim__error_as(x->reader, SIM__CODE_MISSING_KEY, one->node->at,
                      "`restarts` and `cycles` stand together: so many restarts within so many "
                      "cycles");
    } else if (restarts->is) {
        uint64_t within = value(x, CYCLE)->length.ns * cycles->number;
        sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, restarts->number),
                           restarts);
        sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, SUP_NS(within)),
                           cycles);
        sim__preset_put_in(x, "restart-limit", "counts", sim__preset_word(x, "starts"), NULL);
        sim__preset_put_in(x, "restart-limit", "then", sim__preset_word(x, "quarantine"), NULL);
    }
}

static void monit_of_service(struct sim__expansion *x)
{
    const struct sim__value *cycle = value(x, CYCLE);
    if (cycle->length.ns == 0 || cycle->length.ns > SUP_SEC(86400).ns) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE,
                      cycle->node == NULL ? x->at->at : cycle->node->at,
                      "`cycle` has to be above 0 and at most a day");
        return;
    }
    put_always(x);
    sim__preset_constant(x, cycle);
    put_monit_limit(x);
    if (x->mode != SIM__IDEAL) {
        sim__preset_put_in(x, "lag", "poll", sim__preset_length(x, cycle->length), cycle);
    }
}

const struct sim__system sim__system_monit = {
    .name = "monit",
    .settings = monit_settings,
    .setting_count = MONIT_SETTINGS,
    .service = monit_of_service,
    .modes = SIM__REALISTIC,
};

/* ---- pm2 ---- */

enum {
    MAX_RESTARTS,
    MIN_UPTIME,
    RESTART_DELAY,
    EXP_BACKOFF,
    STOP_EXIT_CODES,
    KILL_TIMEOUT,
    PM2_AUTORESTART,
    PM2_SETTINGS
};

/* clang-format off */
static const struct sim__setting pm2_settings[PM2_SETTINGS] = {
    [MAX_RESTARTS] = {SIM__SETTING("max_restarts", NUMBER, "16"), .min = 1,
        .max = SUP_LIMIT_MAX_MAX},
    [MIN_UPTIME] = {SIM__SETTING_IN("min_uptime", SIM__MILLISECONDS, "1000")},
    [RESTART_DELAY] = {SIM__SETTING_IN("restart_delay", SIM__MILLISECONDS, "0")},
    [EXP_BACKOFF] = {SIM__SETTING_IN("exp_backoff_restart_delay", SIM__MILLISECONDS, "0")},
    [STOP_EXIT_CODES] = {SIM__SETTING("stop_exit_codes", STATUSES, NULL)},
    [KILL_TIMEOUT] = {SIM__SETTING_IN("kill_timeout", SIM__MILLISECONDS, "1600")},
    [PM2_AUTORESTART] = {SIM__SETTING("autorestart", FLAG, "true")},
};
/* clang-format on */

static void put_pm2_waits(struct sim__expansion *x)
{
    const struct sim__value *exp = value(x, EXP_BACKOFF);
    if (exp->length.ns == 0) {
        sim__preset_constant(x, value(x, RESTART_DELAY));
        return;
    }
    sim__preset_put_in(x, "backoff", "base", sim__preset_length(x, exp->length), exp);
    sim__preset_put_in(x, "backoff", "factor", sim__preset_word(x, "1.5"), exp);
    sim__preset_put_in(x, "backoff", "grain", sim__preset_word(x, "1ms"), exp);
    sim__preset_put_in(x, "backoff", "max", sim__preset_word(x, "15s"), exp);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "30s1ns"), exp);
    sim__preset_put_in(x, "backoff", "reset-poll", sim__preset_word(x, "30s"), exp);
}

/* Unstable are ends before min_uptime, while the program is younger than max_restarts of them:
 * `<` there is a nanosecond less here. */
static void put_pm2_limit(struct sim__expansion *x)
{
    const struct sim__value *most = value(x, MAX_RESTARTS), *uptime = value(x, MIN_UPTIME);
    if (uptime->length.ns == 0) {
        return;
    }
    if (uptime->length.ns > SUP_SEC(86400).ns) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE, uptime->node->at,
                      "`min_uptime` may be a day at most");
        return;
    }
    uint64_t within = uptime->length.ns * most->number - 1;
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, most->number - 1), most);
    sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, SUP_NS(within)), uptime);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "once"), NULL);
    sim__preset_put_in(x, "restart-limit", "counts", sim__preset_words(x, "unready"), NULL);
    sim__preset_put_in(x, "ready", "after", sim__preset_length(x, uptime->length), uptime);
}

static void pm2_of_service(struct sim__expansion *x)
{
    if (value(x, PM2_AUTORESTART)->number == 1) {
        put_always(x);
    } else {
        sim__preset_put(x, "restart", sim__preset_word(x, "never"), value(x, PM2_AUTORESTART));
    }
    put_pm2_waits(x);
    put_pm2_limit(x);
    if (value(x, STOP_EXIT_CODES)->is) {
        sim__preset_put_in(x, "exit", "prevent",
                           sim__preset_set(x, &value(x, STOP_EXIT_CODES)->set),
                           value(x, STOP_EXIT_CODES));
    }
    sim__preset_grace(x, value(x, KILL_TIMEOUT));
    sim__preset_lag(x, "22ms", NULL);
}

const struct sim__system sim__system_pm2 = {
    .name = "pm2",
    .settings = pm2_settings,
    .setting_count = PM2_SETTINGS,
    .service = pm2_of_service,
    .modes = SIM__REALISTIC,
};

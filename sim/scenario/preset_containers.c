/* The presets of what keeps containers going: docker, podman, swarm, kubernetes, nomad. */
#include <string.h>

#include "preset.h"

static const struct sim__value *value(const struct sim__expansion *x, int setting)
{
    return &x->values[setting];
}

static void put_restart(struct sim__expansion *x, const char *class, const struct sim__value *from)
{
    sim__preset_put(x, "restart", sim__preset_word(x, class), from);
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
}

/* ---- docker and podman ---- */

enum { RESTART, STOP_TIMEOUT, STOP_SIGNAL, CONTAINER_SETTINGS };

/* clang-format off */
static const struct sim__setting container_settings[CONTAINER_SETTINGS] = {
    [RESTART] = {SIM__SETTING("restart", TEXT, "no")},
    [STOP_TIMEOUT] = {SIM__SETTING_IN("stop-timeout", SIM__SECONDS, "10")},
    [STOP_SIGNAL] = {SIM__SETTING("stop-signal", SIGNAL, "TERM")},
};
/* clang-format on */

/* `on-failure:N`, where N of 0 is no limit. */
static bool take_retries(const char *text, uint64_t *ret_retries)
{
    uint64_t retries = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || retries > SUP_UNLIMITED) {
            return false;
        }
        retries = retries * 10 + (uint64_t)(*text - '0');
    }
    *ret_retries = retries;
    return retries < SUP_UNLIMITED;
}

static void put_restart_policy(struct sim__expansion *x)
{
    static const char *const words[] = {"no", "always", "unless-stopped", "on-failure"};
    const struct sim__value *restart = value(x, RESTART);
    uint64_t retries = 0;
    if (sim__same(restart->text, "no") || sim__same(restart->text, "false")) {
        put_restart(x, "never", restart);
    } else if (sim__same(restart->text, "always") || sim__same(restart->text, "unless-stopped")) {
        put_restart(x, "always", restart);
    } else if (sim__same(restart->text, "on-failure")) {
        put_restart(x, "on-failure", restart);
    } else if (strncmp(restart->text, "on-failure:", 11) == 0 &&
               take_retries(restart->text + 11, &retries)) {
        put_restart(x, "on-failure", restart);
        if (retries > 0) {
            sim__preset_put(x, "max-restarts", sim__preset_number(x, retries), restart);
        }
    } else {
        sim__error_as(x->reader, SIM__CODE_UNKNOWN_WORD, restart->node->at,
                      "`restart`: unknown policy `%s`%s",
                      sim__quotable(x->reader->scratch, restart->text, strlen(restart->text)),
                      strncmp(restart->text, "on-failure", 10) == 0
                          ? SIM__HINT "; it is written `on-failure:5`"
                          : sim__hint(x->reader, restart->text, words, SIM__COUNT(words)));
    }
}

static void put_container_stop(struct sim__expansion *x)
{
    const struct sim__value *timeout = value(x, STOP_TIMEOUT);
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, timeout->length), timeout);
    sim__preset_signal(x, value(x, STOP_SIGNAL));
}

static void docker_of_service(struct sim__expansion *x)
{
    put_restart_policy(x);
    sim__preset_put_in(x, "backoff", "base", sim__preset_word(x, "100ms"), NULL);
    sim__preset_put_in(x, "backoff", "factor", sim__preset_number(x, 2), NULL);
    sim__preset_put_in(x, "backoff", "max", sim__preset_word(x, "60s"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "10s"), NULL);
    put_container_stop(x);
    sim__preset_put_in(x, "stop", "abort-wait", sim__preset_word(x, "2s"), NULL);
    sim__preset_lag(x, "175ms", "330ms");
}

const struct sim__system sim__system_docker = {
    .name = "docker",
    .settings = container_settings,
    .setting_count = CONTAINER_SETTINGS,
    .service = docker_of_service,
    .modes = SIM__BUSY,
};

static void podman_of_service(struct sim__expansion *x)
{
    put_restart_policy(x);
    sim__preset_constant_of(x, SUP_NS(0));
    put_container_stop(x);
    sim__preset_lag(x, "92ms", NULL);
}

const struct sim__system sim__system_podman = {
    .name = "podman",
    .settings = container_settings,
    .setting_count = CONTAINER_SETTINGS,
    .service = podman_of_service,
    .modes = SIM__REALISTIC,
};

/* ---- swarm: `deploy.restart_policy` of a compose file ---- */

enum { CONDITION, DELAY, MAX_ATTEMPTS, WINDOW, SWARM_TIMEOUT, SWARM_SIGNAL, SWARM_SETTINGS };

/* clang-format off */
static const struct sim__setting swarm_settings[SWARM_SETTINGS] = {
    [CONDITION] = {SIM__SETTING("condition", WORD, "any"), .words = "none on-failure any"},
    [DELAY] = {SIM__SETTING_IN("delay", SIM__SECONDS, "5")},
    [MAX_ATTEMPTS] = {SIM__SETTING("max_attempts", NUMBER, "0"), .max = SUP_LIMIT_MAX_MAX},
    [WINDOW] = {SIM__SETTING_IN("window", SIM__SECONDS, "0")},
    [SWARM_TIMEOUT] = {SIM__SETTING_IN("stop-timeout", SIM__SECONDS, "10")},
    [SWARM_SIGNAL] = {SIM__SETTING("stop-signal", SIGNAL, "TERM")},
};
/* clang-format on */

static void swarm_of_service(struct sim__expansion *x)
{
    static const char *const classes[] = {"never", "on-failure", "always"};
    const struct sim__value *most = value(x, MAX_ATTEMPTS), *window = value(x, WINDOW);
    put_restart(x, classes[value(x, CONDITION)->number], value(x, CONDITION));
    sim__preset_constant(x, value(x, DELAY));
    if (most->number > 0 && window->length.ns > 0) {
        sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, most->number), most);
        sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, window->length),
                           window);
    } else if (most->number > 0) {
        sim__preset_put(x, "max-restarts", sim__preset_number(x, most->number), most);
    }
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, value(x, SWARM_TIMEOUT)->length),
                       value(x, SWARM_TIMEOUT));
    sim__preset_signal(x, value(x, SWARM_SIGNAL));
}

const struct sim__system sim__system_swarm = {
    .name = "swarm",
    .settings = swarm_settings,
    .setting_count = SWARM_SETTINGS,
    .service = swarm_of_service,
    .modes = SIM__IDEAL,
};

/* ---- kubernetes ---- */

enum { RESTART_POLICY, BASE, MAX, JOB, BACKOFF_LIMIT, TERMINATION, KUBERNETES_SETTINGS };

/* clang-format off */
static const struct sim__setting kubernetes_settings[KUBERNETES_SETTINGS] = {
    [RESTART_POLICY] = {SIM__SETTING("restartPolicy", WORD, NULL),
        .words = "Always OnFailure Never"},
    [BASE] = {SIM__SETTING_IN("base", SIM__SECONDS, NULL)},
    [MAX] = {SIM__SETTING_IN("max", SIM__SECONDS, NULL)},
    [JOB] = {SIM__SETTING("job", FLAG, "false")},
    [BACKOFF_LIMIT] = {SIM__SETTING("backoffLimit", NUMBER, "6"), .max = SUP_LIMIT_MAX_MAX},
    [TERMINATION] = {SIM__SETTING_IN("terminationGracePeriodSeconds", SIM__SECONDS, "30")},
};
/* clang-format on */

static struct sup_duration given_or(const struct sim__value *given, struct sup_duration otherwise)
{
    return given->is ? given->length : otherwise;
}

/* The kubelet's: the first restart at once, then 10 s, 20 s, …; the reset is of the time since
 * the failure before, the wait included. */
static void put_crash_loop(struct sim__expansion *x)
{
    bool reduced = sim__same(x->version, "reduced");
    struct sup_duration max = given_or(value(x, MAX), reduced ? SUP_SEC(60) : SUP_SEC(300));
    struct sup_duration base = given_or(value(x, BASE), reduced ? SUP_SEC(1) : SUP_SEC(10));
    if (max.ns > SUP_SEC(86400).ns) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE, value(x, MAX)->node->at,
                      "`max` may be a day at most");
        return;
    }
    uint64_t reset = reduced ? SUP_SEC(600).ns : 2 * max.ns;
    sim__preset_put_in(x, "backoff", "first", sim__preset_word(x, "0s"), NULL);
    sim__preset_put_in(x, "backoff", "base", sim__preset_length(x, base), value(x, BASE));
    sim__preset_put_in(x, "backoff", "factor", sim__preset_number(x, 2), NULL);
    sim__preset_put_in(x, "backoff", "max", sim__preset_length(x, max), value(x, MAX));
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_length(x, SUP_NS(reset + 1)),
                       value(x, MAX));
    sim__preset_put_in(x, "backoff", "reset-from", sim__preset_word(x, "failure"), NULL);
}

/* The job controller's: a pod that failed is followed by another, 10 s, 20 s, … up to 6 min
 * later, until there were more than `backoffLimit` of them. */
static void put_job(struct sim__expansion *x)
{
    const struct sim__value *limit = value(x, BACKOFF_LIMIT);
    sim__preset_put_in(x, "backoff", "base",
                       sim__preset_length(x, given_or(value(x, BASE), SUP_SEC(10))),
                       value(x, BASE));
    sim__preset_put_in(x, "backoff", "factor", sim__preset_number(x, 2), NULL);
    sim__preset_put_in(x, "backoff", "max",
                       sim__preset_length(x, given_or(value(x, MAX), SUP_SEC(360))), value(x, MAX));
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, limit->number), limit);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "streak"), NULL);
}

static void kubernetes_of_service(struct sim__expansion *x)
{
    static const char *const classes[] = {"always", "on-failure", "never"};
    const struct sim__value *policy = value(x, RESTART_POLICY), *job = value(x, JOB);
    if (job->number == 1) {
        if (policy->is && policy->number == 0) {
            sim__error(x->reader, policy->node->at,
                       "`restartPolicy`: of a job it is `OnFailure` or `Never`");
        }
        put_restart(x, "on-failure", job);
        put_job(x);
    } else {
        if (value(x, BACKOFF_LIMIT)->node != NULL) {
            sim__error(x->reader, value(x, BACKOFF_LIMIT)->node->at,
                       "`backoffLimit` belongs to a job: `job: true`");
        }
        put_restart(x, classes[policy->is ? policy->number : 0], policy);
        put_crash_loop(x);
    }
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, value(x, TERMINATION)->length),
                       value(x, TERMINATION));
    if (x->mode != SIM__IDEAL) {
        sim__preset_put_in(x, "lag", "poll", sim__preset_word(x, "1s"), NULL);
        sim__preset_put_in(
            x, "lag", "start",
            sim__tree_pair(x->reader->scratch, "uniform", sim__preset_words(x, "1s 3s")), NULL);
    }
}

const struct sim__system sim__system_kubernetes = {
    .name = "kubernetes",
    .settings = kubernetes_settings,
    .setting_count = KUBERNETES_SETTINGS,
    .versions = "default reduced",
    .service = kubernetes_of_service,
    .modes = SIM__REALISTIC,
};

/* ---- nomad ---- */

enum { TYPE, ATTEMPTS, INTERVAL, NOMAD_DELAY, EXHAUSTED, KILL_TIMEOUT, NOMAD_SETTINGS };
enum { SERVICE, BATCH };
enum { EXHAUSTED_FAIL, EXHAUSTED_DELAY };

/* clang-format off */
static const struct sim__setting nomad_settings[NOMAD_SETTINGS] = {
    [TYPE] = {SIM__SETTING("type", WORD, "service"), .words = "service batch"},
    [ATTEMPTS] = {SIM__SETTING("attempts", NUMBER, NULL), .max = SUP_LIMIT_MAX_MAX},
    [INTERVAL] = {SIM__SETTING_IN("interval", SIM__SECONDS, NULL)},
    [NOMAD_DELAY] = {SIM__SETTING_IN("delay", SIM__SECONDS, "15")},
    [EXHAUSTED] = {SIM__SETTING("exhausted", WORD, "fail"), .words = "fail delay"},
    [KILL_TIMEOUT] = {SIM__SETTING_IN("kill_timeout", SIM__SECONDS, "5")},
};
/* clang-format on */

static void nomad_of_service(struct sim__expansion *x)
{
    bool batch = value(x, TYPE)->number == BATCH;
    const struct sim__value *attempts = value(x, ATTEMPTS), *interval = value(x, INTERVAL);
    struct sup_duration within = given_or(interval, batch ? SUP_SEC(86400) : SUP_SEC(1800));
    uint32_t most = attempts->is ? attempts->number : batch ? 3 : 2;
    if (batch) {
        sim__preset_put(x, "restart", sim__preset_word(x, "on-failure"), value(x, TYPE));
    } else {
        put_restart(x, "always", value(x, TYPE));
    }
    sim__preset_constant(x, value(x, NOMAD_DELAY));
    sim__preset_put_in(x, "backoff", "jitter", sim__preset_word(x, "+25%"), NULL);
    sim__preset_put_in(x, "backoff", "over-cap", sim__preset_word(x, "true"), NULL);
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, most), attempts);
    sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, within), interval);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "fixed"), NULL);
    sim__preset_put_in(
        x, "restart-limit", "then",
        sim__preset_word(x, value(x, EXHAUSTED)->number == EXHAUSTED_DELAY ? "wait" : "terminate"),
        value(x, EXHAUSTED));
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, value(x, KILL_TIMEOUT)->length),
                       value(x, KILL_TIMEOUT));
}

const struct sim__system sim__system_nomad = {
    .name = "nomad",
    .settings = nomad_settings,
    .setting_count = NOMAD_SETTINGS,
    .service = nomad_of_service,
    .modes = SIM__IDEAL,
};

/* The presets of supervisors that are libraries: OTP, suture, Pekko, gRPC, Pebble, zeph,
 * rustrade, rust-tokio-supervisor.
 */
#include "preset.h"

static const struct sim__value *value(const struct sim__expansion *x, int setting)
{
    return &x->values[setting];
}

static void put_always(struct sim__expansion *x)
{
    sim__preset_put(x, "restart", sim__preset_word(x, "always"), NULL);
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
}

/* ---- otp ---- */

enum { INTENSITY, PERIOD, STRATEGY, AUTO_SHUTDOWN, RESTART, SHUTDOWN, TYPE, SIGNIFICANT, OTP_ALL };
enum { PERMANENT, TRANSIENT, TEMPORARY };
enum { ONE_FOR_ONE, ONE_FOR_ALL, REST_FOR_ONE, SIMPLE_ONE_FOR_ONE };
enum { AUTO_NEVER, AUTO_ANY, AUTO_ALL };

/* clang-format off */
static const struct sim__setting otp_settings[OTP_ALL] = {
    [INTENSITY] = {.name = "intensity", .kind = SIM__SETTING_NUMBER, .otherwise = "1",
        .max = SUP_LIMIT_MAX_MAX, .half = SIM__OF_GROUP},
    [PERIOD] = {.name = "period", .kind = SIM__SETTING_LENGTH, .otherwise = "5",
        .unit = {SIM__SECONDS}, .half = SIM__OF_GROUP},
    [STRATEGY] = {.name = "strategy", .kind = SIM__SETTING_WORD, .otherwise = "one_for_one",
        .words = "one_for_one one_for_all rest_for_one simple_one_for_one",
        .half = SIM__OF_GROUP},
    [AUTO_SHUTDOWN] = {.name = "auto_shutdown", .kind = SIM__SETTING_WORD, .otherwise = "never",
        .words = "never any_significant all_significant", .half = SIM__OF_GROUP},
    [RESTART] = {.name = "restart", .kind = SIM__SETTING_WORD, .otherwise = "permanent",
        .words = "permanent transient temporary", .half = SIM__OF_SERVICE},
    [SHUTDOWN] = {.name = "shutdown", .kind = SIM__SETTING_TEXT, .otherwise = NULL,
        .half = SIM__OF_SERVICE},
    [TYPE] = {.name = "type", .kind = SIM__SETTING_WORD, .otherwise = "worker",
        .words = "worker supervisor", .half = SIM__OF_SERVICE},
    [SIGNIFICANT] = {.name = "significant", .kind = SIM__SETTING_FLAG, .otherwise = "false",
        .half = SIM__OF_SERVICE},
};
/* clang-format on */

static void otp_of_group(struct sim__expansion *x)
{
    static const char *const strategies[] = {"one-for-one", "one-for-all", "rest-for-one",
                                             "one-for-one"};
    const struct sim__value *intensity = value(x, INTENSITY), *period = value(x, PERIOD);
    const struct sim__value *automatic = value(x, AUTO_SHUTDOWN);
    uint32_t strategy = value(x, STRATEGY)->number;
    if (period->length.ns == 0) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE, period->node->at,
                      "`period` has to be above 0 (OTP: invalid_period)");
    }
    if (automatic->number != AUTO_NEVER && strategy == SIMPLE_ONE_FOR_ONE) {
        sim__error(x->reader, automatic->node->at,
                   "`auto_shutdown`: not with `simple_one_for_one` (OTP: bad_combination)");
    }
    sim__preset_put(x, "strategy", sim__preset_word(x, strategies[strategy]), value(x, STRATEGY));
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, intensity->number),
                       intensity);
    sim__preset_put_in(x, "restart-limit", "within", sim__preset_length(x, period->length), period);
    sim__preset_put_in(x, "restart-limit", "grain", sim__preset_word(x, "1s"), NULL);
    sim__preset_put_in(x, "restart-limit", "then", sim__preset_word(x, "escalate"), NULL);
    if (x->stands == SIM__IN_SUPERVISOR) {
        sim__preset_put_in(x, "shutdown", "order", sim__preset_word(x, "reverse"), NULL);
    } else {
        sim__preset_put(x, "rebirth", sim__preset_word(x, "fresh"), NULL);
    }
    if (automatic->number != AUTO_NEVER) {
        sim__preset_put(x, "auto-shutdown",
                        sim__preset_word(x, automatic->number == AUTO_ANY ? "any" : "all"),
                        automatic);
    }
}

/* `brutal_kill`, `infinity`, or milliseconds: 5000 of a worker, `infinity` of a supervisor. */
static void put_shutdown(struct sim__expansion *x)
{
    static const struct sim__setting lengths[] = {
        {SIM__SETTING_IN("shutdown", SIM__MILLISECONDS, NULL)}};
    const struct sim__value *shutdown = value(x, SHUTDOWN);
    struct sup_duration grace = value(x, TYPE)->number == 1 ? SUP_DURATION_NEVER : SUP_MS(5000);
    if (shutdown->is && sim__same(shutdown->text, "brutal_kill")) {
        grace = SUP_NS(0);
    } else if (shutdown->is) {
        struct sim__entry entry = sim__entry("shutdown", strlen("shutdown"));
        entry.value = (struct sim__node *)(uintptr_t)shutdown->node;
        const struct sim__node map = {
            .kind = SIM__MAP, .count = 1, .entries = &entry, .keys = sim__key_bit(entry.id)};
        struct sim__value read;
        if (!sim__settings_take(x->reader, &map, lengths, 1, &read)) {
            return;
        }
        grace = read.length;
    }
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, grace), shutdown);
    sim__preset_put_in(x, "stop", "abort-wait", sim__preset_word(x, "never"), NULL);
}

static void otp_of_service(struct sim__expansion *x)
{
    uint32_t restart = value(x, RESTART)->number;
    const struct sim__value *significant = value(x, SIGNIFICANT);
    if (restart == TRANSIENT) {
        sim__preset_put_in(
            x, "restart", "on",
            sim__preset_words(x, "failed crashed refused timed-out unhealthy protocol"),
            value(x, RESTART));
    } else {
        sim__preset_put(x, "restart",
                        sim__preset_word(x, restart == PERMANENT ? "always" : "never"),
                        value(x, RESTART));
    }
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
    sim__preset_constant_of(x, SUP_NS(0));
    put_shutdown(x);
    if (significant->number == 1) {
        if (restart == PERMANENT) {
            sim__error(x->reader, significant->node->at,
                       "`significant`: not of a permanent child (OTP: bad_combination)");
        }
        sim__preset_put(x, "significant", sim__preset_word(x, "true"), significant);
    }
}

const struct sim__system sim__system_otp = {
    .name = "otp",
    .settings = otp_settings,
    .setting_count = OTP_ALL,
    .service = otp_of_service,
    .group = otp_of_group,
    .modes = SIM__IDEAL,
};

/* ---- suture ---- */

enum { THRESHOLD, DECAY, BACKOFF, TIMEOUT, SUTURE_SETTINGS };

/* clang-format off */
static const struct sim__setting suture_settings[SUTURE_SETTINGS] = {
    [THRESHOLD] = {.name = "FailureThreshold", .kind = SIM__SETTING_NUMBER, .otherwise = "5",
        .max = SUP_LIMIT_MAX_MAX, .half = SIM__OF_GROUP},
    [DECAY] = {.name = "FailureDecay", .kind = SIM__SETTING_LENGTH, .otherwise = "30",
        .unit = {SIM__SECONDS}, .half = SIM__OF_GROUP},
    [BACKOFF] = {.name = "FailureBackoff", .kind = SIM__SETTING_LENGTH, .otherwise = "15s",
        .unit = {SIM__SECONDS}, .half = SIM__OF_GROUP},
    [TIMEOUT] = {SIM__SETTING_IN("Timeout", SIM__SECONDS, "10s")},
};
/* clang-format on */

static void suture_of_group(struct sim__expansion *x)
{
    const struct sim__value *threshold = value(x, THRESHOLD), *decay = value(x, DECAY);
    struct sim__node *pause = sim__preset_length(x, value(x, BACKOFF)->length);
    sim__preset_put_in(x, "restart-limit", "max", sim__preset_number(x, threshold->number),
                       threshold);
    sim__preset_put_in(x, "restart-limit", "window", sim__preset_word(x, "decay"), NULL);
    sim__preset_put_in(x, "restart-limit", "half-life", sim__preset_length(x, decay->length),
                       decay);
    sim__preset_put_in(x, "restart-limit", "then",
                       sim__tree_pair(x->reader->scratch, "pause", pause), value(x, BACKOFF));
}

static void suture_of_service(struct sim__expansion *x)
{
    put_always(x);
    sim__preset_constant_of(x, SUP_NS(0));
    sim__preset_grace(x, value(x, TIMEOUT));
}

const struct sim__system sim__system_suture = {
    .name = "suture",
    .settings = suture_settings,
    .setting_count = SUTURE_SETTINGS,
    .service = suture_of_service,
    .group = suture_of_group,
    .modes = SIM__IDEAL,
};

/* ---- pekko ---- */

enum { MIN_BACKOFF, MAX_BACKOFF, RANDOM_FACTOR, MAX_RETRIES, PEKKO_SETTINGS };

/* clang-format off */
static const struct sim__setting pekko_settings[PEKKO_SETTINGS] = {
    [MIN_BACKOFF] = {SIM__SETTING_IN("minBackoff", SIM__SECONDS, "3s")},
    [MAX_BACKOFF] = {SIM__SETTING_IN("maxBackoff", SIM__SECONDS, "30s")},
    [RANDOM_FACTOR] = {SIM__SETTING("randomFactor", TEXT, "0.2")},
    [MAX_RETRIES] = {SIM__SETTING("maxNrOfRetries", NUMBER, NULL), .max = SUP_UNLIMITED - 1},
};
/* clang-format on */

/* "0.2" in hundredths; -1 when it is none of 0.00 to 1.00. */
static int hundredths(const char *text)
{
    if (*text != '0' && *text != '1') {
        return -1;
    }
    int made = (*text++ - '0') * 100;
    if (*text == '.') {
        int weight = 10;
        for (text++; *text >= '0' && *text <= '9'; text++) {
            if (weight == 0 && *text != '0') {
                return -1;
            }
            made += (*text - '0') * weight;
            weight /= 10;
        }
    }
    return *text == '\0' && made <= 100 ? made : -1;
}

static void pekko_of_service(struct sim__expansion *x)
{
    const struct sim__value *factor = value(x, RANDOM_FACTOR), *retries = value(x, MAX_RETRIES);
    int percent = hundredths(factor->text);
    if (percent < 0) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE, factor->node->at,
                      "`randomFactor` is from 0.00 to 1.00, in hundredths");
        return;
    }
    put_always(x);
    sim__preset_doubling(x, value(x, MIN_BACKOFF), value(x, MAX_BACKOFF));
    sim__preset_put_in(x, "backoff", "jitter",
                       sim__tree_format(x->reader->scratch, "+%d%%", percent), factor);
    sim__preset_put_in(x, "backoff", "over-cap", sim__preset_word(x, "true"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after",
                       sim__preset_length(x, value(x, MIN_BACKOFF)->length), value(x, MIN_BACKOFF));
    if (retries->is) {
        sim__preset_put(x, "max-restarts", sim__preset_number(x, retries->number), retries);
    }
}

const struct sim__system sim__system_pekko = {
    .name = "pekko",
    .settings = pekko_settings,
    .setting_count = PEKKO_SETTINGS,
    .service = pekko_of_service,
    .modes = SIM__IDEAL,
};

/* ---- grpc: a connection, by its connection-backoff.md ---- */

/* An attempt that outlives the least time to connect was connected, and begins anew. */
static void grpc_of_service(struct sim__expansion *x)
{
    put_always(x);
    sim__preset_put_in(x, "backoff", "base", sim__preset_word(x, "1s"), NULL);
    sim__preset_put_in(x, "backoff", "factor", sim__preset_word(x, "1.6"), NULL);
    sim__preset_put_in(x, "backoff", "max", sim__preset_word(x, "120s"), NULL);
    sim__preset_put_in(x, "backoff", "jitter", sim__preset_word(x, "+-20%"), NULL);
    sim__preset_put_in(x, "backoff", "over-cap", sim__preset_word(x, "true"), NULL);
    sim__preset_put_in(x, "backoff", "from", sim__preset_word(x, "start"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "20s"), NULL);
}

const struct sim__system sim__system_grpc = {
    .name = "grpc", .service = grpc_of_service, .modes = SIM__IDEAL};

/* ---- pebble ---- */

enum { DELAY, FACTOR, LIMIT, KILL_DELAY, ON_SUCCESS, ON_FAILURE, PEBBLE_SETTINGS };
enum { PEBBLE_RESTART, PEBBLE_IGNORE };

/* clang-format off */
static const struct sim__setting pebble_settings[PEBBLE_SETTINGS] = {
    [DELAY] = {SIM__SETTING_IN("backoff-delay", SIM__SECONDS, "500ms")},
    [FACTOR] = {SIM__SETTING("backoff-factor", TEXT, "2")},
    [LIMIT] = {SIM__SETTING_IN("backoff-limit", SIM__SECONDS, "30s")},
    [KILL_DELAY] = {SIM__SETTING_IN("kill-delay", SIM__SECONDS, "5s")},
    [ON_SUCCESS] = {SIM__SETTING("on-success", WORD, "restart"), .words = "restart ignore"},
    [ON_FAILURE] = {SIM__SETTING("on-failure", WORD, "restart"), .words = "restart ignore"},
};
/* clang-format on */

static void pebble_of_service(struct sim__expansion *x)
{
    bool clean = value(x, ON_SUCCESS)->number == PEBBLE_RESTART;
    bool failed = value(x, ON_FAILURE)->number == PEBBLE_RESTART;
    const char *failures = "failed crashed refused timed-out unhealthy protocol";
    if (clean && failed) {
        sim__preset_put(x, "restart", sim__preset_word(x, "always"), NULL);
    } else {
        sim__preset_put_in(x, "restart", "on",
                           sim__preset_words(x, failed  ? failures
                                                : clean ? "clean"
                                                        : ""),
                           value(x, failed ? ON_SUCCESS : ON_FAILURE));
    }
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
    sim__preset_doubling(x, value(x, DELAY), value(x, LIMIT));
    sim__preset_put_in(x, "backoff", "factor", sim__preset_word(x, value(x, FACTOR)->text),
                       value(x, FACTOR));
    sim__preset_put_in(x, "backoff", "jitter", sim__preset_word(x, "+10%"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_length(x, value(x, LIMIT)->length),
                       value(x, LIMIT));
    sim__preset_put_in(x, "ready", "after", sim__preset_word(x, "1s"), NULL);
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, value(x, KILL_DELAY)->length),
                       value(x, KILL_DELAY));
}

const struct sim__system sim__system_pebble = {
    .name = "pebble",
    .settings = pebble_settings,
    .setting_count = PEBBLE_SETTINGS,
    .service = pebble_of_service,
    .modes = SIM__IDEAL,
};

/* ---- zeph, rustrade, rust-tokio-supervisor ---- */

enum { ZEPH_MAX, BASE_DELAY, ZEPH_SETTINGS };

/* clang-format off */
static const struct sim__setting zeph_settings[ZEPH_SETTINGS] = {
    [ZEPH_MAX] = {SIM__SETTING("max", NUMBER, "5"), .max = SUP_UNLIMITED - 1},
    [BASE_DELAY] = {SIM__SETTING_IN("base_delay", SIM__SECONDS, "1s")},
};
/* clang-format on */

/* Only a panic is followed by a start; nothing is ever forgiven. */
static void zeph_of_service(struct sim__expansion *x)
{
    static const struct sim__value cap = {.length = {60 * SIM__SECONDS}};
    sim__preset_put(x, "restart", sim__preset_word(x, "on-crash"), NULL);
    sim__preset_put(x, "max-restarts", sim__preset_number(x, value(x, ZEPH_MAX)->number),
                    value(x, ZEPH_MAX));
    sim__preset_doubling(x, value(x, BASE_DELAY), &cap);
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
}

const struct sim__system sim__system_zeph = {
    .name = "zeph",
    .settings = zeph_settings,
    .setting_count = ZEPH_SETTINGS,
    .service = zeph_of_service,
    .modes = SIM__IDEAL,
};

enum { RR_POLICY, RR_BASE, RR_MAX, RR_COOLDOWN, RR_RETRIES, RR_WINDOW, RUSTRADE_SETTINGS };

/* clang-format off */
static const struct sim__setting rustrade_settings[RUSTRADE_SETTINGS] = {
    [RR_POLICY] = {SIM__SETTING("restart_policy", WORD, "on_failure"),
        .words = "always on_failure never"},
    [RR_BASE] = {SIM__SETTING_IN("base", SIM__SECONDS, "100ms")},
    [RR_MAX] = {SIM__SETTING_IN("max", SIM__SECONDS, "60s")},
    [RR_COOLDOWN] = {SIM__SETTING_IN("cooldown", SIM__SECONDS, "300s")},
    [RR_RETRIES] = {SIM__SETTING("max_retries", NUMBER, "10"), .max = SUP_BREAKER_FAILURES_MAX},
    [RR_WINDOW] = {SIM__SETTING_IN("window", SIM__SECONDS, "600s")},
};
/* clang-format on */

/* The exponent is the failure just counted, so the first bound is twice the base; what is drawn
 * lies anywhere below it. A clean exit begins anew 100 ms later. */
static void rustrade_of_service(struct sim__expansion *x)
{
    static const char *const classes[] = {"always", "on-failure", "never"};
    struct sim__value base = *value(x, RR_BASE);
    const struct sim__value *retries = value(x, RR_RETRIES);
    if (base.length.ns > SUP_SEC(86400).ns) {
        sim__error_as(x->reader, SIM__CODE_OUT_OF_RANGE, base.node->at,
                      "`base` may be a day at most");
        return;
    }
    base.length.ns *= 2;
    sim__preset_put(x, "restart", sim__preset_word(x, classes[value(x, RR_POLICY)->number]),
                    value(x, RR_POLICY));
    sim__preset_doubling(x, &base, value(x, RR_MAX));
    sim__preset_put_in(x, "backoff", "jitter", sim__preset_word(x, "full"), NULL);
    sim__preset_put_in(x, "backoff", "reset-after",
                       sim__preset_length(x, value(x, RR_COOLDOWN)->length), value(x, RR_COOLDOWN));
    if (retries->number > 0) {
        sim__preset_put_in(x, "breaker", "failures", sim__preset_number(x, retries->number),
                           retries);
        sim__preset_put_in(x, "breaker", "within",
                           sim__preset_length(x, value(x, RR_WINDOW)->length), value(x, RR_WINDOW));
    }
}

const struct sim__system sim__system_rustrade = {
    .name = "rustrade",
    .settings = rustrade_settings,
    .setting_count = RUSTRADE_SETTINGS,
    .service = rustrade_of_service,
    .modes = SIM__IDEAL,
};

enum { RT_RESTART, RT_INITIAL, RT_MAX, RT_GRACEFUL, RT_ABORT_WAIT, RT_SETTINGS };

/* clang-format off */
static const struct sim__setting rust_tokio_settings[RT_SETTINGS] = {
    [RT_RESTART] = {SIM__SETTING("restart", WORD, "Transient"),
        .words = "Permanent Transient Temporary"},
    [RT_INITIAL] = {SIM__SETTING_IN("initial", SIM__SECONDS, "10ms")},
    [RT_MAX] = {SIM__SETTING_IN("max", SIM__SECONDS, "1s")},
    [RT_GRACEFUL] = {SIM__SETTING_IN("graceful", SIM__SECONDS, "5s")},
    [RT_ABORT_WAIT] = {SIM__SETTING_IN("abort_wait", SIM__SECONDS, "1s")},
};
/* clang-format on */

/* The attempt's number is the exponent, and it is never reset. */
static void rust_tokio_of_service(struct sim__expansion *x)
{
    static const char *const classes[] = {"always", "on-failure", "never"};
    sim__preset_put(x, "restart", sim__preset_word(x, classes[value(x, RT_RESTART)->number]),
                    value(x, RT_RESTART));
    sim__preset_put(x, "clean-exits", sim__preset_word(x, "count"), NULL);
    sim__preset_doubling(x, value(x, RT_INITIAL), value(x, RT_MAX));
    sim__preset_put_in(x, "backoff", "reset-after", sim__preset_word(x, "never"), NULL);
    sim__preset_put_in(x, "stop", "grace", sim__preset_length(x, value(x, RT_GRACEFUL)->length),
                       value(x, RT_GRACEFUL));
    sim__preset_put_in(x, "stop", "abort-wait",
                       sim__preset_length(x, value(x, RT_ABORT_WAIT)->length),
                       value(x, RT_ABORT_WAIT));
}

const struct sim__system sim__system_rust_tokio = {
    .name = "rust-tokio",
    .settings = rust_tokio_settings,
    .setting_count = RT_SETTINGS,
    .service = rust_tokio_of_service,
    .modes = SIM__IDEAL,
};

/* Presets: the policies of known supervisors, in their own words, as plain keys.
 *
 *     preset: docker
 *     preset: {systemd: {Restart: always, RestartSec: 5s, version: 252}}
 *
 * A preset is data: a list of settings, each with what it is when it is not given, and a
 * function that says the same in the keys of a service. What it makes is a tree as a file
 * would have it, which the reader lays between its other layers and reads as any other, so
 * nothing behind the reader knows of presets. Every node of it stands in the file where the
 * setting does that it was made of, or the preset where none was given.
 *
 * A system has a half for services and may have one for groups (what a supervisor of
 * supervisors says of its children). How the halves are laid over what else there is: layers.c.
 */
#ifndef SIM_SCENARIO_PRESET_H
#define SIM_SCENARIO_PRESET_H

#include "reader.h"
#include "tree.h"

enum sim__setting_kind {
    SIM__SETTING_WORD,     /* one of `words` */
    SIM__SETTING_TEXT,     /* any scalar; the system itself looks at it */
    SIM__SETTING_FLAG,     /* true, false, yes, no, on, off, 1, 0 */
    SIM__SETTING_NUMBER,   /* from `min` to `max` */
    SIM__SETTING_LENGTH,   /* of time; a bare number is of `unit` */
    SIM__SETTING_STATUSES, /* exit codes and signals, a list or words of one text */
    SIM__SETTING_SIGNAL,
    SIM__SETTING_MAP, /* of settings of its own, which its system reads */
};

/* Whom a setting is for: in `preset` of a service, of a group or the supervisor, or of both. */
enum sim__half { SIM__OF_SERVICE = 1, SIM__OF_GROUP = 2, SIM__OF_BOTH = 3 };
/* Where a preset stands. */
enum sim__stands { SIM__IN_SERVICE, SIM__IN_GROUP, SIM__IN_SUPERVISOR };

struct sim__setting {
    const char *name;
    enum sim__setting_kind kind;
    const char *otherwise; /* what it is where it is not given; NULL: there is nothing */
    const char *words;     /* separated by spaces */
    struct sup_duration unit;
    uint32_t min, max;
    uint32_t since; /* the version that first has it; 0: all of them */
    enum sim__half half;
};

/* What a setting came to. */
struct sim__value {
    const struct sim__node *node; /* as given; NULL: it was not */
    bool is;                      /* given, or it has an `otherwise` */
    uint32_t number;              /* of a word: its place in `words`; of a flag: 0 or 1 */
    int32_t signal;
    struct sup_duration length;
    struct sup_exit_set set;
    const char *text; /* as it was written, whichever kind */
};

enum sim__mode { SIM__IDEAL, SIM__REALISTIC, SIM__BUSY };

struct sim__expansion;

struct sim__system {
    const char *name;
    const struct sim__setting *settings;
    uint32_t setting_count;
    const char *versions; /* separated by spaces, the default one first; NULL: there is one */
    void (*service)(struct sim__expansion *expansion);
    void (*group)(struct sim__expansion *expansion); /* NULL: it has no such half */
    enum sim__mode modes;                            /* the last that it has */
};
/* Rows of a system's settings, of both halves. */
#define SIM__SETTING(key, kind_, otherwise_) \
    .name = (key), .kind = SIM__SETTING_##kind_, .otherwise = (otherwise_), .half = SIM__OF_BOTH
#define SIM__SETTING_IN(key, unit_, otherwise_) \
    SIM__SETTING(key, LENGTH, otherwise_), .unit = {unit_}
#define SIM__SECONDS UINT64_C(1000000000)
#define SIM__MILLISECONDS UINT64_C(1000000)
/* No system has more settings. */
#define SIM__SETTINGS_MAX 32u

/* The systems, in alphabetical order. */
extern const struct sim__system sim__system_daemontools, sim__system_docker, sim__system_grpc,
    sim__system_kubernetes, sim__system_monit, sim__system_nomad, sim__system_otp,
    sim__system_pebble, sim__system_pekko, sim__system_pm2, sim__system_podman, sim__system_runit,
    sim__system_rust_tokio, sim__system_rustrade, sim__system_s6, sim__system_supervisord,
    sim__system_suture, sim__system_swarm, sim__system_systemd, sim__system_zeph;

struct sim__expansion {
    struct sim__reader *reader;
    const struct sim__system *system;
    const struct sim__node *at; /* the preset */
    enum sim__stands stands;
    struct sim__value values[SIM__SETTINGS_MAX];
    const char *version; /* one of the system's; NULL: it has but one */
    enum sim__mode mode;
    struct sim__node *made; /* the map of keys */
};

/* Whether a preset is called so. */
bool sim__preset_is(const char *name);

/* The half that a preset comes to; NULL after a diagnostic, or out of memory. That of a group or
 * supervisor has a half for services too. */
struct sim__node *sim__preset_expand(struct sim__reader *reader, const struct sim__node *preset,
                                     enum sim__stands stands, enum sim__half wanted);

/* A preset in a line, "preset systemd 254: RestartSec=5s", in the arena of the model; NULL without
 * memory, or where sim__preset_expand has found a mistake. */
const char *sim__preset_describe(struct sim__reader *reader, const struct sim__node *preset);

/* What a service's keys come to, its preset's in plain words, as an entry of `services`, in the
 * arena of the model. */
const char *sim__preset_explain(struct sim__reader *reader, const struct sim__node *merged,
                                const char *name);

/* The same of a group, as an entry of `groups`; of the supervisor (path NULL) its keys without its
 * groups. */
const char *sim__preset_explain_group(struct sim__reader *reader, const struct sim__node *merged,
                                      const char *path);

/* What the preset's setting is called that says how long the first wait is, in the arena of the
 * model; NULL where none says it. */
const char *sim__preset_wait_word(struct sim__reader *reader, const struct sim__node *merged);

/* ---- for systems ---- */

/* The settings of a map, NULL meaning that none is given, whose keys are known; diagnoses. */
bool sim__settings_take(struct sim__reader *reader, const struct sim__node *map,
                        const struct sim__setting *settings, uint32_t count,
                        struct sim__value *ret_values);
/* Whether the version is that one or a later one of numbers separated by points. */
bool sim__preset_is_since(const struct sim__expansion *expansion, const char *version);

/* Puts a key, which says what the setting (NULL: the system alone) does. */
void sim__preset_put(struct sim__expansion *expansion, const char *key, struct sim__node *value,
                     const struct sim__value *from);
/* The same of a key in a map of the made one, which is there afterwards. */
void sim__preset_put_in(struct sim__expansion *expansion, const char *map, const char *key,
                        struct sim__node *value, const struct sim__value *from);
struct sim__node *sim__preset_word(struct sim__expansion *expansion, const char *word);
struct sim__node *sim__preset_length(struct sim__expansion *expansion, struct sup_duration length);
struct sim__node *sim__preset_number(struct sim__expansion *expansion, uint64_t number);
/* A list of words separated by spaces. */
struct sim__node *sim__preset_words(struct sim__expansion *expansion, const char *words);
/* The entries that the set is, codes in ranges. */
struct sim__node *sim__preset_set(struct sim__expansion *expansion, const struct sup_exit_set *set);

/* What several systems have in common. */
/* `waits: [D]`: the same wait each time, which nothing forgives. */
void sim__preset_constant(struct sim__expansion *expansion, const struct sim__value *from);
void sim__preset_constant_of(struct sim__expansion *expansion, struct sup_duration length);
/* f(1) = base, f(k+1) = 2 f(k), up to max. */
void sim__preset_doubling(struct sim__expansion *expansion, const struct sim__value *base,
                          const struct sim__value *max);
/* What a stop waits before it kills; 0: for ever. */
void sim__preset_grace(struct sim__expansion *expansion, const struct sim__value *from);
/* What a stop sends first. */
void sim__preset_signal(struct sim__expansion *expansion, const struct sim__value *from);
/* `lag.start` of the modes that are not ideal; the second, or NULL, of the busy one. */
void sim__preset_lag(struct sim__expansion *expansion, const char *start, const char *busy_start);

/* Exit statuses as systemd writes them. */
bool sim__statuses_read(struct sim__reader *reader, const struct sim__node *node,
                        struct sup_exit_set *ret_set);

#endif

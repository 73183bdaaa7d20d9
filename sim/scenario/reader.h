/* What the parts of the scenario reader share: the state of a reading, and the
 * readers of single values.
 *
 * A reader of a value takes a node, gives a diagnostic and false when the node
 * is not what it should be, and writes its result on success only. So callers
 * go on with the next value, and all mistakes of a file come in one go. Texts of
 * the model are copied into its arena; nodes live in the scratch arena.
 */
#ifndef SIM_SCENARIO_READER_H
#define SIM_SCENARIO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/power.h"
#include "sim/base/arena.h"
#include "sim/base/table.h"
#include "diagnostic.h"
#include "keys.h"
#include "names.h"
#include "node.h"
#include "sim/scenario.h"
#include "sup/time.h"

/* Longest text that a scenario may give (an error, a name, a who, a why). */
#define SIM__TEXT_BYTES_MAX 4096u
/* Entries looked at, those of `defaults` once for every service. */
#define SIM__WORK_MAX (4u * SIM_NODES_MAX)

/* An entry of `policies`. */
struct sim__policy {
    const char *name;
    struct sim__node *node;
    struct sim__node *preset;  /* what its own comes to; NULL: it has none */
    struct sim__node *layered; /* over `defaults`; NULL: nobody has asked for it yet */
};

/* Where a word was found in a list of known ones. Made trees and aliases have the same word at
 * one address many times, and what stands there does not change while it is read. */
struct sim__guess {
    const char *word;  /* of the file; NULL: nothing was found */
    const char *known; /* that it is */
    uint32_t at;       /* in the list */
};
#define SIM__GUESSES 64u
/* Waits in steps, in grains; see "sim/base/power.h". */
struct sim__stepped {
    uint32_t count; /* 0: none yet */
    uint64_t made[SIM__STEPS_MAX + 1];
};

struct sim__reader {
    struct sim_arena *arena;   /* of the model */
    struct sim_arena *scratch; /* of everything else */
    struct sim__diagnosis diagnosis;
    struct sim_scenario *scenario;
    /* What lies under every service: `defaults` over the preset and the policy that they name,
     * over the supervisor's preset. NULL: nothing. */
    struct sim__node *defaults;
    struct sim__table group_presets; /* of groups that have one, by path: a tree each */
    uint32_t group_preset_count;
    const struct sim__node *described; /* the last preset that was, and in which words */
    const char *description;
    const char *overrides;   /* of the last service: keys that win over its preset; NULL: none */
    const char *preset_mode; /* of all presets, whatever they say; NULL: as they say */
    bool explains;           /* services keep what their keys come to */
    bool realistic;          /* there is a twin that is as late; services keep what to call waits */
    struct sim__policy *policies; /* in the order of the file */
    uint32_t policy_count;
    struct sim__table policies_by_name;
    struct sim__names names;
    bool partial; /* reading `defaults` alone: nothing is required */
    bool stopped; /* the work limit was passed; nothing more is looked at */
    uint64_t work;
    uint32_t error_bytes; /* longest error text so far */
    /* The script of `defaults`, read once and shared. */
    const struct sim__entry *shared_entries;
    struct sim_behaviour *shared_script;
    uint32_t shared_count;
    uint32_t shared_depth;
    struct sim__table measures; /* each by its name, once they are read */
    /* The needs of `defaults`, likewise, and the nodes that they were read from. */
    const struct sim__entry *shared_need_entries;
    const struct sim__node **shared_need_values;
    struct sim_need *shared_needs;
    uint32_t shared_need_count;
    bool shares_too_many_needs; /* `defaults` or a policy, which has been said */
    uint64_t seed;              /* of its tables */
    uint64_t memory_max;
    uint64_t tree_bytes;          /* what the nodes take, if not in `scratch` */
    struct sim__table streams;    /* what draws in the timeline: how many alike there are */
    const struct sim_task *tasks; /* NULL: any name will do */
    bool *tasks_named;            /* by the place in their list */
    uint32_t task_count;
    struct sup_rules *no_rules;         /* those of a policy that says none; NULL: not made yet */
    const struct sup_rules *last_rules; /* read; NULL: none yet */
    struct sim__stepped stepped;        /* last */
    struct sim__guess guesses[SIM__GUESSES];
};

/* Where to look first for the word in the list. */
static inline struct sim__guess *sim__guess(struct sim__reader *reader, const void *list,
                                            const char *word)
{
    uint64_t mixed =
        ((uint64_t)(uintptr_t)list ^ (uint64_t)(uintptr_t)word) * UINT64_C(0x9E3779B97F4A7C15);
    return &reader->guesses[(mixed >> 32) % SIM__GUESSES];
}

__attribute__((format(printf, 3, 4))) void
sim__error(struct sim__reader *reader, struct sim_place place, const char *format, ...);
/* The same with a kind of its own; that of the one above is `conflict`. */
__attribute__((format(printf, 4, 5))) void sim__error_as(struct sim__reader *reader,
                                                         enum sim__code code,
                                                         struct sim_place place, const char *format,
                                                         ...);
/* A node's key for a message, "`grace`: " or "". */
const char *sim__label(struct sim__reader *reader, const struct sim__node *node);
/* Says "expected <wanted>, found a list". */
void sim__wrong_type(struct sim__reader *reader, const struct sim__node *node, const char *wanted);

/* ---- maps and lists ---- */

/* Sorts the values of a map by the known keys: values[i] belongs to the one at place i, NULL
 * when it is absent. Unknown keys are diagnosed. False when it is no map. */
bool sim__map(struct sim__reader *reader, const struct sim__node *node,
              const struct sim__keys *keys, struct sim__node **values);
/* The same of keys that no list has: values[i] belongs to names[i]. */
bool sim__map_named(struct sim__reader *reader, const struct sim__node *node,
                    const char *const *names, uint32_t count, struct sim__node **values);
/* As sim__map of a map whose other keys somebody else looks at. */
void sim__pick(const struct sim__node *map, const struct sim__keys *keys,
               struct sim__node **values);
/* Whether every key of the map was known: a typo has been reported already, and
 * what seems to be missing may be what was meant. */
bool sim__all_known(const struct sim__node *map, struct sim__node *const *values, uint32_t count);
bool sim__list(struct sim__reader *reader, const struct sim__node *node);
/* Whether `value` is there; diagnoses at the map when it is not and has to be. */
bool sim__required(struct sim__reader *reader, const struct sim__node *map,
                   const struct sim__node *value, const char *key);
bool sim__is_map(const struct sim__node *node);
/* Nothing is written there, or `null`. */
bool sim__is_nothing(const struct sim__node *node);
/* A scalar with this text. */
bool sim__is_word(const struct sim__node *node, const char *word);
/* A number by YAML's core schema, floats included. */
bool sim__is_numeric(const struct sim__node *node);
/* Checks that it is a map without entries. */
/* Counts what is looked at, so that `defaults` with very much in it, merged under very many
 * services, ends too; false when it was too much. */
bool sim__work(struct sim__reader *reader, const struct sim__node *node, uint64_t amount);
bool sim__no_arguments(struct sim__reader *reader, const struct sim__node *node);

/* ---- values ---- */

enum sim__duration_flags {
    SIM__FINITE = 0,
    SIM__NEVER_OK = 1,
    SIM__ABOVE_ZERO = 2,
};
bool sim__duration(struct sim__reader *reader, const struct sim__node *node, unsigned flags,
                   struct sup_duration *ret_duration);
/* An instant, not after `until`. */
bool sim__instant(struct sim__reader *reader, const struct sim__node *node,
                  struct sup_instant *ret_instant);
bool sim__number(struct sim__reader *reader, const struct sim__node *node, uint64_t min,
                 uint64_t max, uint64_t *ret_number);
bool sim__number_u32(struct sim__reader *reader, const struct sim__node *node, uint32_t min,
                     uint32_t max, uint32_t *ret_number);
bool sim__boolean(struct sim__reader *reader, const struct sim__node *node, bool *ret_boolean);
bool sim__text(struct sim__reader *reader, const struct sim__node *node, const char **ret_text);
bool sim__is_blank(const char *text);
/* An error's text; its length counts for error_bytes_max. */
bool sim__error_text(struct sim__reader *reader, const struct sim__node *node,
                     const char **ret_text);
/* A decimal of at least 1 with up to nine decimals, in billionths. */
bool sim__factor(struct sim__reader *reader, const struct sim__node *node, uint64_t *ret_factor);
/* Whether it is the name of a signal, with or without SIG. */
bool sim__is_signal(const char *text);
/* A signal's name, with or without SIG, or its number; fatal: it has to end a process. */
enum sim__signal_use { SIM__SIGNAL_ANY, SIM__SIGNAL_FATAL };
bool sim__signal(struct sim__reader *reader, const struct sim__node *node, enum sim__signal_use use,
                 int32_t *ret_signal);
/* Exact, or {min, max}. */
bool sim__number_range(struct sim__reader *reader, const struct sim__node *node,
                       struct sim_range *ret_range);
bool sim__duration_range(struct sim__reader *reader, const struct sim__node *node,
                         struct sim_range *ret_range);
/* The same of instants, not after `until`; the open end may be `never`. */
bool sim__instant_range(struct sim__reader *reader, const struct sim__node *node,
                        struct sim_range *ret_range);

struct sim__word {
    const char *name;
    int value;
};
struct sim__words {
    const char *what; /* completes "unknown ..." */
    const struct sim__word *list;
    size_t count;
};
#define SIM__WORDS(what, list) (&(const struct sim__words){what, list, SIM__COUNT(list)})
/* One of a list of words. */
bool sim__word(struct sim__reader *reader, const struct sim__node *node,
               const struct sim__words *words, int *ret_value);
#define SIM__COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* The known word nearest to `text`, NULL when none is near enough. */
const char *sim__nearest(const char *text, const char *const *words, size_t count);
/* " did you mean `x`?", or the list of what is known, or "". */
const char *sim__hint(struct sim__reader *reader, const char *text, const char *const *words,
                      size_t count);

/* ---- advice: hints.c ---- */

/* What is to be said of a key or word that is unknown where the others are known; of a
 * node that is not what was wanted: how that is written. NULL: nothing. */
const char *sim__advice_key(struct sim__reader *reader, const char *key, const char *const *known,
                            size_t count);
const char *sim__advice_word(const char *word, const char *const *known, size_t count);
/* Whether an unknown key of the map has been said to be what is missing. */
bool sim__advice_missing(const struct sim__node *map, const char *key);
const char *sim__advice_type(const struct sim__node *node, const char *wanted);

/* ---- memory ---- */

/* Adds a declaration to what its name takes. */
void sim__memory_declare(struct sim__names *names, struct sim__known *known,
                         const struct sim__declaration *declared);
/* Estimates the memory of a run of the scenario, which has no errors, and refuses
 * what is above the limit. */
void sim__memory_judge(struct sim__reader *reader);

/* ---- the parts of a file ---- */

/* What a group's or the supervisor's own preset says of it, under what stands there: the node to
 * read; and its half for services, for those of the group (path NULL: of all). */
struct sim__node *sim__layer_group(struct sim__reader *reader, struct sim__node *node);
struct sim__node *sim__layer_supervisor(struct sim__reader *reader, struct sim__node *node);
void sim__keep_group_preset(struct sim__reader *reader, const struct sim__node *node,
                            const char *path);

/* Whether it is this version of the format; another one is diagnosed. */
bool sim__read_version(struct sim__reader *reader, const struct sim__node *node);
void sim__read_supervisor(struct sim__reader *reader, struct sim__node *node);
void sim__read_defaults(struct sim__reader *reader, struct sim__node *node);
void sim__read_services(struct sim__reader *reader, const struct sim__node *node);
void sim__read_timeline(struct sim__reader *reader, const struct sim__node *node);
/* Before the expectations, which name them. */
void sim__read_measures(struct sim__reader *reader, const struct sim__node *node);
void sim__read_expectations(struct sim__reader *reader, const struct sim__node *node);

/* `conditions` of the file, to be read before what names one. */
void sim__read_conditions(struct sim__reader *reader, const struct sim__node *node);
/* The condition that an entry of a map names; diagnosed. */
bool sim__find_condition(struct sim__reader *reader, const struct sim__entry *entry,
                         uint32_t *ret_condition);
/* The argument of `set`. */
void sim__read_settings(struct sim__reader *reader, const struct sim__node *node,
                        struct sim_action *action);
/* `needs` of a service with its defaults merged, NULL when there is none; `own` is what the
 * service itself has. */
void sim__read_needs(struct sim__reader *reader, const struct sim__node *node,
                     const struct sim__node *own, struct sim_service *service);
/* `needs` of `defaults` alone. */
void sim__read_default_needs(struct sim__reader *reader, const struct sim__node *node);

/* A service map, merged over `defaults`. */
bool sim__read_service(struct sim__reader *reader, struct sim__node *node, enum sim__origin origin,
                       struct sim_service *ret_service);
/* What `task` stands for, as a script of one item; its stack for the memory's account. */
void sim__read_task(struct sim__reader *reader, const struct sim__node *node,
                    struct sim_behaviour **ret_script, uint32_t *ret_count,
                    uint64_t *ret_stack_bytes);
/* When all is read: the tasks that the file names. */
void sim__collect_tasks(struct sim__reader *reader);
void sim__read_script(struct sim__reader *reader, const struct sim__node *node,
                      struct sim_behaviour **ret_script, uint32_t *ret_count);
/* One item of a script. */
void sim__read_item(struct sim__reader *reader, const struct sim__node *node,
                    struct sim_behaviour *ret_item);
/* What the first attempt and all others do when there is no script: run. */
void sim__default_script(struct sim__reader *reader, struct sim_place place,
                         struct sim_behaviour **ret_script, uint32_t *ret_count);
bool sim__read_block(struct sim__reader *reader, const struct sim__node *node,
                     struct sim_block *ret_block);
bool sim__read_draw(struct sim__reader *reader, const struct sim__node *node, unsigned flags,
                    struct sim_draw *ret_draw);
/* When an entry of the timeline is due: its keys, NULL where one is not given. */
struct sim__when {
    const struct sim__node *entry;
    const struct sim__node *at;
    const struct sim__node *every;
    const struct sim__node *from;
    const struct sim__node *to;
    bool all_known; /* no other key may have been meant */
};
void sim__read_when(struct sim__reader *reader, const struct sim__when *when,
                    struct sim_action *action);
/* A timeline entry, or the argument of a `do` step, which has no time. */
enum sim__action_place { SIM__IN_TIMELINE, SIM__IN_SCRIPT };
/* Names the streams that an action draws from, once it is read. */
void sim__name_stream(struct sim__reader *reader, enum sim__action_place where,
                      struct sim_action *action);
/* Names what decides an `any`, once the `count` actions in it are read. */
void sim__name_fork(struct sim__reader *reader, struct sim_fork *fork,
                    const struct sim_action *actions, uint32_t count);
bool sim__read_action(struct sim__reader *reader, const struct sim__node *node,
                      enum sim__action_place where, struct sim_action *ret_action);
void sim__read_action_expect(struct sim__reader *reader, const struct sim__node *node,
                             struct sim_action *action);
bool sim__read_target(struct sim__reader *reader, const struct sim__node *node,
                      struct sim_target *ret_target);
/* Whether some name may be in both, as sim__globs_meet has it; believed where it would take too
 * long to say. Both have been read. */
bool sim__targets_meet(struct sim__reader *reader, const struct sim_target *one,
                       const struct sim_target *other);
/* An action's: the same, or some of it, drawn: {one-of: T}, {some: N, of: T}. */
bool sim__read_drawn_target(struct sim__reader *reader, const struct sim__node *node,
                            struct sim_target *ret_target);
bool sim__is_drawn_target(const struct sim__node *node);
/* A list of names of services, no globs. */
bool sim__read_names(struct sim__reader *reader, const struct sim__node *node,
                     const char ***ret_names, uint32_t *ret_count);
void sim__read_policies(struct sim__reader *reader, const struct sim__node *node);
/* `defaults` over the policy that they name; a service over the policy that it names, over
 * `defaults`. A policy that there is not is diagnosed and left out. NULL: out of memory. */
struct sim__node *sim__layer_defaults(struct sim__reader *reader, struct sim__node *node);
struct sim__node *sim__layer(struct sim__reader *reader, struct sim__node *own);
/* The policy of a service; the values are those of SIM__SERVICE_KEYS. */
void sim__read_policy(struct sim__reader *reader, struct sim__node *const *values,
                      struct sup_policy *policy);
/* Its limit, and what of it is no field of struct sup_policy; NULL: nothing, or out of memory. */
const struct sup_rules *sim__read_rules(struct sim__reader *reader, struct sim__node *const *values,
                                        struct sup_policy *policy);
/* Keys of one map of a policy that cannot stand together. */
void sim__exclusions_judge(struct sim__reader *reader, const struct sim__node *policy);
/* As sim__node_merge; what `over` says drops from `under` what cannot stand beside it. */
struct sim__node *sim__policy_merge(struct sim_arena *arena, struct sim__node *under,
                                    struct sim__node *over);
/* Of a group or of the root; NULL is what is not said. */
struct sim__group_nodes {
    const struct sim__node *strategy;
    const struct sim__node *limit;
    const struct sim__node *auto_shutdown;
    const struct sim__node *significant;
    const struct sim__node *rebirth;
};
void sim__read_group_policy(struct sim__reader *reader, const struct sim__group_nodes *nodes,
                            struct sup_group_policy *policy);
/* A service that is significant, of which its group takes no notice; all groups are known. */
void sim__judge_significance(struct sim__reader *reader, const struct sim__node *service,
                             const struct sim_service *read);
void sim__judge_groups(struct sim__reader *reader);

#endif

/* The passes of a shrinker; each changes what it can, and returns when it cannot or when no
 * more is to be tried. */
#ifndef SIM_SHRINK_PASSES_H
#define SIM_SHRINK_PASSES_H

#include "change.h"

/* ---- drop.c: what can be left out ---- */
/* The other expectations, at once. */
void sim__pass_pin(struct sim__shrinker *s);
/* Entries of the lists at the top: chunks, halving, then one by one. Services go with what
 * names them. */
void sim__pass_lists(struct sim__shrinker *s);
/* Keys and entries at every depth, the outer ones first. */
void sim__pass_entries(struct sim__shrinker *s);

/* ---- pairs.c ---- */
/* Two entries, keys or services at once, of a file that is small already. */
void sim__pass_pairs(struct sim__shrinker *s);

/* ---- simplify.c: what can be said in a simpler way ---- */
/* What is nested comes out; one of several alternatives is chosen. */
void sim__pass_nesting(struct sim__shrinker *s);
/* Once in the place of again and again. */
void sim__pass_repeats(struct sim__shrinker *s);
/* `defaults` and `policies` go into the services that have them. */
void sim__pass_inline(struct sim__shrinker *s);

/* ---- values.c ---- */
/* Durations, counts, numbers and factors: equal durations together, then each. */
void sim__pass_values(struct sim__shrinker *s);
/* `until`, when nothing else can be changed any more. */
void sim__pass_end(struct sim__shrinker *s);

/* ---- names.c ---- */
/* Short names for services, groups, conditions, policies and measures. */
void sim__pass_names(struct sim__shrinker *s);
/* One service in the place of a count of them; a count in the place of some that are alike. */
void sim__pass_counts(struct sim__shrinker *s);

/* ---- shared: what of a tree may be changed ---- */

/* Where a pass stands: below `expect`, it may only ask for less. */
enum sim__ground {
    SIM__GROUND_FREE,
    SIM__GROUND_ENTRY, /* an entry of `expect`: no key of it may go */
    SIM__GROUND_PARTS, /* its parts may go as long as one is left: facts, counters, events */
    SIM__GROUND_FIXED, /* nothing may */
};
/* The ground of a key's value, or of a list's entry (key NULL). */
enum sim__ground sim__ground_below(enum sim__ground ground, const char *key);
/* Of a key at the top. */
enum sim__ground sim__ground_of(const char *key);
/* Whether a key says what the file is, and stays. */
bool sim__is_kept(const char *key);
/* Whether an entry stays: of what the file is, how it ends, what fails in it. */
bool sim__is_fixed(const struct sim__shrinker *s, const struct sim__node *holder,
                   const struct sim__entry *entry);
/* Services [index, index + count) go, and what cannot do without them. */
void sim__change_services(struct sim__shrinker *s, struct sim__node *list, uint32_t index,
                          uint32_t count);

#endif

/* Trees of scenario files that a program makes, changes and writes.
 *
 * A generator makes one from nothing, a shrinker takes one from a file and makes it
 * smaller; both hand it to the reader, which judges it as it judges any file, without a
 * detour through text. sim__tree_write gives the file that says the same.
 *
 * The functions that make nodes return NULL when the arena has failed, and those that take
 * nodes do nothing with NULL: who makes a tree looks at sim__arena_failed once, at the end.
 * Only maps and lists made here, copies included, may be put and added to.
 */
#ifndef SIM_SCENARIO_TREE_H
#define SIM_SCENARIO_TREE_H

#include "node.h"
#include "read.h"
#include "sim/base/text.h"

/* ---- making ---- */

struct sim__node *sim__tree_map(struct sim_arena *arena);
struct sim__node *sim__tree_list(struct sim_arena *arena);
/* A scalar without quotes: a word, a number, a duration. The text is not copied. */
struct sim__node *sim__tree_wordn(struct sim_arena *arena, const char *word, size_t length);
static inline struct sim__node *sim__tree_word(struct sim_arena *arena, const char *word)
{
    return sim__tree_wordn(arena, word, strlen(word));
}
/* The same of a text that is copied. */
struct sim__node *sim__tree_copied(struct sim_arena *arena, const char *word, size_t length);
__attribute__((format(printf, 2, 3))) struct sim__node *sim__tree_format(struct sim_arena *arena,
                                                                         const char *format, ...);
struct sim__node *sim__tree_number(struct sim_arena *arena, uint64_t number);
struct sim__node *sim__tree_duration(struct sim_arena *arena, struct sup_duration length);
/* The same, whose text is still to be written: the reader takes the length that it is made of. For
 * anybody else all that a tree has of them is written by sim__tree_spell. */
struct sim__node *sim__tree_unspelt(struct sim_arena *arena, struct sup_duration length);
void sim__tree_spell(struct sim_arena *arena, struct sim__node *node);
/* A scalar in quotes. The text is copied. */
struct sim__node *sim__tree_text(struct sim_arena *arena, const char *text, size_t length);
/* A map of one key. */
struct sim__node *sim__tree_pair(struct sim_arena *arena, const char *key, struct sim__node *value);
/* The same of one of the keys that the format has. */
struct sim__node *sim__tree_one(struct sim_arena *arena, enum sim__key key,
                                struct sim__node *value);
/* All of it, so that nothing is shared and everything can be changed. */
struct sim__node *sim__tree_copy(struct sim_arena *arena, const struct sim__node *node);
/* Maps and lists alone, settled as they are: keys and scalars are those of the tree that it is made
 * of, which must not go before it. */
struct sim__node *sim__tree_fork(struct sim_arena *arena, const struct sim__node *node);

/* ---- changing ---- */

/* The key's value is replaced, or the key added. The key is not copied. */
void sim__tree_putn(struct sim_arena *arena, struct sim__node *map, const char *key, size_t length,
                    struct sim__node *value);
static inline void sim__tree_put(struct sim_arena *arena, struct sim__node *map, const char *key,
                                 struct sim__node *value)
{
    sim__tree_putn(arena, map, key, strlen(key), value);
}
/* The same of one of the keys that the format has. */
void sim__tree_set(struct sim_arena *arena, struct sim__node *map, enum sim__key key,
                   struct sim__node *value);
void sim__tree_add(struct sim_arena *arena, struct sim__node *list, struct sim__node *value);
/* Takes an entry out; those behind it move up. */
void sim__tree_drop(struct sim__node *node, uint32_t index);
/* Takes a key out; whether it was there. */
bool sim__tree_forget(struct sim__node *map, const char *key);

/* ---- reading and writing ---- */

/* Gives each node its weight, its name and the line that sim__tree_write puts it in. A
 * tree that was changed has to be settled before it is read. */
void sim__tree_settle(struct sim__node *root);
/* Has all of a tree stand at one place, under one name. */
void sim__tree_place(struct sim__node *node, const char *name, struct sim_place place);
/* As YAML, from which the same tree is read: scalars and maps at the top each in a line, the
 * entries of lists at the top each in a line of its own. */
void sim__tree_write(const struct sim__node *root, struct sim__text *text);
/* The lines that sim__tree_write needs. */
uint32_t sim__tree_lines(const struct sim__node *root);

#define SIM__AS_CHOSEN (SIM__AS_WRITTEN - 1)
/* The tree of a file, as `how` reads it, with all that it includes merged in and the values
 * of `combination` in their places (SIM__AS_WRITTEN: only what is set from outside;
 * SIM__AS_CHOSEN: the first combination with the values that `how` asks for). A copy
 * in `arena`, without `include` and `vary`. 0, SUP_EINVAL with diagnostics, SUP_ENOMEM. */
int sim__tree_load(const struct sim__reading *how, uint32_t combination, struct sim_arena *arena,
                   struct sim_diagnostics *ret_diagnostics,
                   struct sim__node **ret_root) SUP_WARN_UNUSED;
/* The tree of a scenario that has been read, from its texts, which outlive it: what is included
 * is merged in, with places of its own; what varies is as it is written. NULL: out of memory. */
struct sim__node *sim__tree_again(const struct sim__sources *sources, struct sim_arena *arena);
/* The scenario that a settled tree is. `file` is its name for messages. As
 * sim_scenario_read. */
int sim__tree_read(const struct sim__node *root, const char *file,
                   struct sim_diagnostics *ret_diagnostics,
                   struct sim_scenario **ret_scenario) SUP_WARN_UNUSED;

#endif

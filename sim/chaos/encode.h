/* One item of a script as a line of text, for a process that is to act it.
 *
 * The text holds decimal numbers and words of [A-Za-z0-9_.=%-], separated by
 * spaces, so it can be an argument and be read in a list of processes. Only what
 * the behaviour needs is written. Both sides are the same program, so the format
 * has no version; a text that it cannot have written is refused.
 */
#ifndef SIM_CHAOS_ENCODE_H
#define SIM_CHAOS_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario.h"

/* Writes at most `size` bytes, NUL included; returns the length that the whole text
 * needs, as snprintf does. */
size_t sim__chaos_encode(const struct sim_behaviour *behaviour, char *buffer, size_t size);
/* 0, SUP_EINVAL or SUP_ENOMEM; the behaviour and its parts belong to the arena. Of a
 * `do` step's action only its number is known: it is in `times`. */
int sim__chaos_decode(const char *text, struct sim_arena *arena,
                      struct sim_behaviour *ret_behaviour) SUP_WARN_UNUSED;

/* The action of the behaviour's `do` step number `number`, counted from 0 in the
 * order in which they are written; NULL when there are not so many. */
const struct sim_action *sim__chaos_action(const struct sim_behaviour *behaviour, uint64_t number);

#endif

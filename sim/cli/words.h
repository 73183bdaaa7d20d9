/* Counts and times as the command says them to people. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stdint.h>

#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sup/time.h"

/* 12,345,678 */
void cli_put_grouped(struct sim__text *text, uint64_t value);
/* "1 scenario", "2 scenarios" */
void cli_put_plural(struct sim__text *text, uint64_t count, const char *noun);
/* A sum of durations, cut to what anybody wants to know: 311 years, 3d4h, 1.25s. */
void cli_put_about(struct sim__text *text, struct sup_duration length);
/* A time of the wall clock, three digits: 3.21ms, 12.4s. */
void cli_put_wall(struct sim__text *text, struct sup_duration length);

#endif

/* What the targets judge by, beside the sanitizers: what a reader says has to
 * be fit for a terminal, and it may take no longer than its input is worth. */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* libFuzzer keeps the input of a program that aborts. */
#define JUDGE(x) ((x) ? (void)0 : abort())

/* From now on what the program prints on stderr is kept instead; the sanitizers
 * and libFuzzer go on saying theirs. Forgets what was heard before. */
void judge_listen(void);
/* What was said since, NUL-terminated; until judge_listen is called again. */
const char *judge_heard(size_t *ret_length);

/* Aborts unless the text is UTF-8 and nothing in it steers a terminal but
 * newlines and tabs. */
void judge_text(const char *bytes, size_t length);

/* Of this thread's processor time, so that a loaded machine takes nothing away.
 * Aborts in judge_time when more than the seconds have been spent since
 * judge_begin. */
void judge_begin(void);
void judge_time(double seconds);

/* Counts the blocks of this program from now on; and the most bytes that they
 * had at a time. Only where the allocator of a sanitizer can be asked. */
void judge_count_memory(void);
uint64_t judge_memory(void);

/* Which of the first 64 descriptors are open, and aborts unless the same ones
 * are still. */
uint64_t judge_descriptors(void);
void judge_closed(uint64_t descriptors);

#endif

/* A run as a file: which scenario, with which seed, what was chosen, what came of it.
 *
 *     # rehearse choices 1
 *     version 0.1.0
 *     scenario incident.yaml
 *     digest 89abcdef01234567       of the bytes of that file
 *     variant KEY=VALUE             none, or one for each key that varies
 *     set PATH=VALUE                none, or as they were given
 *     max-events 1000               when it was given; max-steps likewise
 *     seed 7
 *     hash 0123456789abcdef         of the trace
 *     signature expectation service
 *     choices 2
 *     0 timeline:00c0ffee00c0ffee 3000000000 8000000000
 *     3000000000 jitter:db 12 100
 *     end
 *
 * A choice is its instant in ns, its label, the answer and the greatest answer there
 * could have been. The order of the lines is this one, a space separates, every number is
 * written in the shortest way; whatever else stands there is refused.
 */
#ifndef SIM_BASE_RECORDED_H
#define SIM_BASE_RECORDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "choices.h"
#include "text.h"

#define SIM__RECORDED_BEGINS "# rehearse choices "
#define SIM__RECORDED_BYTES_MAX (UINT32_C(128) << 20)
#define SIM__RECORDED_LINE_MAX 8192u
/* Variants and sets, each. */
#define SIM__RECORDED_SETTINGS_MAX 1024u

struct sim__settings {
    char **texts;
    uint32_t count;
    uint32_t room;
};

/* Start from all zeros. */
struct sim__recorded {
    char *version;
    char *scenario; /* a path, as it was given */
    uint64_t digest;
    struct sim__settings variants;
    struct sim__settings sets;
    uint64_t max_events; /* 0: not given */
    uint64_t max_steps;
    uint64_t seed;
    uint64_t hash;
    char *signature;
    struct sim__choices choices;
    uint32_t first_line; /* where the choices begin in the file that was read, from 1 */
};

struct sim__recorded_mistake {
    uint32_t line;   /* from 1 */
    const char *why; /* a sentence, never freed */
};

void sim__recorded_release(struct sim__recorded *recorded);
/* Whether the bytes say of themselves that they are such a file. */
bool sim__recorded_is(const char *bytes, size_t length);
/* SUP_OK, SUP_ENOMEM, or SUP_EINVAL and what is wrong. To be released in any case. */
int sim__recorded_read(const char *bytes, size_t length, struct sim__recorded *ret_recorded,
                       struct sim__recorded_mistake *ret_mistake) SUP_WARN_UNUSED;
/* A text of a line has no control characters, and is not too long. */
bool sim__recorded_text_is_good(const char *text);
/* Every text of it is good. */
void sim__recorded_write(const struct sim__recorded *recorded, struct sim__text *text);
/* Copies a text: SUP_OK or SUP_ENOMEM. */
int sim__recorded_set(char **text, const char *value, size_t length) SUP_WARN_UNUSED;
int sim__settings_add(struct sim__settings *settings, const char *value,
                      size_t length) SUP_WARN_UNUSED;
/* FNV-1a of 64 bits. */
uint64_t sim__recorded_digest(const char *bytes, size_t length);

#endif

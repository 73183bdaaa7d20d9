/* Stories: the trace of a run, cut into lines, for each service (and for what belongs to a
 * group or to the supervisor) in the order in which they came.
 *
 * A trace of this program has its keys in one fixed order, so lines are cut up as
 * text: {"t":…,"n":…, what is compared}.
 */
#ifndef SIM_REAL_STORY_H
#define SIM_REAL_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"

#define SIM__WHO_BYTES 160u
#define SIM__WORDS_BYTES 400u
/* Two lines in words, and what is said of them. */
#define SIM__VERDICT_BYTES 1280u

struct sim__story {
    const char *trace; /* JSON lines */
    size_t length;
    const char *who; /* "simulated", "threads" */
};

struct sim__line {
    const char *text; /* the whole line */
    size_t length;
    size_t body; /* where its event begins */
    uint64_t at_ns;
    const char *key; /* "service":"…" or "group":"…", as written; or "" */
    size_t key_length;
    size_t index; /* among all lines of the story, as they came */
};

/* By key and then as they came. */
struct sim__lines {
    struct sim__line *items;
    size_t count;
};

/* SUP_OK or SUP_ENOMEM. The lines point into the story's trace. */
int sim__lines_cut(const struct sim__story *story, struct sim__lines *ret_lines) SUP_WARN_UNUSED;
void sim__lines_free(struct sim__lines *lines);
/* The lines of one key, from `from` to before what is returned. */
size_t sim__lines_end(const struct sim__lines *lines, size_t from);
/* As strcmp: which of the keys comes first. */
int sim__line_order(const struct sim__line *a, const struct sim__line *b);

enum sim__sameness {
    SIM__SAME,         /* but for instants, and how long a drain took */
    SIM__OTHER_REPORT, /* but for an exit code, a signal or an error: what was reported */
    SIM__OTHER,
};
enum sim__sameness sim__line_compare(const struct sim__line *a, const struct sim__line *b);

/* "service x", "group runtime.a", "the supervisor" */
void sim__line_who(const struct sim__line *line, char who[SIM__WHO_BYTES]);
/* "attempt-ended (attempt 2, outcome failed, error no luck) at 1.25s", or "nothing" for
 * NULL: for people, cut short when it is long. */
void sim__line_words(const struct sim__line *line, char words[SIM__WORDS_BYTES]);

#endif

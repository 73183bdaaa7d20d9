/* The choices of a run, in the order in which they were made, each under a label.
 *
 * A label says whose choice it is ("jitter:db", "order:next"): letters, digits and
 * _.-: only, so that it is one word of a line. It is kept once, however often it comes.
 */
#ifndef SIM_BASE_CHOICES_H
#define SIM_BASE_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/face.h"

/* A run with more is not recorded. */
#define SIM__CHOICES_MAX 1000000u
/* Of a label, its NUL included: a service's name of 128 bytes, counted, and a word. */
#define SIM__LABEL_BYTES 176u

/* What an answer stands for. */
enum sim__unit {
    SIM__UNIT_WAY,   /* one of several: which, from 0 */
    SIM__UNIT_SPAN,  /* a duration or an instant: so many ns above `low` */
    SIM__UNIT_PICK,  /* one of a list of durations: which, from 0 */
    SIM__UNIT_SHAPE, /* an exponential duration of the mean `low`: 64 random bits */
};

struct sim__choice {
    uint32_t label;
    uint32_t after;  /* the next one of this label; SIM__NO_CHOICE: none */
    uint64_t answer; /* 0 … most */
    uint64_t most;
    uint64_t at_ns; /* when it was made */
    /* What is known while it is made, and not kept in a file. */
    uint64_t low;   /* of a span or a shape, ns */
    uint64_t value; /* what it came to: ns, or the answer */
    enum sim__unit unit;
};
#define SIM__NO_CHOICE UINT32_MAX

struct sim__choice_label {
    char *text;
    uint64_t hash;
    uint32_t first; /* choice of this label */
    uint32_t last;
};

/* Start from all zeros. */
struct sim__choices {
    struct sim__choice *items;
    uint32_t count;
    uint32_t room;
    struct sim__choice_label *labels;
    uint32_t label_count;
    uint32_t label_room;
    uint32_t *places; /* open addressing: a label's number and 1; a power of two */
    uint32_t place_count;
};

void sim__choices_release(struct sim__choices *choices);
/* Forgets the choices; labels stay. */
void sim__choices_clear(struct sim__choices *choices);

/* Whether a text may be a label. */
bool sim__label_is_good(const char *label);
/* SUP_OK, SUP_ENOMEM, or SUP_ELIMIT: there are SIM__CHOICES_MAX already. `label` and
 * `after` of the choice are set here. */
int sim__choices_add(struct sim__choices *choices, const char *label,
                     const struct sim__choice *choice) SUP_WARN_UNUSED;
const char *sim__choices_label(const struct sim__choices *choices, uint32_t index);
/* The number of a label; SIM__NO_CHOICE: no choice has it. */
uint32_t sim__choices_find(const struct sim__choices *choices, const char *label);

#endif

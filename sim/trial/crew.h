/* A child process that works for its parent, so that what ends it (a signal, an assertion)
 * or keeps it for ever is an answer, and not the end of the parent.
 *
 * Requests and answers are bytes, one request at a time; several crews may work beside each
 * other. The child is a fork of the parent as it is when the child is needed: at the first
 * request, and again after the last one died. It never outlives the parent, ignores SIGINT,
 * which is the parent's to deal with, and leaves no core file. Who has threads must not use
 * it. The child shows how far it has come by a mark, which outlives it.
 */
#ifndef SIM_TRIAL_CREW_H
#define SIM_TRIAL_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sup/error.h"
#include "sup/time.h"

struct sim__crew;

/* A request, in the child. */
struct sim__crew_call {
    const char *bytes;
    size_t length;
    struct sim__text *answer;
    uint64_t *mark; /* 0 when the request comes; the parent reads it at any time */
};

struct sim__crew_duty {
    void (*work)(void *context, const struct sim__crew_call *call); /* in the child */
    void *context;
    /* How long the child may work, for a request or since it last changed its mark, as
     * patience.h has it; 0: for ever. */
    struct sup_duration patience;
    bool hurried; /* the patience is for the request, whatever the mark */
};

#define SIM__CREW_HANG "hang"
#define SIM__CREW_WORD_BYTES 32u
#define SIM__CREW_MESSAGE_BYTES 512u

struct sim__crew_reply {
    bool answered;
    const char *bytes; /* of the answer, until the next request */
    size_t length;
    uint64_t mark;
    /* Not answered: `assertion`, `hang`, `exit`, or the signal, `SIGSEGV`; and a sentence. */
    char word[SIM__CREW_WORD_BYTES];
    char message[SIM__CREW_MESSAGE_BYTES];
};

int sim__crew_create(const struct sim__crew_duty *duty,
                     struct sim__crew **ret_crew) SUP_WARN_UNUSED;
/* Ends the child, whatever it does. NULL is allowed. */
void sim__crew_free(struct sim__crew *crew);
/* Asked now and then while the parent waits, ten times a second at least: true ends the
 * wait. A signal alone does not when it comes right before it. NULL: nobody is asked. */
void sim__crew_watch(struct sim__crew *crew, bool (*is_over)(void));

/* Only when the answer to the request before has been received. 0; SUP_ENOMEM: no process
 * can be made. */
int sim__crew_send(struct sim__crew *crew, const char *bytes, size_t length) SUP_WARN_UNUSED;
/* Waits so long at most (never: as long as it takes) for the answer or for the child's end:
 * 1 and *ret_reply; 0: not yet, a signal came, or the wait is over; SUP_ENOMEM. */
int sim__crew_receive(struct sim__crew *crew, struct sup_duration wait,
                      struct sim__crew_reply *ret_reply) SUP_WARN_UNUSED;
/* To be polled for reading; -1: nothing was sent. */
int sim__crew_descriptor(const struct sim__crew *crew);
/* Gives the request up, and the child with it. */
void sim__crew_drop(struct sim__crew *crew);
/* How long the child worked for the last request, until it answered or ended by itself. */
struct sup_duration sim__crew_took(const struct sim__crew *crew);
/* Of the request at hand. */
uint64_t sim__crew_mark(const struct sim__crew *crew);

/* For the program's sup_assert_failed: in a child it says so to the parent and ends the
 * process; elsewhere it returns. */
void sim__crew_asserted(const char *expression, const char *file, int line);

#endif

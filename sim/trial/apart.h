/* Trials of files in a process apart (crew.h), so that a crash, an assertion or a hang of
 * what is tried is a signature, too. */
#ifndef SIM_TRIAL_APART_H
#define SIM_TRIAL_APART_H

#include "crew.h"
#include "trial.h"

struct sim__apart;

/* A file, in no directory. */
struct sim__trial_file {
    const char *bytes;
    size_t length;
};

/* `how` is copied, but for its tasks; one trial may work so long (0: for ever). 0 or
 * SUP_ENOMEM. */
int sim__apart_create(const struct sim__trial_how *how, struct sup_duration patience,
                      struct sim__apart **ret_apart) SUP_WARN_UNUSED;
void sim__apart_free(struct sim__apart *apart);
/* Before the first trial: what a trial is, when not sim__trial_text. In the child; 0 or
 * SUP_ENOMEM. The context is the caller's, as it is at the first trial. */
void sim__apart_ask(struct sim__apart *apart,
                    int (*ask)(const void *context, const struct sim__trial_file *file,
                               const struct sim__trial_how *how, struct sim__trial *ret_trial),
                    const void *context);
/* As sim__crew_watch: a trial may be given up. */
void sim__apart_watch(struct sim__apart *apart, bool (*is_over)(void));
/* As sim__trial_text; 1: a signal came or it is over, and the trial was given up. */
int sim__apart_text(struct sim__apart *apart, const char *bytes, size_t length,
                    struct sim__trial *ret_trial) SUP_WARN_UNUSED;
/* The same, waiting so long at most; 1 also when the time is over. */
int sim__apart_within(struct sim__apart *apart, const char *bytes, size_t length,
                      struct sup_duration wait, struct sim__trial *ret_trial) SUP_WARN_UNUSED;
/* How long the process worked for the last trial, if that did not hang. */
struct sup_duration sim__apart_took(const struct sim__apart *apart);
/* From a reply that is no answer: what the trial came to. */
void sim__trial_died(struct sim__trial *trial, const struct sim__crew_reply *reply);

#endif

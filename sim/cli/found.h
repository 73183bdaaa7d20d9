/* What a campaign has found, made small: the file to keep of each way of failing. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include "options.h"
#include "sim/fuzz/campaign.h"
#include "smaller.h"

/* All findings of a campaign, one after the other. */
struct cli_founds {
    const struct cli_options *options;
    struct sim__trial_how how; /* as they were found */
    struct sup_instant until;  /* then nothing more is made small */
};

/* One of them. */
struct cli_found {
    const char *why;         /* nothing was made small; NULL: it was */
    struct sim__claim claim; /* of a relation that breaks */
    struct cli_smaller smaller;
    struct sim__text file; /* the small one, with a comment before it; empty when there is none */
    bool written;          /* it, or the one that it was to be made of, is where it was to be */
};

void cli_founds_start(struct cli_founds *founds, const struct cli_options *options,
                      const struct sim__trial_how *how);
/* Makes the file `whole` of this try small, which failed and begins with a comment; the small
 * one will be called `path` (NULL: nothing). 0, or SUP_ENOMEM. cli_found_release in both
 * cases. */
int cli_found_shrink(const struct cli_founds *founds, const struct sim__fuzz_try *one,
                     const struct sim__text *whole, const char *path,
                     struct cli_found *ret_found) SUP_WARN_UNUSED;
void cli_found_release(struct cli_found *found);

/* What is said of it: a line or two, for people, and the file itself when it was not
 * written; and a key of a JSON object. */
void cli_found_say(const struct cli_found *found, const struct cli_options *options,
                   struct sim__text *text);
void cli_found_json(const struct cli_found *found, struct sim__text *text);

#endif

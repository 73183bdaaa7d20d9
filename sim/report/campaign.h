/* All runs of one campaign, kept until its end, and the sheets that are made of them.
 *
 * Whoever has them hands over runs, figures and failures, always in the order of the campaign's
 * tasks; so the sheets are the same however these were divided among machines. Texts are only
 * pointed to until sim__campaign_put has been called. 40 bytes a run, and 8 for each figure.
 */
#ifndef SIM_REPORT_CAMPAIGN_H
#define SIM_REPORT_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "figures.h"
#include "sheet.h"
#include "sim/base/table.h"
#include "sim/base/text.h"
#include "sim/scenario.h"

#define SIM__STATUSES 6u /* exit statuses that a run may have: 0, it passed, to 5 */
#define SIM__FAILURES_MAX \
    1000u /* ways of failing that are listed; of others, how many there were */

/* How much is said of a run. */
enum sim__naming { SIM__UNNAMED, SIM__NAMED, SIM__PICTURED };

/* What a run came to. */
struct sim__outcome {
    uint64_t seed;
    uint64_t events;
    uint64_t attempts;
    uint64_t end_ns;
    uint64_t hash;
    const char *word; /* its verdict; static */
    uint8_t status;
    bool whole; /* it came to its end: it has figures */
    enum sim__naming naming;
};

struct sim__yardstick {
    const char *name;
    bool is_length;
    bool unasked; /* no scenario asks for it */
};

/* A scenario as it varies: one of a campaign's. Those of one file and one scenario, in the order in
 * which they come, are a family. */
struct sim__variant {
    const char *file;
    const char *scenario;
    const char *variant; /* "": it does not vary */
    const struct sim_varied *varied;
    uint32_t varied_count;
    const struct sim__yardstick *measures;
    uint32_t measure_count;
    const void *owner; /* of who hands it over */
    struct sim__outcome *runs;
    uint64_t *figures; /* of each run, one for each measure */
    uint32_t run_count;
    uint32_t run_room;
};

struct sim__campaign_failure {
    uint32_t variant; /* which, from 0 */
    uint64_t seed;
    uint64_t runs;     /* that it is about; 0: the one */
    bool by_word;      /* the word alone says which way of failing it is */
    const char *place; /* "FILE:12:5", "": it is the run's as a whole */
    const char *word;  /* the verdict */
    const char *expected;
    const char *found;
    const char *replay; /* NULL: as of every run of the seed */
};

struct sim__campaign {
    struct sim__book *book;
    uint64_t number; /* from 1 */
    const char *command;
    bool seeded; /* its runs differ by seeds: they are compared, and named by them */
    /* Appends the line that makes a run again; the same with a picture of it; where its page is
     * to be. The latter two may be NULL. */
    void (*replay)(const struct sim__campaign *campaign, const struct sim__variant *variant,
                   uint64_t seed, struct sim__text *text);
    void (*picture)(const struct sim__campaign *campaign, const struct sim__variant *variant,
                    uint64_t seed, struct sim__text *text);
    void (*page)(const struct sim__campaign *campaign, const struct sim__variant *variant,
                 const struct sim__outcome *run, struct sim__text *text);
    void *context;
    struct sim__variant *variants;
    uint32_t variant_count;
    uint32_t variant_room;
    struct sim_arena *arena; /* of ways of failing */
    struct sim__table known; /* likewise */
    struct sim__way **ways;  /* likewise */
    uint32_t way_count;
    uint64_t unlisted; /* failures of further ways */
    bool failed;       /* out of memory */
};

/* What is given besides is the caller's to fill in, before. sim__campaign_release in any case. */
void sim__campaign_init(struct sim__campaign *campaign);
void sim__campaign_release(struct sim__campaign *campaign);

/* One more variant, of which there are no runs yet; its number. */
uint32_t sim__campaign_variant(struct sim__campaign *campaign, const struct sim__variant *variant);
/* A run of it, with its figures when it is whole. */
void sim__campaign_run(struct sim__campaign *campaign, uint32_t variant,
                       const struct sim__outcome *outcome, const uint64_t *figures);
/* What was wrong with a run, or with all of them together: failures of one place and one
 * expectation, or of one message but for its digits, are one way of failing. */
void sim__campaign_fail(struct sim__campaign *campaign,
                        const struct sim__campaign_failure *failure);
/* Its rows, in the book. */
void sim__campaign_put(struct sim__campaign *campaign);

#endif

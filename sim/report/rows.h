/* The sheets of a campaign, each by itself; for sim__campaign_put alone. */
#ifndef SIM_REPORT_ROWS_H
#define SIM_REPORT_ROWS_H

#include "campaign.h"

/* A way of failing. */
struct sim__way {
    uint64_t runs;
    uint64_t seed;  /* of the first */
    uint64_t last;  /* seed of the last one */
    uint32_t first; /* variant of the first */
    uint32_t of;    /* variant of the last one */
    uint32_t variants;
    uint32_t number;
    const char *place, *word, *expected, *found;
    const char *replay; /* NULL: as of every run */
};

/* The first four cells of a row. */
void sim__put_whose(const struct sim__campaign *campaign, enum sim__sheet_id id,
                    const struct sim__variant *variant);
/* Says of the run with this seed where it is, and that it is. */
void sim__name_run(struct sim__variant *variant, uint64_t seed, enum sim__naming naming);
/* Where the family ends that begins with this variant. */
uint32_t sim__family_end(const struct sim__campaign *campaign, uint32_t first);
/* Which figure of all runs of these variants, sorted; NULL without memory, or with none. A length
 * that never was stands last. */
struct sim__figure *sim__pool(struct sim__campaign *campaign, const uint32_t *variants,
                              uint32_t count, uint32_t measure, uint64_t *ret_count);
/* Whether anything is to be said of a measure of a family: of one that no scenario asks for only
 * where the runs differ. */
bool sim__is_told(const struct sim__campaign *campaign, uint32_t first, uint32_t end,
                  uint32_t measure);
/* How many of them are numbers. */
uint64_t sim__known(const struct sim__yardstick *measure, const struct sim__figure *figures,
                    uint64_t count);

void sim__put_verdicts(struct sim__campaign *campaign);
void sim__put_failures(struct sim__campaign *campaign);
void sim__put_measures(struct sim__campaign *campaign);
void sim__put_heat(struct sim__campaign *campaign);
void sim__put_slowest(struct sim__campaign *campaign);
void sim__put_runs(struct sim__campaign *campaign);

#endif

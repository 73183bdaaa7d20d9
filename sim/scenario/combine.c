/* Makes the scenarios of a file that varies: one for each combination, all of them before
 * the first is given away, since a mistake in one is a mistake in the file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "document.h"

/* So many combinations with mistakes are enough to tell what is wrong. */
#define BLAMED_MAX 100u
/* Entries looked at in all combinations together. */
#define WORK_MAX (50u * SIM__WORK_MAX)

/* A mistake, and in how many combinations it is. */
struct sim__blamed {
    struct sim__diagnostic mistake;
    uint32_t first;
    uint32_t count;
    struct sim__blamed *next;
};

struct all {
    struct sim__document *document;
    struct sim_scenario **scenarios;
    uint32_t count;
    uint64_t bytes;
    struct sim__blame blame;
};

static struct sim__blamed *find_blamed(struct sim__blame *blame,
                                       const struct sim__diagnostic *mistake)
{
    for (struct sim__blamed *one = blame->list; one != NULL; one = one->next) {
        if (memcmp(&one->mistake.place, &mistake->place, sizeof(mistake->place)) == 0 &&
            strcmp(one->mistake.text, mistake->text) == 0) {
            return one;
        }
    }
    return NULL;
}

void sim__blame_note(struct sim__blame *blame, const struct sim__diagnosis *diagnosis,
                     uint32_t combination)
{
    blame->variants++;
    for (uint32_t i = 0; i < diagnosis->count && i < SIM__ERRORS_SHOWN; i++) {
        const struct sim__diagnostic *mistake = &diagnosis->list[i];
        struct sim__blamed *one = find_blamed(blame, mistake);
        if (one != NULL) {
            one->count++;
            continue;
        }
        one = blame->listed < SIM__ERRORS_KEPT ? sim__arena_alloc(blame->arena, 1, sizeof(*one))
                                               : NULL;
        if (one == NULL) {
            continue;
        }
        *one = (struct sim__blamed){.mistake = *mistake, .first = combination, .count = 1};
        one->mistake.text = sim__arena_text(blame->arena, mistake->text, strlen(mistake->text));
        one->next = blame->list;
        blame->list = one->mistake.text == NULL ? blame->list : one;
        blame->listed++;
    }
}

/* "with k=v, k=v: ", and how many more have it; nothing when all have. */
static void tell(struct sim__document *document, const struct sim__blamed *one, uint32_t looked_at)
{
    const struct sim__variants *variants = &document->variants;
    char text[1400] = "";
    int used = 0;
    for (uint32_t i = 0; one->count < looked_at && i < variants->axis_count && used < 500; i++) {
        const struct sim__axis *axis = &variants->axes[i];
        const char *label = axis->labels[sim__variants_at(variants, one->first, i)];
        used += snprintf(text + used, sizeof(text) - (size_t)used, "%s%.60s=%s",
                         i == 0 ? "with " : ", ", axis->path.text,
                         sim__quotable(document->scratch, label, strlen(label)));
    }
    if (used > 0 && one->count > 1) {
        used += snprintf(text + used, sizeof(text) - (size_t)used, " and in %" PRIu32 " more",
                         one->count - 1);
    }
    snprintf(text + used, sizeof(text) - (size_t)used, "%s%.640s", used > 0 ? ": " : "",
             one->mistake.text);
    sim__diagnose(&document->reader.diagnosis, one->mistake.place, one->mistake.code, text);
}

bool sim__document_is_chosen(const struct sim__document *document, uint32_t combination)
{
    const struct sim__reading *reading = document->reading;
    const struct sim__variants *variants = &document->variants;
    for (uint32_t k = 0; k < reading->chosen_count; k++) {
        struct sim__path wanted;
        bool fits = false;
        if (sim__path_take(document->scratch, reading->chosen[k].path, &wanted) != NULL) {
            return false;
        }
        for (uint32_t i = 0; i < variants->axis_count && !fits; i++) {
            const char *label =
                variants->axes[i].labels[sim__variants_at(variants, combination, i)];
            fits = sim__path_same(&variants->axes[i].path, &wanted) &&
                   strcmp(label, reading->chosen[k].value) == 0;
        }
        if (!fits) {
            return false;
        }
    }
    return true;
}

/* False: no more is to be looked at. */
static bool keep(struct all *all, struct sim_scenario *scenario, uint64_t memory_max)
{
    struct sim__document *document = all->document;
    all->bytes += sim__arena_bytes(scenario->arena);
    all->scenarios[all->count++] = scenario;
    if (all->bytes > memory_max || document->work > WORK_MAX) {
        sim__error_as(
            &document->reader, SIM__CODE_LIMIT, document->variants.place,
            "the %" PRIu32 " combinations are too large together: %s", document->variants.count,
            all->bytes > memory_max ? "they take more memory than is allowed (--max-memory)"
                                    : "there is too much to read");
        return false;
    }
    return true;
}

static int make_all(struct all *all)
{
    struct sim__document *document = all->document;
    const struct sim_limits *limits = document->reading->limits;
    uint64_t memory_max = limits == NULL || limits->memory_bytes == 0 ? SIM_MEMORY_BYTES_DEFAULT
                                                                      : limits->memory_bytes;
    uint32_t looked_at = 0;
    for (uint32_t i = 0; i < document->variants.count && all->blame.variants < BLAMED_MAX; i++) {
        struct sim_scenario *scenario = NULL;
        if (!sim__document_is_chosen(document, i)) {
            continue;
        }
        looked_at++;
        int result = sim__document_make(document, i, &all->blame, &scenario);
        if (result == SUP_ENOMEM) {
            return result;
        }
        if (result == SUP_OK && !keep(all, scenario, memory_max)) {
            break;
        }
    }
    for (const struct sim__blamed *one = all->blame.list; one != NULL; one = one->next) {
        tell(document, one, looked_at);
    }
    return sim__arena_failed(document->scratch) ? SUP_ENOMEM : SUP_OK;
}

int sim__document_make_all(struct sim__document *document)
{
    const struct sim__reading *reading = document->reading;
    struct all all = {.document = document, .blame = {.arena = document->scratch}};
    all.scenarios = sim__arena_alloc(document->scratch, document->variants.count,
                                     sizeof(struct sim_scenario *));
    int result = all.scenarios == NULL ? SUP_ENOMEM : make_all(&all);
    bool good = result == SUP_OK && document->reader.diagnosis.total == 0;
    for (uint32_t i = 0; i < all.count; i++) {
        if (!good) {
            sim_scenario_free(all.scenarios[i]);
        } else if (!reading->take(reading->context, all.scenarios[i])) {
            good = false;
            result = SUP_ENOMEM;
            sim_scenario_free(all.scenarios[i]);
        }
    }
    return result;
}

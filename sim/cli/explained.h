/* What is said of a run that was explained. */
#ifndef CLI_EXPLAINED_H
#define CLI_EXPLAINED_H

#include "plan.h"
#include "sim/explain/explain.h"

struct cli_explained {
    const struct cli_case *one;
    const char *source; /* NULL, or the file of choices that was named */
    const struct sim__trial *trial;
    const struct sim__choices *choices;
    const struct sim__explained *explained;
    uint32_t continuations; /* that were asked for, after each choice */
};

/* For people, or as one JSON object a line. */
void cli_explained_text(const struct cli_explained *explained, struct sim__text *text);
void cli_explained_json(const struct cli_explained *explained, struct sim__text *text);

#endif

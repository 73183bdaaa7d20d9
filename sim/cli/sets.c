/* --set and --variant: a path of keys and a value; see sets.h. */
#include "sets.h"

#include <stdlib.h>
#include <string.h>

/* "PATH=VALUE"; the equals sign stands behind the quotes that a path may have. NULL, or why it
 * is none: what is given. */
static const char *split(const char *text, const char *otherwise, struct sim__set *ret_set)
{
    const char *sign = text;
    for (char quote = 0; *sign != '\0' && (quote != 0 || *sign != '='); sign++) {
        if (quote != 0) {
            quote = *sign == quote ? 0 : quote;
        } else if (*sign == '"' || *sign == '\'') {
            quote = *sign;
        }
    }
    if (*sign != '=' || sign == text) {
        return otherwise;
    }
    *ret_set = (struct sim__set){strndup(text, (size_t)(sign - text)), sign + 1};
    return ret_set->path == NULL ? cli_out_of_memory : NULL;
}

const char *cli_set_set(struct cli_options *options, const char *value)
{
    const char *why = split(value, "it is written PATH=VALUE, like defaults.backoff.base=1s",
                            &options->sets[options->set_count]);
    options->set_count += why == NULL;
    return why;
}

const char *cli_set_variant(struct cli_options *options, const char *value)
{
    struct sim__set *chosen = &options->chosen[options->chosen_count];
    const char *why =
        split(value, "it is written KEY=VALUE, as in the name of the variant", chosen);
    if (why != NULL) {
        return why;
    }
    options->chosen_count++;
    for (struct sim__set *other = options->chosen; other < chosen; other++) {
        if (strcmp(other->path, chosen->path) == 0) {
            return "a second value for this key";
        }
    }
    return NULL;
}

void cli_sets_release(struct sim__set *sets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        free((char *)(uintptr_t)sets[i].path);
    }
    free(sets);
}

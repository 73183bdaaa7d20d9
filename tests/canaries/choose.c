/* Chooses the canary that is awake, by the environment variable REHEARSE_CANARY. A part of
 * libsup in the build of the canaries, and of no other. */
#include "core/canary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned sup__canary = SUP__CANARY_NONE;

static const char *const names[] = {
#define SUP__X(id, name) [SUP__CANARY_##id] = name,
    SUP__CANARY_LIST(SUP__X)
#undef SUP__X
};

__attribute__((constructor)) static void choose(void)
{
    const char *wanted = getenv("REHEARSE_CANARY");
    if (wanted == NULL || *wanted == '\0') {
        return;
    }
    unsigned count = sizeof(names) / sizeof(names[0]);
    for (unsigned i = 1; i < count; i++) {
        if (strcmp(names[i], wanted) == 0) {
            sup__canary = i;
            return;
        }
    }
    fprintf(stderr, "canaries: none is called `%s`; they are:", wanted);
    for (unsigned i = 1; i < count; i++) {
        fprintf(stderr, " %s", names[i]);
    }
    fprintf(stderr, "\n");
    exit(2);
}

/* Globs: * stands for any run of characters, ? for one. */
#include <string.h>

#include "glob.h"
#include "sim/glob.h"

/* Only the last star has to be remembered: whatever an earlier one could have
 * swallowed instead, the later one can as well. So the time is at most the
 * product of both lengths. */
bool sim_glob_match(const char *pattern, const char *name)
{
    const char *star = NULL;
    const char *resume = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
            if (*pattern == '\0') {
                return true; /* it swallows the rest */
            }
        } else if (*pattern == *name || *pattern == '?') {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

bool sim_glob_is(const char *pattern)
{
    while (*pattern != '\0' && *pattern != '*' && *pattern != '?') {
        pattern++;
    }
    return *pattern != '\0';
}

bool sim__globs_meet(const char *one, const char *other)
{
    if (!sim_glob_is(one)) {
        return sim_glob_match(other, one);
    }
    if (!sim_glob_is(other)) {
        return sim_glob_match(one, other);
    }
    for (size_t i = 0; strchr("*?", one[i]) == NULL && strchr("*?", other[i]) == NULL; i++) {
        if (one[i] != other[i]) {
            return false;
        }
    }
    return true;
}

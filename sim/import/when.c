/* What --when says: one behaviour for all attempts from an instant on. */
#include <string.h>

#include "import.h"
#include "sim/duration.h"
#include "sup/error.h"

static const struct {
    const char *word;
    enum sim__import_when when;
    bool ends; /* and may do so after a while */
} words[] = {
    {"fail", SIM__WHEN_FAIL, true},        {"crash", SIM__WHEN_CRASH, true},
    {"succeed", SIM__WHEN_SUCCEED, true},  {"never-ready", SIM__WHEN_NEVER_READY, false},
    {"no-beat", SIM__WHEN_NO_BEAT, false},
};

#define LIST "fail, crash, succeed, never-ready or no-beat; the first three also with ` after 1s`"

static const char *read_after(const char *text, struct sup_duration *ret_after)
{
    const char *why = NULL;
    if (sim_duration_parse(text, &ret_after->ns, &why) != SUP_OK) {
        return why;
    }
    return ret_after->ns == SUP_NEVER_NS ? "a duration, like `fail after 1s`" : NULL;
}

const char *sim__import_when_read(const char *text, struct sim__import_failure *ret_failure)
{
    size_t length = strcspn(text, " ");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i].word) != length || strncmp(text, words[i].word, length) != 0) {
            continue;
        }
        ret_failure->when = words[i].when;
        ret_failure->after = SUP_NS(0);
        if (text[length] == '\0') {
            return NULL;
        }
        return words[i].ends && strncmp(text + length, " after ", 7) == 0
                   ? read_after(text + length + 7, &ret_failure->after)
                   : LIST;
    }
    return LIST;
}

/* Signals by name and number. */
#include <inttypes.h>
#include <string.h>

#include "reader.h"
#include "sup/assert.h"

struct signal_word {
    const char *name;
    const char *text; /* of a crash by it */
    int32_t number;
    bool fatal; /* by default it ends a process */
};
#define WORD(name, number, fatal) \
    { \
        name, "killed by SIG" name, number, fatal \
    }

/* Linux's numbers, so that a trace is the same on every machine. */
static const struct signal_word signals[] = {
    WORD("HUP", 1, true),     WORD("INT", 2, true),     WORD("QUIT", 3, true),
    WORD("ILL", 4, true),     WORD("TRAP", 5, true),    WORD("ABRT", 6, true),
    WORD("BUS", 7, true),     WORD("FPE", 8, true),     WORD("KILL", 9, true),
    WORD("USR1", 10, true),   WORD("SEGV", 11, true),   WORD("USR2", 12, true),
    WORD("PIPE", 13, true),   WORD("ALRM", 14, true),   WORD("TERM", 15, true),
    WORD("STKFLT", 16, true), WORD("CHLD", 17, false),  WORD("CONT", 18, false),
    WORD("STOP", 19, false),  WORD("TSTP", 20, false),  WORD("TTIN", 21, false),
    WORD("TTOU", 22, false),  WORD("URG", 23, false),   WORD("XCPU", 24, true),
    WORD("XFSZ", 25, true),   WORD("VTALRM", 26, true), WORD("PROF", 27, true),
    WORD("WINCH", 28, false), WORD("IO", 29, true),     WORD("PWR", 30, true),
    WORD("SYS", 31, true),
};

/* They stand by their numbers; NULL when there is none of that number. */
static const struct signal_word *numbered(int32_t signal)
{
    if (signal < 1 || signal > (int32_t)SIM__COUNT(signals)) {
        return NULL;
    }
    SUP_ASSERT(signals[signal - 1].number == signal);
    return &signals[signal - 1];
}

const char *sim_signal_name(int32_t signal)
{
    const struct signal_word *word = numbered(signal);
    return word == NULL ? NULL : word->name;
}

const char *sim_signal_text(int32_t signal)
{
    const struct signal_word *word = numbered(signal);
    return word == NULL ? NULL : word->text;
}

bool sim__is_signal(const char *text)
{
    bool capital = text[0] >= 'A' && text[0] <= 'Z';
    text += capital && strncmp(text, "SIG", 3) == 0 ? 3 : 0;
    for (size_t i = 0; capital && i < SIM__COUNT(signals); i++) {
        if (sim__same(signals[i].name, text)) {
            return true;
        }
    }
    return false;
}

bool sim__signal(struct sim__reader *reader, const struct sim__node *node, enum sim__signal_use use,
                 int32_t *ret_signal)
{
    if (node->kind != SIM__SCALAR || node->length == 0) {
        sim__wrong_type(reader, node, "the name of a signal");
        return false;
    }
    const char *name = node->text;
    uint64_t number = 0;
    bool by_number = strchr("+-0123456789", *name) != NULL;
    if (by_number && !sim__number(reader, node, 1, 31, &number)) {
        return false;
    }
    name += strncmp(name, "SIG", 3) == 0 ? 3 : 0;
    for (size_t i = 0; i < SIM__COUNT(signals); i++) {
        if (by_number ? (uint64_t)signals[i].number != number : !sim__same(signals[i].name, name)) {
            continue;
        }
        if (use == SIM__SIGNAL_FATAL && !signals[i].fatal) {
            sim__error(reader, node->at, "%ssignal %s ends no process", sim__label(reader, node),
                       signals[i].name);
            return false;
        }
        *ret_signal = signals[i].number;
        return true;
    }
    const char *names[SIM__COUNT(signals)];
    for (size_t i = 0; i < SIM__COUNT(signals); i++) {
        names[i] = signals[i].name;
    }
    sim__error_as(reader, SIM__CODE_UNKNOWN_WORD, node->at, "unknown signal `%s`%s",
                  sim__quotable(reader->scratch, node->text, node->length),
                  sim__hint(reader, name, names, SIM__COUNT(names)));
    return false;
}

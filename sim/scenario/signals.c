/* Signals by name and number. */
#include <inttypes.h>
#include <string.h>

#include "reader.h"

struct signal_word {
    const char *name;
    int32_t number;
    bool fatal; /* by default it ends a process */
};

/* Linux's numbers, so that a trace is the same on every machine. */
static const struct signal_word signals[] = {
    {"HUP", 1, true},      {"INT", 2, true},      {"QUIT", 3, true},   {"ILL", 4, true},
    {"TRAP", 5, true},     {"ABRT", 6, true},     {"BUS", 7, true},    {"FPE", 8, true},
    {"KILL", 9, true},     {"USR1", 10, true},    {"SEGV", 11, true},  {"USR2", 12, true},
    {"PIPE", 13, true},    {"ALRM", 14, true},    {"TERM", 15, true},  {"STKFLT", 16, true},
    {"CHLD", 17, false},   {"CONT", 18, false},   {"STOP", 19, false}, {"TSTP", 20, false},
    {"TTIN", 21, false},   {"TTOU", 22, false},   {"URG", 23, false},  {"XCPU", 24, true},
    {"XFSZ", 25, true},    {"VTALRM", 26, true},  {"PROF", 27, true},  {"WINCH", 28, false},
    {"IO", 29, true},      {"PWR", 30, true},     {"SYS", 31, true},
};

const char *sim_signal_name(int32_t signal)
{
    for (size_t i = 0; i < SIM__COUNT(signals); i++) {
        if (signals[i].number == signal) {
            return signals[i].name;
        }
    }
    return NULL;
}

bool sim__signal(struct sim__reader *reader, const struct sim__node *node, bool fatal,
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
    const char *names[SIM__COUNT(signals)];
    for (size_t i = 0; i < SIM__COUNT(signals); i++) {
        names[i] = signals[i].name;
        if (by_number ? (uint64_t)signals[i].number != number
                      : strcmp(signals[i].name, name) != 0) {
            continue;
        }
        if (fatal && !signals[i].fatal) {
            sim__error(reader, node->at, "%ssignal %s ends no process",
                       sim__label(reader, node), signals[i].name);
            return false;
        }
        *ret_signal = signals[i].number;
        return true;
    }
    sim__error(reader, node->at, "unknown signal `%s`%s",
               sim__quotable(reader->scratch, node->text, node->length),
               sim__hint(reader, name, names, SIM__COUNT(names)));
    return false;
}

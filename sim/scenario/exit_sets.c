/* Sets of ends: `[crashed, 3, 64-78, TERM, finish:125]`. */
#include <string.h>

#include "rules.h"
#include "sup/assert.h"

#define X(id, name) {name, SUP_EXIT_##id},
static const struct sim__word class_words[] = {SUP_EXIT_CLASS_LIST(X)};
#undef X

#define FORM "a class, an exit code, a range of them as `1-255`, a signal or `finish:N`"

/* What an entry names: one of several kinds of things, from the first to the last. */
enum kind { CLASS, CODE, SIGNAL, FINISH };
struct entry {
    enum kind kind;
    uint32_t first;
    uint32_t last;
};

/* No list of which none covers another is longer: each range of codes begins with another. */
#define ENTRIES_MAX (SUP_EXIT_CLASSES + SUP_EXIT_SIGNAL_MAX + 2 * (SUP_EXIT_CODE_MAX + 1))

struct sets {
    struct sim__reader *reader;
    enum sim__set_holds holds;
    struct entry entries[ENTRIES_MAX];
    uint32_t count;
};

/* The number at *text, which is moved behind it; a large one is too large for everything. */
static bool take_number(const char **text, uint32_t *ret_number)
{
    size_t digits = strspn(*text, "0123456789");
    uint32_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        number = number > SUP_EXIT_CODE_MAX ? number : number * 10 + (uint32_t)((*text)[i] - '0');
    }
    *text += digits;
    *ret_number = number;
    return digits > 0;
}

/* A code, or a range of them; false when it is neither, which is told. */
static bool take_codes(struct sets *sets, const struct sim__node *node, const char *text,
                       struct entry *entry)
{
    struct sim__reader *r = sets->reader;
    bool good = take_number(&text, &entry->first);
    entry->last = entry->first;
    if (good && *text == '-' && entry->kind == CODE) {
        text++;
        good = take_number(&text, &entry->last);
    }
    if (!good || *text != '\0') {
        sim__error_as(
            r, SIM__CODE_UNKNOWN_WORD, node->at,
            "%s`%s` is no exit code" SIM__HINT
            "; it is a class, an exit code, a range of them as `1-255`, a signal or `finish:N`",
            sim__label(r, node), sim__quotable(r->scratch, node->text, node->length));
        return false;
    }
    if (entry->first > SUP_EXIT_CODE_MAX || entry->last > SUP_EXIT_CODE_MAX) {
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "%s`%s` is out of range; exit codes are from 0 to 255", sim__label(r, node),
                      sim__quotable(r->scratch, node->text, node->length));
        return false;
    }
    if (entry->first > entry->last) {
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "%s`%s` ends before it begins; did you mean `%u-%u`?", sim__label(r, node),
                      sim__quotable(r->scratch, node->text, node->length), entry->last,
                      entry->first);
        return false;
    }
    return true;
}

/* Not one of all: what was meant is looked for among classes and signals. */
static void unknown(struct sets *sets, const struct sim__node *node)
{
    struct sim__reader *r = sets->reader;
    const char *names[SIM__COUNT(class_words) + SUP_EXIT_SIGNAL_MAX];
    size_t count = 0;
    for (; count < SIM__COUNT(class_words); count++) {
        names[count] = class_words[count].name;
    }
    const char *advice = sim__advice_word(node->text, names, count);
    for (int32_t signal = 1; signal <= SUP_EXIT_SIGNAL_MAX; signal++) {
        if (sim_signal_name(signal) != NULL) {
            names[count++] = sim_signal_name(signal);
        }
    }
    const char *hint = SIM__HINT
        "; it is a class, an exit code, a range of them as `1-255`, a signal or `finish:N`";
    if (advice == NULL && sim__nearest(node->text, names, count) != NULL) {
        hint = sim__hint(r, node->text, names, count);
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at, "unknown end `%s`%s%s",
                  sim__quotable(r->scratch, node->text, node->length),
                  advice != NULL ? SIM__HINT "; " : "", advice != NULL ? advice : hint);
}

static bool take_class(struct sets *sets, const struct sim__node *node, struct entry *entry)
{
    for (size_t i = 0; i < SIM__COUNT(class_words); i++) {
        if (!sim__same(class_words[i].name, node->text)) {
            continue;
        }
        if (sets->holds == SIM__SET_OF_RETURNS) {
            sim__error(sets->reader, node->at,
                       "%s`%s` is a class; what is clean is said by exit codes and signals",
                       sim__label(sets->reader, node), node->text);
            return false;
        }
        entry->first = entry->last = (uint32_t)class_words[i].value;
        return true;
    }
    unknown(sets, node);
    return false;
}

static bool take_entry(struct sets *sets, const struct sim__node *node, struct entry *entry)
{
    if (node->kind != SIM__SCALAR || sim__is_nothing(node) || node->length == 0) {
        sim__wrong_type(sets->reader, node, FORM);
        return false;
    }
    if (strchr("+-0123456789", node->text[0]) != NULL) {
        entry->kind = CODE;
        return take_codes(sets, node, node->text, entry);
    }
    if (strncmp(node->text, "finish:", 7) == 0) {
        entry->kind = FINISH;
        return take_codes(sets, node, node->text + 7, entry);
    }
    if (sim__is_signal(node->text)) {
        int32_t signal = 0;
        bool good = sim__signal(sets->reader, node, SIM__SIGNAL_FATAL, &signal);
        *entry = (struct entry){SIGNAL, (uint32_t)signal, (uint32_t)signal};
        return good;
    }
    entry->kind = CLASS;
    return take_class(sets, node, entry);
}

static bool covers(const struct entry *a, const struct entry *b)
{
    return a->kind == b->kind && a->first <= b->first && b->last <= a->last;
}

/* Two entries of which one says nothing more are a mistake. */
static bool is_new(struct sets *sets, const struct sim__node *list, uint32_t index,
                   const struct entry *entry)
{
    for (uint32_t i = 0; i < sets->count; i++) {
        if (covers(&sets->entries[i], entry) || covers(entry, &sets->entries[i])) {
            const struct sim__node *node = list->entries[index].value;
            const struct sim__node *other = list->entries[i].value;
            struct sim_arena *scratch = sets->reader->scratch;
            sim__error(sets->reader, node->at, "%s`%s` and `%s`: one of them is enough",
                       sim__label(sets->reader, node),
                       sim__quotable(scratch, other->text, other->length),
                       sim__quotable(scratch, node->text, node->length));
            return false;
        }
    }
    return true;
}

static int put(struct sup_exit_set *set, const struct entry *entry)
{
    switch (entry->kind) {
    case CLASS:
        return sup_exit_set_add_class(set, (enum sup_exit_class)entry->first);
    case CODE:
        return sup_exit_set_add_code(set, entry->first, entry->last);
    case SIGNAL:
        return sup_exit_set_add_signal(set, (int32_t)entry->first);
    case FINISH:
        return sup_exit_set_add_finish(set, entry->first, entry->last);
    }
    return SUP_EINVAL;
}

/* The first mistake ends the list, so that its entries are those that were kept. */
void sim__read_exit_set(struct sim__reader *r, const struct sim__node *node,
                        enum sim__set_holds holds, struct sup_exit_set *ret_set)
{
    struct sets sets; /* its entries are large, and none is there yet */
    struct sup_exit_set set = {0};
    sets.reader = r;
    sets.holds = holds;
    sets.count = 0;
    if (!sim__list(r, node)) {
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        struct entry entry = {CLASS, 0, 0};
        if (!take_entry(&sets, node->entries[i].value, &entry) || !is_new(&sets, node, i, &entry)) {
            return;
        }
        int error = put(&set, &entry);
        SUP_ASSERT(sets.count < ENTRIES_MAX && error == SUP_OK);
        sets.entries[sets.count++] = entry;
    }
    *ret_set = set;
}

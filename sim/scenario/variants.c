/* `vary` and `--set`; see variants.h. */
#include "variants.h"

#include <string.h>

#include "document.h"
#include "sim/base/text.h"

/* What makes a file the scenario that it is: not to be varied. */
static const char *const fixed[] = {"name", "scenario", "seed", "expect", "vary", "include"};
/* Maps of names at the top: a name that is not there would be varied for nobody. */
static const char *const named[] = {"policies", "conditions", "measures"};
#define HINT_NAMES 64u

static bool is_one_of(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- paths ---- */

static bool refuse(struct sim__reader *r, const struct sim__path *path, const char *why)
{
    sim__error(r, path->place, "`%s` cannot be varied: %s",
               sim__quotable(r->scratch, path->text, strlen(path->text)), why);
    return false;
}

/* The name of a map's entry, or of a service, that the path goes through. */
static bool check_name(struct sim__reader *r, const struct sim__path *path,
                       const struct sim__node *names, const char *what)
{
    const char *hints[HINT_NAMES];
    uint32_t count = 0;
    for (uint32_t i = 0; names != NULL && names->kind != SIM__SCALAR && i < names->count; i++) {
        const struct sim__entry *entry = &names->entries[i];
        const struct sim__node *name =
            entry->key == NULL ? sim__node_at(entry->value, SIM__KEY_NAME) : NULL;
        const char *text = entry->key;
        if (name != NULL && name->kind == SIM__SCALAR) {
            text = name->text;
        }
        if (text != NULL && strcmp(text, path->keys[1]) == 0) {
            return true;
        }
        if (text != NULL && count < HINT_NAMES) {
            hints[count++] = text;
        }
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_NAME, path->place, "`%s`: no %s is called `%s`%s",
                  sim__quotable(r->scratch, path->text, strlen(path->text)), what,
                  sim__quotable(r->scratch, path->keys[1], strlen(path->keys[1])),
                  sim__hint(r, path->keys[1], hints, count));
    return false;
}

/* What the reader of a scenario would not find. */
static bool check_path(struct sim__document *document, const struct sim__path *path)
{
    struct sim__reader *r = &document->reader;
    const struct sim__node *first = sim__node_get(document->root, path->keys[0]);
    if (is_one_of(fixed, SIM__COUNT(fixed), path->keys[0])) {
        return refuse(r, path, "it makes the file the scenario that it is");
    }
    if (strcmp(path->keys[0], "services") == 0 && path->count > 1) {
        if (path->count == 2) {
            return refuse(r, path,
                          "a key of the service has to follow, as in `services.app.count`");
        }
        return strcmp(path->keys[2], "name") == 0
                   ? refuse(r, path, "its name tells a service from others")
                   : check_name(r, path, first, "service");
    }
    if (path->count > 1 && is_one_of(named, SIM__COUNT(named), path->keys[0])) {
        return check_name(r, path, first,
                          path->keys[0][0] == 'p'   ? "policy"
                          : path->keys[0][0] == 'c' ? "condition"
                                                    : "measure");
    }
    return true;
}

static bool take_path(struct sim__document *document, const char *text, struct sim_place place,
                      struct sim__path *ret_path)
{
    struct sim__path path = {.text = text, .place = place};
    const char *why = sim__path_take(document->scratch, text, &path);
    path.text = text;
    path.place = place;
    if (why != NULL) {
        return refuse(&document->reader, &path, why);
    }
    *ret_path = path;
    return check_path(document, ret_path);
}

/* ---- values ---- */

/* As one line of YAML, more or less; it stops when it is too long anyway. */
static void put_label(struct sim__text *text, const struct sim__node *node)
{
    if (text->length > SIM__LABEL_BYTES_MAX) {
        return;
    }
    if (node->kind == SIM__SCALAR) {
        sim__text_putn(text, node->text, node->length);
        return;
    }
    sim__text_char(text, node->kind == SIM__MAP ? '{' : '[');
    for (uint32_t i = 0; i < node->count && text->length <= SIM__LABEL_BYTES_MAX; i++) {
        const struct sim__entry *entry = &node->entries[i];
        sim__text_put(text, i == 0 ? "" : ", ");
        if (entry->key != NULL) {
            sim__text_putn(text, entry->key, entry->key_length);
            sim__text_put(text, ": ");
        }
        put_label(text, entry->value);
    }
    sim__text_char(text, node->kind == SIM__MAP ? '}' : ']');
}

/* NULL when it is too long, which is diagnosed, or without memory. */
static const char *label_of(struct sim__reader *r, const struct sim__node *node)
{
    struct sim__text text = {0};
    const char *label = NULL;
    put_label(&text, node);
    if (text.failed) {
        sim__arena_fail(r->scratch);
    } else if (text.length > SIM__LABEL_BYTES_MAX) {
        sim__error_as(r, SIM__CODE_LIMIT, node->at,
                      "a value that is varied is part of a name, and this one is longer than %u "
                      "bytes",
                      SIM__LABEL_BYTES_MAX);
    } else {
        label = sim__arena_text(r->scratch, sim__text_string(&text), text.length);
    }
    sim__text_release(&text);
    return label;
}

static bool make_room(struct sim__reader *r, struct sim__axis *axis, uint32_t count)
{
    axis->values = sim__arena_alloc(r->scratch, count, sizeof(struct sim__node *));
    axis->labels = sim__arena_alloc(r->scratch, count, sizeof(*axis->labels));
    return axis->values != NULL && axis->labels != NULL;
}

static bool read_values(struct sim__reader *r, const struct sim__node *list, struct sim__axis *axis)
{
    struct sim__table known;
    bool good = true;
    if (!sim__list(r, list)) {
        return false;
    }
    if (list->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, list->at,
                      "%sthe list is empty; it holds the values to try", sim__label(r, list));
        return false;
    }
    if (list->count > SIM__VARIANTS_MAX || !make_room(r, axis, list->count)) {
        sim__error_as(r, SIM__CODE_LIMIT, list->at, "%smore than %u values", sim__label(r, list),
                      SIM__VARIANTS_MAX);
        return false;
    }
    sim__table_init(&known, r->scratch, r->seed);
    for (uint32_t i = 0; i < list->count; i++) {
        bool is_new = true;
        struct sim__node *value = list->entries[i].value;
        const char *label = label_of(r, value);
        if (label == NULL) {
            return false;
        }
        (void)sim__table_add(&known, 0, label, (uint32_t)strlen(label), &is_new);
        if (!is_new) {
            sim__error(r, value->at, "%sthe value `%s` comes twice", sim__label(r, list),
                       sim__quotable(r->scratch, label, strlen(label)));
            good = false;
        }
        axis->values[axis->count] = value;
        axis->labels[axis->count++] = label;
    }
    return good;
}

/* ---- `vary` ---- */

static const struct sim__axis *find_axis(const struct sim__axis *axes, uint32_t count,
                                         const struct sim__path *path)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sim__path_same(&axes[i].path, path)) {
            return &axes[i];
        }
    }
    return NULL;
}

static bool read_axis(struct sim__document *document, const struct sim__entry *entry)
{
    struct sim__variants *variants = &document->variants;
    struct sim__axis axis = {0};
    if (!take_path(document, entry->key, entry->place, &axis.path) ||
        !read_values(&document->reader, entry->value, &axis)) {
        return false;
    }
    if (find_axis(variants->axes, variants->axis_count, &axis.path) != NULL) {
        return refuse(&document->reader, &axis.path,
                      "the same key stands above, written otherwise");
    }
    variants->axes[variants->axis_count++] = axis;
    return true;
}

/* More keys with more than one value would be too many combinations anyway. */
#define AXES_MAX 64u

static bool read_vary(struct sim__document *document, const struct sim__node *vary)
{
    struct sim__variants *variants = &document->variants;
    struct sim__reader *r = &document->reader;
    bool good = true;
    variants->place = vary->at;
    if (vary->kind != SIM__MAP) {
        sim__wrong_type(r, vary, "a map of paths and lists");
        return false;
    }
    if (vary->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, vary->at, "`vary` is empty, so it varies nothing");
        return false;
    }
    if (vary->count > AXES_MAX) {
        sim__error_as(r, SIM__CODE_LIMIT, vary->at, "`vary` has more than %u keys", AXES_MAX);
        return false;
    }
    variants->axes = sim__arena_alloc(r->scratch, vary->count, sizeof(*variants->axes));
    for (uint32_t i = 0; variants->axes != NULL && i < vary->count; i++) {
        good = read_axis(document, &vary->entries[i]) && good;
    }
    return good && variants->axes != NULL;
}

static bool count_combinations(struct sim__document *document)
{
    struct sim__variants *variants = &document->variants;
    uint64_t count = 1;
    for (uint32_t i = 0; i < variants->axis_count && count <= SIM__VARIANTS_MAX; i++) {
        count *= variants->axes[i].count;
    }
    if (count > SIM__VARIANTS_MAX) {
        sim__error_as(&document->reader, SIM__CODE_LIMIT, variants->place,
                      "`vary` makes more than %u combinations", SIM__VARIANTS_MAX);
        return false;
    }
    variants->count = (uint32_t)count;
    return true;
}

/* ---- from outside ---- */

/* The value's text is a source of its own, so that what is wrong with it can be shown. */
static struct sim__node *parse_value(struct sim__document *document, const struct sim__set *set,
                                     struct sim_place *ret_place)
{
    struct sim__reader *r = &document->reader;
    struct sim__text name = {0};
    uint32_t file = 0;
    sim__text_put(&name, "--set ");
    sim__text_put(&name, set->path);
    const struct sim_source source = {sim__text_string(&name), set->value, strlen(set->value)};
    int result = name.failed ? SUP_ENOMEM : sim__sources_add(document->sources, &source, &file);
    sim__text_release(&name);
    if (result != SUP_OK) {
        sim__arena_fail(r->scratch);
        return NULL;
    }
    *ret_place = (struct sim_place){0, 0, file};
    r->diagnosis.file = file;
    struct sim__node *value = NULL;
    if (sim__bytes_check(&r->diagnosis, set->value, source.length)) {
        value = sim__node_parse(r->scratch, &r->diagnosis, set->value, source.length);
    }
    r->diagnosis.file = 0;
    return value;
}

static bool read_set(struct sim__document *document, const struct sim__set *set)
{
    struct sim__variants *variants = &document->variants;
    struct sim__reader *r = &document->reader;
    struct sim__axis axis = {.count = 1};
    struct sim_place place = {0};
    struct sim__node *value = parse_value(document, set, &place);
    if (value == NULL || !take_path(document, set->path, place, &axis.path) ||
        !make_room(r, &axis, 1)) {
        return false;
    }
    axis.values[0] = value;
    axis.labels[0] = label_of(r, value);
    if (axis.labels[0] == NULL) {
        return false;
    }
    /* What the file varies has this value only. */
    for (uint32_t i = 0; i < variants->axis_count; i++) {
        struct sim__axis *own = &variants->axes[i];
        if (sim__path_same(&own->path, &axis.path)) {
            own->values = axis.values;
            own->labels = axis.labels;
            own->count = 1;
            return true;
        }
    }
    variants->sets[variants->set_count++] = axis;
    return true;
}

bool sim__variants_read(struct sim__document *document)
{
    const struct sim__reading *reading = document->reading;
    struct sim__variants *variants = &document->variants;
    const struct sim__node *vary = sim__node_at(document->root, SIM__KEY_VARY);
    bool good = vary == NULL || read_vary(document, vary);
    variants->sets =
        sim__arena_alloc(document->scratch, reading->set_count, sizeof(*variants->sets));
    for (uint32_t i = 0; variants->sets != NULL && i < reading->set_count; i++) {
        good = read_set(document, &reading->sets[i]) && good;
    }
    return good && count_combinations(document);
}

/* Supervisors of Erlang/OTP: their flags, their children, and supervisors among these. */
#include <inttypes.h>
#include <string.h>

#include "otp_terms.h"

#define NESTED_MAX 16u

/* A supervisor that is being read. */
struct supervisor {
    struct sim__import *import;
    const char *path; /* of its group; "" is the root */
    struct sim__settings *preset;
    const char *strategy;
    bool shuts_down; /* auto_shutdown is not `never` */
    struct sim__spot spot;
    struct sim__table ids; /* of its children */
    unsigned depth;
};

/* ---- its flags ---- */

static void refuse(const struct supervisor *of, const struct sim__term *term, const char *what)
{
    sim__import_refuse(of->import, term->spot, "%s: %s", what, sim__term_shown(of->import, term));
}

static const char *one_of(const struct sim__term *term, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sim__term_is_atom(term, words[i])) {
            return words[i];
        }
    }
    return NULL;
}

static void put(const struct supervisor *of, const char *key, const char *value,
                const struct sim__term *term)
{
    sim__import_put(of->import, of->preset, key, value, term->spot);
}

static void take_strategy(struct supervisor *of, const struct sim__term *term)
{
    static const char *const words[] = {"one_for_one", "one_for_all", "rest_for_one",
                                        "simple_one_for_one"};
    const char *word = one_of(term, words, 4);
    if (word == NULL) {
        refuse(of, term, "invalid_strategy");
    } else {
        of->strategy = word;
        put(of, "strategy", word, term);
    }
}

static void take_count(struct supervisor *of, const struct sim__term *term, const char *key,
                       int64_t least)
{
    if (term->kind != SIM__TERM_INTEGER || term->number < least || term->number > 4000000000) {
        refuse(of, term, least == 0 ? "invalid_intensity" : "invalid_period");
    } else {
        put(of, key, sim__import_text(of->import, "%" PRId64, term->number), term);
    }
}

static void take_auto_shutdown(struct supervisor *of, const struct sim__term *term)
{
    static const char *const words[] = {"never", "any_significant", "all_significant"};
    const char *word = one_of(term, words, 3);
    if (word == NULL) {
        refuse(of, term, "invalid_auto_shutdown");
        return;
    }
    of->shuts_down = word != words[0];
    put(of, "auto_shutdown", word, term);
    if (of->shuts_down && strcmp(of->strategy, "simple_one_for_one") == 0) {
        refuse(of, term, "bad_combination: strategy simple_one_for_one with auto_shutdown");
    }
}

static bool is_flags(const struct sim__term *term)
{
    return term != NULL && ((term->kind == SIM__TERM_MAP && sim__term_get(term, "start") == NULL) ||
                            (term->kind == SIM__TERM_TUPLE && term->count == 3 &&
                             term->parts->kind == SIM__TERM_ATOM));
}

static void take_flags(struct supervisor *of, const struct sim__term *flags)
{
    bool tuple = flags->kind == SIM__TERM_TUPLE;
    const struct sim__term *strategy =
        tuple ? sim__term_part(flags, 0) : sim__term_get(flags, "strategy");
    const struct sim__term *intensity =
        tuple ? sim__term_part(flags, 1) : sim__term_get(flags, "intensity");
    const struct sim__term *period =
        tuple ? sim__term_part(flags, 2) : sim__term_get(flags, "period");
    const struct sim__term *shutdown = tuple ? NULL : sim__term_get(flags, "auto_shutdown");
    if (intensity != NULL) {
        take_count(of, intensity, "intensity", 0);
    }
    if (period != NULL) {
        take_count(of, period, "period", 1);
    }
    if (strategy != NULL) {
        take_strategy(of, strategy);
    }
    if (shutdown != NULL) {
        take_auto_shutdown(of, shutdown);
    }
}

/* ---- a child ---- */

/* The parts of a child's specification, a map or a tuple of six. */
struct child {
    const struct sim__term *term;
    const struct sim__term *id;
    const struct sim__term *start;
    const struct sim__term *restart;
    const struct sim__term *shutdown;
    const struct sim__term *type;
    const struct sim__term *significant;
};

static bool take_apart(const struct sim__term *term, struct child *ret_child)
{
    *ret_child = (struct child){.term = term};
    if (term->kind == SIM__TERM_MAP) {
        *ret_child = (struct child){
            .term = term,
            .id = sim__term_get(term, "id"),
            .start = sim__term_get(term, "start"),
            .restart = sim__term_get(term, "restart"),
            .shutdown = sim__term_get(term, "shutdown"),
            .type = sim__term_get(term, "type"),
            .significant = sim__term_get(term, "significant"),
        };
        return true;
    }
    if (term->kind != SIM__TERM_TUPLE || term->count != 6) {
        return false;
    }
    *ret_child = (struct child){
        .term = term,
        .id = sim__term_part(term, 0),
        .start = sim__term_part(term, 1),
        .restart = sim__term_part(term, 2),
        .shutdown = sim__term_part(term, 3),
        .type = sim__term_part(term, 4),
    };
    return true;
}

/* What OTP refuses; whether there was nothing of it. */
static bool check_child(const struct supervisor *of, const struct child *child)
{
    uint64_t before = of->import->imported->errors;
    static const char *const restarts[] = {"permanent", "transient", "temporary"};
    static const char *const types[] = {"worker", "supervisor"};
    const struct sim__term *shutdown = child->shutdown;
    bool significant = sim__term_is_atom(child->significant, "true");
    if (child->id == NULL || child->start == NULL) {
        sim__import_refuse(of->import, child->term->spot, "%s",
                           child->id == NULL ? "missing_id" : "missing_start");
    }
    if (child->restart != NULL && one_of(child->restart, restarts, 3) == NULL) {
        refuse(of, child->restart, "invalid_restart_type");
    }
    if (child->type != NULL && one_of(child->type, types, 2) == NULL) {
        refuse(of, child->type, "invalid_child_type");
    }
    if (shutdown != NULL && !sim__term_is_atom(shutdown, "brutal_kill") &&
        !sim__term_is_atom(shutdown, "infinity") &&
        (shutdown->kind != SIM__TERM_INTEGER || shutdown->number < 0 ||
         shutdown->number > 4294967294)) {
        refuse(of, shutdown, "invalid_shutdown");
    }
    if (child->significant != NULL && !significant &&
        !sim__term_is_atom(child->significant, "false")) {
        refuse(of, child->significant, "invalid_significant");
    }
    if (significant && (child->restart == NULL || sim__term_is_atom(child->restart, "permanent"))) {
        refuse(of, child->significant, "bad_combination: restart permanent with significant");
    }
    if (significant && !of->shuts_down) {
        refuse(of, child->significant, "bad_combination: auto_shutdown never with significant");
    }
    return before == of->import->imported->errors;
}

/* Whether the name is new among its siblings. */
static bool is_alone(struct supervisor *of, const struct child *child)
{
    bool is_new = true;
    (void)sim__table_add(&of->ids, (uint32_t)child->id->kind, child->id->source, child->id->length,
                         &is_new);
    if (!is_new) {
        refuse(of, child->id, "duplicate_child_name");
    }
    return is_new;
}

static const char *name_of(const struct supervisor *of, const struct child *child)
{
    const char *own = sim__term_shown(of->import, child->id);
    return of->path[0] == '\0' ? own : sim__import_text(of->import, "%s.%s", of->path, own);
}

static void put_child(const struct supervisor *of, const struct child *child)
{
    const struct sim__term *const terms[] = {child->restart, child->shutdown, child->type,
                                             child->significant};
    static const char *const keys[] = {"restart", "shutdown", "type", "significant"};
    struct sim__import *import = of->import;
    struct sim__imported_service *service =
        sim__import_add(import, "otp", name_of(of, child), child->term->spot);
    for (size_t i = 0; service != NULL && i < 4; i++) {
        if (terms[i] != NULL) {
            sim__import_put(import, &service->preset, keys[i], terms[i]->text, terms[i]->spot);
        }
    }
    if (service == NULL) {
        return;
    }
    if (of->path[0] != '\0') {
        sim__import_put(import, &service->beside, "group", of->path, of->spot);
    }
    sim__import_warn(import, service, child->start->spot,
                     "start: what %s does is not known: it is taken to start at once",
                     sim__term_shown(import, child->start));
    if (sim__term_is_atom(child->type, "supervisor")) {
        sim__import_warn(import, service, child->type->spot,
                         "type: the children of this supervisor are not known; `[Spec, {Flags, "
                         "[Child]}]` in its place would tell them");
    }
}

/* ---- supervisors ---- */

static void read_children(struct supervisor *of, const struct sim__term *list);

static const char *path_of(const struct supervisor *of, const char *name)
{
    const char *part = sim__import_group_part(of->import, name);
    return of->path[0] == '\0' ? part : sim__import_text(of->import, "%s.%s", of->path, part);
}

static void read_supervisor(struct supervisor *of, const struct sim__term *flags,
                            const struct sim__term *children)
{
    of->strategy = "one_for_one";
    sim__table_init(&of->ids, of->import->arena, 3);
    if (flags != NULL) {
        take_flags(of, flags);
    }
    if (strcmp(of->strategy, "simple_one_for_one") == 0) {
        if (children->count != 1) {
            sim__import_refuse(of->import, children->spot,
                               "bad_start_spec: simple_one_for_one has one child");
        } else {
            sim__import_warn(of->import, NULL, children->spot,
                             "children of simple_one_for_one are started later: one is taken");
        }
    }
    read_children(of, children);
}

/* {Flags, [Child]}, also behind `ok`; false: it is none. */
static bool split(const struct sim__term *term, const struct sim__term **ret_flags,
                  const struct sim__term **ret_children)
{
    if (term != NULL && term->kind == SIM__TERM_TUPLE && term->count == 2 &&
        sim__term_is_atom(term->parts, "ok")) {
        term = term->parts->next;
    }
    if (term == NULL || term->kind != SIM__TERM_TUPLE || term->count != 2) {
        return false;
    }
    *ret_flags = sim__term_part(term, 0);
    *ret_children = sim__term_part(term, 1);
    return is_flags(*ret_flags) && (*ret_children)->kind == SIM__TERM_LIST;
}

static void read_nested(struct supervisor *of, const struct sim__term *list)
{
    struct child child;
    const struct sim__term *flags, *children;
    struct sim__import *import = of->import;
    if (!take_apart(list->parts, &child) || !split(list->parts->next, &flags, &children)) {
        sim__import_refuse(import, list->spot,
                           "a supervisor among children is `[Spec, {Flags, [Child]}]`");
        return;
    }
    if (of->depth >= NESTED_MAX) {
        sim__import_refuse(import, list->spot, "supervisors are nested more than 16 deep");
        return;
    }
    if (!check_child(of, &child) || !is_alone(of, &child)) {
        return;
    }
    const char *path = path_of(of, sim__term_shown(import, child.id));
    struct sim__imported_group *group = sim__import_add_group(import, path, child.term->spot);
    if (group == NULL) {
        return;
    }
    if (child.restart != NULL && !sim__term_is_atom(child.restart, "permanent")) {
        sim__import_warn(import, NULL, child.restart->spot,
                         "restart: a supervisor among children is taken to be permanent");
    }
    struct supervisor own = {.import = import,
                             .path = path,
                             .preset = &group->preset,
                             .spot = child.term->spot,
                             .depth = of->depth + 1};
    read_supervisor(&own, flags, children);
}

static void read_child(struct supervisor *of, const struct sim__term *term)
{
    struct child child;
    if (term->kind == SIM__TERM_LIST && term->count == 2) {
        read_nested(of, term);
    } else if (!take_apart(term, &child)) {
        refuse(of, term, "invalid_child_spec");
    } else if (check_child(of, &child) && is_alone(of, &child)) {
        put_child(of, &child);
    }
}

static void read_children(struct supervisor *of, const struct sim__term *list)
{
    for (const struct sim__term *term = list->parts;
         term != NULL && of->import->imported->errors < SIM__IMPORT_SAID_MAX; term = term->next) {
        read_child(of, term);
    }
}

/* The root, where the file is the only source; else a group of the file's name. */
static bool prepare(struct sim__import *import, const char *path, struct supervisor *ret_top)
{
    const struct sim__spot spot = {path, 1, 1};
    *ret_top = (struct supervisor){.import = import, .path = "", .spot = spot};
    if (import->request->source_count == 1) {
        import->root = sim__arena_alloc(import->arena, 1, sizeof(*import->root));
        ret_top->preset = import->root == NULL ? NULL : &import->root->preset;
        return import->root != NULL;
    }
    const char *base = sim__import_base(path);
    const char *name = sim__import_text(import, "%.*s", (int)strcspn(base, "."), base);
    ret_top->path = path_of(ret_top, name);
    struct sim__imported_group *group = sim__import_add_group(import, ret_top->path, spot);
    ret_top->preset = group == NULL ? NULL : &group->preset;
    return group != NULL;
}

void sim__import_otp(struct sim__import *import, const char *path, const char *bytes, size_t length)
{
    struct supervisor top;
    const struct sim__term *flags, *children;
    const struct sim__term *terms = sim__terms_read(import, path, bytes, length);
    if (terms == NULL || !prepare(import, path, &top)) {
        return;
    }
    if (split(terms, &flags, &children)) {
        if (terms->next != NULL) {
            sim__import_refuse(import, terms->next->spot,
                               "a term behind the supervisor; a file has one");
        }
        read_supervisor(&top, flags, children);
        return;
    }
    /* Children alone, each a term or all of them a list. */
    const bool listed = terms->kind == SIM__TERM_LIST && terms->next == NULL;
    const struct sim__term all = {.spot = terms->spot,
                                  .parts = (struct sim__term *)(uintptr_t)terms};
    read_supervisor(&top, NULL, listed ? terms : &all);
}

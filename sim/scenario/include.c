/* `include`: reads the files that it names, and those that they name, one after the other,
 * each once, however often it is named, and none that is one too many.
 *
 * They are merged in the order in which they are complete: what a file includes comes
 * before it. Nothing but regular files is opened, so a name cannot make the reader wait.
 */
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "sim/base/text.h"
#include "sup/assert.h"

static const char *const shared_keys[] = {SIM__SHARED_KEYS(SIM__NAME)};
static const char *const root_keys[] = {SIM__ROOT_KEYS(SIM__NAME)};

/* A file on the way; the first is the scenario's own. */
struct member {
    struct sim__identity identity;
    uint32_t file;
    bool open; /* what it includes is being read */
};

struct including {
    struct sim__document *document;
    struct sim__reader *r;
    struct member members[SIM_INCLUDED_MAX + 1];
    uint32_t count;
    uint64_t nodes;
    bool full;                 /* some file was too much; no further one is read */
    struct sim__shares shares; /* in the order in which they are complete */
};

static bool is_one_of(const char *const *keys, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (sim__same(keys[i], key)) {
            return true;
        }
    }
    return false;
}

bool sim__is_shared(const struct sim__node *root)
{
    bool something = false;
    for (uint32_t i = 0; root->kind == SIM__MAP && i < root->count; i++) {
        const char *key = root->entries[i].key;
        if (!is_one_of(shared_keys, SIM__COUNT(shared_keys), key)) {
            return false;
        }
        something |= strcmp(key, "scenario") != 0;
    }
    return something;
}

/* ---- one file ---- */

/* What a file names stands beside it. NULL when out of memory. */
static const char *path_beside(struct including *in, uint32_t file, const char *name)
{
    struct sim__text path = {0};
    const char *from = in->document->sources->list[file].name;
    bool standard = file == 0 && strcmp(in->document->reading->path, "-") == 0;
    const char *slash = standard || name[0] == '/' ? NULL : strrchr(from, '/');
    sim__text_putn(&path, from, slash == NULL ? 0 : (size_t)(slash - from) + 1);
    sim__text_put(&path, name);
    const char *copy =
        path.failed ? NULL : sim__arena_text(in->r->scratch, path.bytes, path.length);
    if (copy == NULL) {
        sim__arena_fail(in->r->scratch);
    }
    sim__text_release(&path);
    return copy;
}

static bool refuse(struct including *in, enum sim__code code, const struct sim__node *entry,
                   const char *path, const char *why)
{
    sim__error_as(in->r, code, entry->at, "cannot include `%s`: %s",
                  sim__quotable(in->r->scratch, path, strlen(path)), why);
    return false;
}

static struct member *find_member(struct including *in, const struct sim__identity *identity)
{
    for (uint32_t i = 0; i < in->count; i++) {
        const struct sim__identity *other = &in->members[i].identity;
        if (other->known && other->device == identity->device && other->inode == identity->inode) {
            return &in->members[i];
        }
    }
    return NULL;
}

/* Which keys it has, and that it is of this version. */
static bool check_root(struct including *in, const struct sim__node *root)
{
    struct sim__reader *r = in->r;
    bool good = true;
    if (root->kind != SIM__MAP) {
        sim__wrong_type(r, root, "a map of what files share");
        return false;
    }
    for (uint32_t i = 0; i < root->count; i++) {
        const struct sim__entry *entry = &root->entries[i];
        if (is_one_of(shared_keys, SIM__COUNT(shared_keys), entry->key)) {
            continue;
        }
        good = false;
        if (is_one_of(root_keys, SIM__COUNT(root_keys), entry->key)) {
            sim__error(r, entry->place,
                       "`%s` belongs to a scenario; a file that is included may hold `policies`, "
                       "`defaults`, `conditions`, `measures`, `groups` and `include` only",
                       entry->key);
        } else {
            sim__error_as(r, SIM__CODE_UNKNOWN_KEY, entry->place, "unknown key `%s`%s",
                          sim__quotable(r->scratch, entry->key, entry->key_length),
                          sim__hint(r, entry->key, shared_keys, SIM__COUNT(shared_keys)));
        }
    }
    const struct sim__node *version = sim__node_at(root, SIM__KEY_SCENARIO);
    return (version == NULL || sim__read_version(r, version)) && good;
}

/* The tree of its bytes, with places of its own. */
static struct sim__node *parse(struct including *in, const struct sim__node *entry,
                               const char *path, const struct sim__file *file, uint32_t number)
{
    struct sim__reader *r = in->r;
    r->diagnosis.file = number;
    struct sim__node *root = NULL;
    if (sim__bytes_check(&r->diagnosis, file->bytes, file->length)) {
        root = sim__node_parse(r->scratch, &r->diagnosis, file->bytes, file->length);
    }
    r->diagnosis.file = 0;
    in->nodes += root == NULL ? 0 : root->weight;
    if (in->nodes > SIM_NODES_MAX) {
        in->full = true;
        refuse(in, SIM__CODE_LIMIT, entry, path,
               "with it, the files have too many entries together");
        return NULL;
    }
    return root != NULL && check_root(in, root) ? root : NULL;
}

static bool include_all(struct including *in, uint32_t file, const struct sim__node *root,
                        uint32_t depth);

/* All together would be too long. */
static bool refuse_length(struct including *in, const struct sim__node *entry, const char *path)
{
    in->full = true;
    return refuse(in, SIM__CODE_LIMIT, entry, path,
                  "with it, the files are longer than 16 MiB together");
}

/* Whether one that is new may be read. */
static bool check_limits(struct including *in, const struct sim__node *entry, const char *path,
                         uint64_t size, uint32_t depth)
{
    if (in->count > SIM_INCLUDED_MAX) {
        in->full = true;
        return refuse(in, SIM__CODE_LIMIT, entry, path, "more than 32 files would be included");
    }
    if (depth > SIM_INCLUDE_DEPTH_MAX) {
        return refuse(in, SIM__CODE_LIMIT, entry, path, "files include files more than 8 deep");
    }
    uint64_t room = SIM_FILE_BYTES_MAX - in->document->sources->bytes;
    return size <= room || refuse_length(in, entry, path);
}

/* It is new and its bytes are here. */
static bool take(struct including *in, const struct sim__node *entry, const char *path,
                 const struct sim__file *file, uint32_t depth)
{
    struct sim__document *document = in->document;
    uint32_t number;
    const struct sim_source source = {path, file->bytes, file->length};
    if (sim__sources_add(document->sources, &source, &number) != SUP_OK) {
        sim__arena_fail(in->r->scratch);
        return false;
    }
    struct member *member = &in->members[in->count++];
    *member = (struct member){file->identity, number, true};
    struct sim__node *root = parse(in, entry, path, file, number);
    bool good = root != NULL && include_all(in, number, root, depth);
    member->open = false;
    if (good) {
        SUP_ASSERT(in->shares.count < SIM_INCLUDED_MAX);
        in->shares.trees[in->shares.count++] = root;
    }
    return good;
}

/* It is new: reads it, unless it is too much. */
static bool read_new(struct including *in, const struct sim__node *entry, const char *path,
                     const struct sim__opened *opened, uint32_t depth)
{
    struct sim__file file = {0};
    const char *why = NULL;
    if (!check_limits(in, entry, path, opened->size, depth)) {
        sim__file_close(opened);
        return false;
    }
    int result = sim__file_finish(opened, &file, &why);
    if (result == SUP_EINVAL) {
        return refuse(in, SIM__CODE_UNREADABLE, entry, path, why);
    }
    if (result != SUP_OK) {
        sim__arena_fail(in->r->scratch);
        return false;
    }
    /* It may have grown, or be one whose size nobody knows. */
    bool good =
        check_limits(in, entry, path, file.length, depth) && take(in, entry, path, &file, depth);
    free(file.bytes);
    return good;
}

static bool include_one(struct including *in, uint32_t file, const struct sim__node *entry,
                        uint32_t depth)
{
    const char *name;
    const char *why = NULL;
    struct sim__opened opened;
    if (!sim__text(in->r, entry, &name)) {
        return false;
    }
    if (name[0] == '\0') {
        sim__error_as(in->r, SIM__CODE_EMPTY, entry->at,
                      "`include`: the name of the file is empty");
        return false;
    }
    const char *path = path_beside(in, file, name);
    if (path == NULL) {
        return false;
    }
    if (sim__file_open(path, &opened, &why) != SUP_OK) {
        return refuse(in, SIM__CODE_UNREADABLE, entry, path, why);
    }
    const struct member *known = find_member(in, &opened.identity);
    if (known == NULL) {
        return read_new(in, entry, path, &opened, depth);
    }
    sim__file_close(&opened);
    return !known->open || refuse(in, SIM__CODE_CONFLICT, entry, path,
                                  known->file == file ? "it is this file itself"
                                                      : "it includes this file, in a circle");
}

/* What the file's `include` names, `depth` files away from the scenario. */
static bool include_all(struct including *in, uint32_t file, const struct sim__node *root,
                        uint32_t depth)
{
    const struct sim__node *list = sim__node_at(root, SIM__KEY_INCLUDE);
    if (list == NULL) {
        return true;
    }
    if (!sim__list(in->r, list)) {
        return false;
    }
    bool good = true;
    for (uint32_t i = 0; i < list->count && !in->full && !sim__arena_failed(in->r->scratch); i++) {
        good = include_one(in, file, list->entries[i].value, depth + 1) && good;
    }
    return good;
}

struct sim__node *sim__include(struct sim__document *document, struct sim__node *root)
{
    const struct sim__node *list = sim__node_at(root, SIM__KEY_INCLUDE);
    if (list == NULL) {
        return root;
    }
    if (document->reading->path == NULL) {
        sim__error(&document->reader, list->at,
                   "`include` is relative to a file, and this text does not come from one");
        return NULL;
    }
    struct including in = {.document = document, .r = &document->reader, .nodes = root->weight};
    in.members[in.count++] = (struct member){document->reading->identity, 0, true};
    if (!include_all(&in, 0, root, 0)) {
        return NULL;
    }
    return in.shares.count == 0 ? root : sim__share(&document->reader, &in.shares, root);
}

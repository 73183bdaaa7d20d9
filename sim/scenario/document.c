/* Taking a file apart, with what it includes. */
#include "document.h"

#include <string.h>

/* The version is looked at before anything else: what another one includes is not ours to
 * judge. */
static bool may_include(struct sim__document *document, const struct sim__node *root)
{
    const struct sim__node *version = sim__node_at(root, SIM__KEY_SCENARIO);
    return version == NULL || sim__is_word(version, "1") || document->shares_only;
}

/* The tree as the file has it; NULL: it is none. */
static struct sim__node *parse(struct sim__document *document)
{
    const struct sim__reading *reading = document->reading;
    struct sim__diagnosis *diagnosis = &document->reader.diagnosis;
    if (reading->tree != NULL) {
        struct sim__node *root = sim__arena_alloc(document->scratch, 1, sizeof(*root));
        if (root != NULL) {
            *root = *reading->tree;
        }
        return root;
    }
    return sim__bytes_check(diagnosis, reading->bytes, reading->length)
               ? sim__node_parse(document->scratch, diagnosis, reading->bytes, reading->length)
               : NULL;
}

/* What a file shares, laid over a scenario that is there for it; NULL: out of memory. */
static struct sim__node *complete(struct sim__document *document, struct sim__node *root)
{
    const char *text = document->reading->under;
    struct sim__node *under =
        sim__node_parse(document->scratch, &document->reader.diagnosis, text, strlen(text));
    return under == NULL ? NULL : sim__node_merge(document->scratch, under, root);
}

static void take_apart(struct sim__document *document)
{
    struct sim__reader *r = &document->reader;
    struct sim__node *root = parse(document);
    if (root == NULL) {
        return;
    }
    bool shares_only = sim__is_shared(root);
    if (shares_only && document->reading->under != NULL) {
        root = complete(document, root);
        shares_only = false;
    }
    if (root == NULL) {
        return;
    }
    document->shares_only = shares_only;
    if (shares_only) {
        sim__error(r, root->entries[0].place,
                   "there is no scenario in this file, only what others may include");
        return;
    }
    document->root = may_include(document, root) ? sim__include(document, root) : root;
    if (document->root != NULL && document->root->kind == SIM__MAP &&
        !sim__variants_read(document)) {
        document->root = NULL;
    }
}

static int prepare(struct sim__document *document)
{
    const struct sim__reading *reading = document->reading;
    const struct sim_source source = {reading->file, reading->bytes == NULL ? "" : reading->bytes,
                                      reading->length};
    uint32_t file;
    int result = sim__arena_create(reading->alloc, &document->scratch);
    if (result == SUP_OK) {
        result = sim__sources_create(reading->alloc, &document->sources);
    }
    if (result == SUP_OK) {
        result = sim__sources_add(document->sources, &source, &file);
    }
    return result;
}

int sim__document_open(struct sim__document *document, const struct sim__reading *reading)
{
    *document = (struct sim__document){.reading = reading, .variants = {.count = 1}};
    int result = prepare(document);
    if (result != SUP_OK) {
        return result;
    }
    struct sim__reader *r = &document->reader;
    r->arena = document->scratch;
    r->scratch = document->scratch;
    r->seed = sim__hash(1, reading->bytes, reading->length);
    sim__diagnosis_init(&r->diagnosis, document->scratch);
    take_apart(document);
    return sim__arena_failed(document->scratch) ? SUP_ENOMEM : SUP_OK;
}

void sim__document_close(struct sim__document *document)
{
    sim__arena_free(document->scratch);
    sim__sources_unref(document->sources);
}

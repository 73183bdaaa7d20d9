/* The directory of inputs that lit something new: read at the start of a campaign, added to
 * while it goes on. */
#ifndef CLI_FUZZ_CORPUS_H
#define CLI_FUZZ_CORPUS_H

#include "files.h"
#include "options.h"
#include "sim/fuzz/campaign.h"

/* All zeros, or opened. */
struct cli_corpus {
    const struct cli_options *options;
    struct sim__corpus corpus;
    struct cli_files files; /* of the directory, as it was */
    char **paths;           /* of each input */
    uint32_t path_room;
    uint32_t skipped; /* files that are no input */
    uint32_t added;
    uint32_t lit_before; /* points */
    bool full;
    bool no_memory;
    bool failed; /* something could not be written, and no more is kept */
};

/* Reads what --corpus names, if it does, and runs each file once. The status; what is wrong with
 * a file is said, and the file is left out. The caller closes it also then. */
int cli_corpus_open(const struct cli_options *options, struct cli_corpus *corpus,
                    struct sim__fuzz_how *how);
void cli_corpus_close(struct cli_corpus *corpus);

/* In a worker: what a try has lit, behind what is said of it; nothing when NULL. */
void cli_corpus_send(const struct sim__lit *lit, struct sim__text *bytes);
/* The same bytes: lights what is new, and keeps its input as a file. False: they are not the
 * whole, or out of memory. */
bool cli_corpus_take(struct cli_corpus *corpus, const char *bytes, size_t length);

/* Where the input (from 1) is. */
const char *cli_corpus_path(const struct cli_corpus *corpus, uint32_t input);
/* A line, with its newline; nothing without a corpus, and a key of a JSON object likewise. */
void cli_put_corpus(struct sim__text *text, const struct cli_corpus *corpus);
void cli_put_corpus_json(struct sim__text *text, const struct cli_corpus *corpus);

#endif

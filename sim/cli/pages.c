/* Pages of single runs; see pages.h. */
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "fuzz_files.h"
#include "merged.h"
#include "sim/run.h"

/* ---- where they are ---- */

static const char *keep(struct cli_pages *pages, const char *text)
{
    const char *kept = sim__arena_text(pages->arena, text, strlen(text));
    pages->failed |= kept == NULL;
    return kept == NULL ? "" : kept;
}

/* Absolute, without links; "" and a message when there is no such directory. */
static const char *resolve(struct cli_pages *pages, const char *directory)
{
    char buffer[PATH_MAX];
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = here >= 0 && chdir(directory) == 0 && getcwd(buffer, sizeof buffer) != NULL;
    if (!good) {
        (void)cli_fuzz_complain(directory, strerror(errno));
    }
    if (here >= 0 && fchdir(here) != 0) {
        good = cli_fuzz_complain(".", strerror(errno));
    }
    if (here >= 0) {
        close(here);
    }
    return good ? keep(pages, buffer) : "";
}

/* The directory of a file. */
static const char *resolve_parent(struct cli_pages *pages, const char *file)
{
    struct sim__text parent = {0};
    const char *slash = strrchr(file, '/');
    sim__text_putn(&parent, slash == NULL ? "." : file,
                   slash == NULL ? 1 : (size_t)(slash - file) + 1);
    const char *resolved = resolve(pages, sim__text_string(&parent));
    pages->failed |= parent.failed;
    sim__text_release(&parent);
    return resolved;
}

/* The way from one directory to another, both absolute; "" when they are one. */
static const char *find_way(struct cli_pages *pages, const char *from, const char *to)
{
    struct sim__text way = {0};
    size_t common = 0;
    for (size_t i = 0;; i++) {
        bool end_from = from[i] == '\0' || from[i] == '/', end_to = to[i] == '\0' || to[i] == '/';
        common = end_from && end_to ? i : common;
        if (from[i] != to[i] || from[i] == '\0') {
            break;
        }
    }
    for (const char *up = from + common; *up != '\0'; up++) {
        sim__text_put(&way, *up == '/' && up[1] != '\0' ? "../" : "");
    }
    if (to[common] != '\0' && to[common + 1] != '\0') {
        sim__text_put(&way, to + common + (to[common] == '/'));
        sim__text_char(&way, '/');
    }
    const char *kept = keep(pages, sim__text_string(&way));
    pages->failed |= way.failed;
    sim__text_release(&way);
    return kept;
}

static const char *find_link(struct cli_pages *pages, const struct cli_options *options)
{
    if (options->html != NULL && strcmp(options->html, "-") != 0) {
        const char *from = resolve_parent(pages, options->html);
        return from[0] == '\0' ? NULL : find_way(pages, from, pages->directory);
    }
    struct sim__text link = {0};
    sim__text_format(&link, "%s/", options->pages);
    const char *kept = keep(pages, sim__text_string(&link));
    pages->failed |= link.failed;
    sim__text_release(&link);
    return kept;
}

bool cli_pages_open(struct cli_pages *pages, const struct cli_options *options)
{
    *pages = (struct cli_pages){0};
    if (!cli_fuzz_directory(options->pages)) {
        return false;
    }
    pages->failed = sim__arena_create(&sup_allocator_libc, &pages->arena) != SUP_OK;
    if (!pages->failed) {
        pages->pages = sim__arena_alloc(pages->arena, CLI_PAGES_MAX, sizeof pages->pages[0]);
        pages->failed = pages->pages == NULL;
    }
    if (!pages->failed) {
        pages->directory = resolve(pages, options->pages);
        pages->link = pages->directory[0] == '\0' ? NULL : find_link(pages, options);
    }
    if (pages->failed) {
        fputs("rehearse: out of memory\n", stderr);
    }
    return !pages->failed && pages->link != NULL;
}

void cli_pages_close(struct cli_pages *pages)
{
    sim__arena_free(pages->arena);
    *pages = (struct cli_pages){0};
}

/* ---- which ---- */

static void add_word(struct cli_pages *pages, struct cli_page *page, const char *name,
                     const char *value)
{
    struct sim__text word = {0};
    sim__text_put(&word, name);
    sim__text_put(&word, value);
    pages->failed |= word.failed;
    page->words[page->word_count] =
        sim__arena_text(pages->arena, sim__text_string(&word), word.length);
    pages->failed |= page->words[page->word_count++] == NULL;
    sim__text_release(&word);
}

/* What a single run has of the campaign's options. */
static bool is_taken_over(const char *name)
{
    static const char *const names[] = {"set",       "max-events", "max-memory",
                                        "max-steps", "max-wall",   "once"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_options(struct cli_pages *pages, struct cli_page *page,
                        const struct cli_options *options)
{
    struct sim__text name = {0};
    for (uint32_t i = 0; i < options->given_count; i++) {
        const struct cli_given *given = &options->given[i];
        if (is_taken_over(given->option->name)) {
            sim__text_clear(&name);
            sim__text_format(&name, "--%s%s", given->option->name, given->value ? "=" : "");
            add_word(pages, page, sim__text_string(&name), given->value ? given->value : "");
        }
    }
    pages->failed |= name.failed;
    sim__text_release(&name);
}

static void add_variant(struct cli_pages *pages, struct cli_page *page,
                        const struct sim_varied *varied)
{
    struct sim__text pair = {0};
    sim__text_format(&pair, "%s=%s", varied->key, varied->value);
    add_word(pages, page, "--variant=", sim__text_string(&pair));
    pages->failed |= pair.failed;
    sim__text_release(&pair);
}

void cli_pages_add(struct cli_pages *pages, const struct cli_options *options,
                   const struct cli_paged *which, struct sim__text *link)
{
    const struct sim_scenario *scenario = which->one->scenario;
    struct sim__text name = {0}, path = {0}, seed = {0};
    if (pages->failed || pages->count == CLI_PAGES_MAX) {
        pages->left_out++;
        return;
    }
    struct cli_page *page = &pages->pages[pages->count];
    page->words = sim__arena_alloc(
        pages->arena, (size_t)options->given_count + scenario->varied_count + 8, sizeof(char *));
    if (page->words == NULL) {
        pages->failed = true;
        return;
    }
    pages->count++;
    page->status = which->status;
    sim__text_format(&name, "%" PRIu64 "-%" PRIu32 "-seed-%" PRIu64 ".html", which->campaign,
                     which->variant + 1, which->seed);
    sim__text_format(&path, "%s/%s", pages->directory, sim__text_string(&name));
    sim__text_u64(&seed, which->seed);
    add_word(pages, page, options->program, "");
    add_word(pages, page, "run", "");
    add_word(pages, page, "--html=", sim__text_string(&path));
    add_options(pages, page, options);
    for (uint32_t i = 0; i < scenario->varied_count; i++) {
        add_variant(pages, page, &scenario->varied[i]);
    }
    add_word(pages, page, "--seed=", sim__text_string(&seed));
    add_word(pages, page, "--", "");
    add_word(pages, page, which->one->path, "");
    sim__text_format(link, "%s%s", pages->link, sim__text_string(&name));
    pages->failed |= name.failed || path.failed || seed.failed;
    sim__text_release(&name);
    sim__text_release(&path);
    sim__text_release(&seed);
}

/* ---- drawing them ---- */

static int draw(const struct cli_page *page, const struct cli_options *options)
{
    struct cli_options own;
    struct sim__text message = {0};
    int status = SIM_EXIT_USAGE;
    bool read = cli_options_read((int)page->word_count, page->words, &own, &message);
    own.tasks = options->tasks;
    own.program = options->program;
    own.quiet = own.silent = true;
    own.force = options->force;
    if (read) {
        status = cli_run(&own);
        /* Alone, one seed may fail what is expected of all. */
        if (status >= SIM_EXIT_INVARIANT && status < 128 && status != page->status) {
            fprintf(stderr, "rehearse: a run did not come to what the results have: %s\n",
                    strrchr(page->words[2], '/') + 1);
            status = SIM_EXIT_USAGE;
        }
    } else {
        fprintf(stderr, "rehearse: a page: %s\n", sim__text_string(&message));
    }
    sim__text_release(&message);
    cli_options_release(&own);
    return status;
}

int cli_pages_write(struct cli_pages *pages, const struct cli_options *options)
{
    struct cli_merged merged = {.directory = options->directory, .here = -1};
    int status = SIM_EXIT_PASS;
    if (pages->failed) {
        fputs("rehearse: out of memory\n", stderr);
        return SIM_EXIT_USAGE;
    }
    if (!cli_merged_enter(&merged)) {
        status = SIM_EXIT_USAGE;
    }
    for (uint32_t i = 0; i < pages->count && status == SIM_EXIT_PASS; i++) {
        int drawn = draw(&pages->pages[i], options);
        /* What the run came to is told already. */
        status = drawn == SIM_EXIT_USAGE || drawn >= 128 ? drawn : SIM_EXIT_PASS;
    }
    return cli_merged_leave(&merged) ? status : SIM_EXIT_USAGE;
}

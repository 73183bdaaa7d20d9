/* rehearse init: a first scenario with the schema for editors, a CI job and a Makefile fragment
 * in a new directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "output.h"
#include "sim/run.h"
#include "sim/schema/schema.h"
#include "sup/error.h"

/* Where no directory is named; in the texts it stands for the one that is. */
#define MARK "DIRECTORY"

static const char scenario[] =
    "# yaml-language-server: $schema=schema.json\n"
    "# A service that fails twice and then works, and one that cannot be saved.\n"
    "#\n"
    "#   rehearse run -v first.yaml       what happens when\n"
    "#   rehearse check --lint first.yaml what is most likely a mistake\n"
    "scenario: 1\n"
    "name: the database is away for a moment\n"
    "until: 5m\n"
    "defaults:\n"
    "  backoff: {base: 100ms, max: 10s}\n"
    "  breaker: {failures: 5, within: 1m}\n"
    "services:\n"
    "  - {name: api, script: [{fail: {after: 1s, error: no database}, times: 2}, run]}\n"
    "  - {name: bad-data, script: [{fail: {error: no such table}}]}\n"
    "timeline:\n"
    "  - {at: 4m, shutdown: {timeout: 10s}}\n"
    "expect:\n"
    "  - {at: 1m, service: api, is: {phase: running, starts: 3}}\n"
    "  - {delays: {api: [100ms, 200ms]}}\n"
    "  - {at: 1m, service: bad-data, is: {reason: circuit-breaker-open, failures: 5}}\n"
    "  - {drain: {took: 0s, timed-out: false}}\n";

static const char job[] =
    "# A job of GitHub Actions; move it to .github/workflows/. It needs rehearse in the\n"
    "# image, or a step before these that installs it. Larger ones, which do that, with golden\n"
    "# traces, a badge and a campaign, for GitLab too, are docs/ci of rehearse's manual:\n"
    "# /usr/share/doc/rehearse/docs/ci where it was installed as a package.\n"
    "name: rehearsals\n"
    "on: [push, pull_request]\n"
    "jobs:\n"
    "  rehearse:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - run: |\n"
    "          rehearse check --strict --github " MARK "\n"
    "      - run: |\n"
    "          rehearse run --github --junit out.xml --summary \"$GITHUB_STEP_SUMMARY\" " MARK "\n"
    "      - uses: actions/upload-artifact@v4\n"
    "        if: always()\n"
    "        with: {name: rehearsals, path: out.xml}\n";

static const char fragment[] =
    "# In your Makefile: include the path of this file.\n"
    "REHEARSE ?= rehearse\n"
    "REHEARSALS := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))\n"
    "\n"
    ".PHONY: rehearse rehearse-check rehearse-golden rehearse-update rehearse-schema\n"
    "rehearse: rehearse-check\n"
    "\t$(REHEARSE) run $(REHEARSALS)\n"
    "rehearse-check:\n"
    "\t$(REHEARSE) check --strict $(REHEARSALS)\n"
    "# Traces that are kept, to see every change of what happens; after one that is wanted\n"
    "# make rehearse-update.\n"
    "rehearse-golden:\n"
    "\t$(REHEARSE) run --golden $(REHEARSALS)/golden $(REHEARSALS)\n"
    "rehearse-update:\n"
    "\t$(REHEARSE) run --golden $(REHEARSALS)/golden --update $(REHEARSALS)\n"
    "# What editors know of scenario files; another version of rehearse may know more.\n"
    "rehearse-schema:\n"
    "\t$(REHEARSE) schema >$(REHEARSALS)/schema.json\n";

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"first.yaml", scenario},
    {"schema.json", NULL}, /* written by the command itself */
    {"github-job.yml.example", job},
    {"rehearse.mk", fragment},
};

static bool complain(const char *path, const char *why)
{
    struct sim__text name = {0};
    sim__text_show(&name, path);
    fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    sim__text_release(&name);
    return false;
}

static bool is_empty(DIR *entries)
{
    const struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            return false;
        }
    }
    return true;
}

/* A directory of ours: made now, or there and empty. */
static bool prepare(const char *directory)
{
    if (mkdir(directory, 0777) == 0) {
        return true;
    }
    DIR *entries = errno == EEXIST ? opendir(directory) : NULL;
    if (entries == NULL) {
        return complain(directory, strerror(errno));
    }
    bool empty = is_empty(entries);
    closedir(entries);
    return empty || complain(directory, "it is not empty, and nothing is overwritten");
}

/* As the commands take it: a name like an option's gets its place in front. */
static void put_directory(struct sim__text *text, const char *directory)
{
    sim__text_put(text, directory[0] == '-' ? "./" : "");
    sim__text_shell(text, directory);
}

/* The template with the directory in it, or the schema where there is none. */
static void put_text(struct sim__text *text, const char *template, const char *directory)
{
    if (template == NULL) {
        struct sim__text why = {0};
        text->failed = sim__schema(text, &why) != SUP_OK || text->failed;
        sim__text_release(&why);
        return;
    }
    for (const char *at; (at = strstr(template, MARK)) != NULL; template = at + strlen(MARK)) {
        sim__text_putn(text, template, (size_t)(at - template));
        put_directory(text, directory);
    }
    sim__text_put(text, template);
}

static bool write_all(int descriptor, const struct sim__text *text)
{
    size_t done = 0;
    while (!text->failed && done < text->length) {
        ssize_t put = write(descriptor, text->bytes + done, text->length - done);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        done += put > 0 ? (size_t)put : 0;
    }
    return !text->failed;
}

/* A new file; one that is there already, or a link, is left alone. */
static bool write_file(const char *path, const struct sim__text *text)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return complain(path, strerror(errno));
    }
    bool good = write_all(descriptor, text);
    int error = errno;
    if (close(descriptor) != 0 && good) {
        good = false;
        error = errno;
    }
    if (!good) {
        (void)unlink(path);
        return complain(path, strerror(error));
    }
    return true;
}

static bool write_files(const char *directory, struct sim__text *said)
{
    bool good = true;
    for (size_t i = 0; good && i < sizeof files / sizeof files[0]; i++) {
        struct sim__text path = {0}, text = {0};
        sim__text_format(&path, "%s/%s", directory, files[i].name);
        put_text(&text, files[i].text, directory);
        good = path.failed || text.failed ? complain(directory, "out of memory")
                                          : write_file(path.bytes, &text);
        if (good) {
            sim__text_put(said, "wrote ");
            sim__text_show(said, path.bytes);
            sim__text_char(said, '\n');
        }
        sim__text_release(&path);
        sim__text_release(&text);
    }
    return good;
}

int cli_init(const struct cli_options *options)
{
    const char *directory = options->path_count > 0 ? options->paths[0] : "rehearsals";
    struct sim__text said = {0};
    bool good = prepare(directory) && write_files(directory, &said);
    if (good) {
        sim__text_put(&said, "next: rehearse run -v ");
        put_directory(&said, directory);
        sim__text_char(&said, '\n');
    }
    if (options->quiet) {
        sim__text_clear(&said);
    }
    good = cli_output_say(&said) && good;
    return good ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

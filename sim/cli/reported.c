/* The forms of a report; see reported.h. */
#include "reported.h"

#include <stdio.h>
#include <string.h>

#include "fuzz_files.h"
#include "output.h"
#include "pages.h"
#include "sim/report/forms.h"
#include "sim/report/page.h"

/* ---- options ---- */

const char *cli_set_sheets(struct cli_options *options, const char *value)
{
    (void)value;
    options->sheets = true;
    return NULL;
}

const char *cli_set_csv(struct cli_options *options, const char *value)
{
    options->csv = value;
    return value[0] == '\0' ? "a directory" : NULL;
}

const char *cli_set_pages(struct cli_options *options, const char *value)
{
    options->pages = value;
    return value[0] == '\0' ? "a directory" : NULL;
}

const char *cli_set_ledger(struct cli_options *options, const char *value)
{
    options->ledger = value;
    return value[0] == '\0' ? "a file that REHEARSE_LEDGER has named" : NULL;
}

/* ---- what is written ---- */

/* Nothing that was read may be lost: results, and scenarios where they are. */
static bool is_no_input(struct cli_output *output, const struct cli_options *options,
                        const struct sim__book *book)
{
    const struct sim__sheet *verdicts = &book->sheets[SIM__SHEET_VERDICTS];
    const char *const why = "it is an input, and would be lost";
    for (uint32_t i = 0; i < options->path_count; i++) {
        if (cli_output_is_path(output, options->paths[i])) {
            return cli_output_refuse(output, why);
        }
    }
    if (options->ledger != NULL && cli_output_is_path(output, options->ledger)) {
        return cli_output_refuse(output, why);
    }
    for (uint32_t row = 0; options->directory == NULL && row < sim__sheet_rows(verdicts); row++) {
        const char *file = sim__sheet_row(verdicts, row)[1].text;
        if (file[0] != '\0' && cli_output_is_path(output, file)) {
            return cli_output_refuse(output, why);
        }
    }
    return true;
}

static bool write_file(struct cli_output *output, const struct cli_options *options,
                       const struct sim__book *book, struct sim__text *text)
{
    bool good =
        !output->failed && (output->identity.standard || is_no_input(output, options, book));
    if (good && !output->identity.standard && !options->force && !cli_output_may_replace(output)) {
        good = cli_output_refuse(output, "it exists and is no earlier output of this option; "
                                         "--force replaces it");
    }
    good = good && cli_output_open(output) && cli_output_write(output, text);
    good = cli_output_close(output) && good;
    sim__text_release(text);
    return good;
}

static bool write_page(const struct cli_options *options, const struct sim__book *book)
{
    struct cli_output output;
    struct sim__text text = {0};
    (void)cli_output_name(&output, options->html, "html", CLI_OUTPUT_REPORT);
    sim__book_put_page(&text, book);
    return write_file(&output, options, book, &text);
}

static bool write_sheet(const struct cli_options *options, const struct sim__book *book,
                        enum sim__sheet_id id)
{
    struct cli_output output;
    struct sim__text path = {0}, text = {0};
    bool good = false;
    sim__text_format(&path, "%s/%s.csv", options->csv, sim__sheet_name(id));
    if (path.failed) {
        fputs("rehearse: out of memory\n", stderr);
    } else {
        (void)cli_output_name(&output, path.bytes, "csv", CLI_OUTPUT_SHEET);
        sim__sheet_put_csv(&text, &book->sheets[id]);
        good = write_file(&output, options, book, &text);
    }
    sim__text_release(&path);
    return good;
}

static bool write_sheets(const struct cli_options *options, const struct sim__book *book)
{
    bool good = cli_fuzz_directory(options->csv);
    for (int id = 0; good && id < SIM__SHEETS; id++) {
        good = write_sheet(options, book, (enum sim__sheet_id)id);
    }
    return good;
}

/* ---- what is printed ---- */

/* Not when a file is all that is asked for. */
static bool is_said(const struct cli_options *options)
{
    bool written = options->html != NULL || options->csv != NULL || options->pages != NULL;
    return options->json || options->sheets || !written;
}

static bool say(const struct cli_options *options, const struct sim__book *book)
{
    struct sim__text text = {0};
    if (options->json) {
        sim__book_put_json(&text, book);
    } else {
        sim__book_put_table(&text, book);
    }
    return cli_output_say(&text);
}

int cli_reported(const struct cli_options *options, struct cli_gathering *gathering)
{
    const struct sim__book *book = &gathering->book;
    int status = SIM_EXIT_PASS;
    bool good = options->html == NULL || write_page(options, book);
    good = (options->csv == NULL || write_sheets(options, book)) && good;
    if (good && gathering->pages != NULL) {
        status = cli_pages_write(gathering->pages, options);
    }
    good = (!is_said(options) || say(options, book)) && good;
    return good ? status : SIM_EXIT_USAGE;
}

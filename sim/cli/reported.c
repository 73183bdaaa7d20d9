/* The forms of a report; see reported.h. */
#include "reported.h"

#include "output.h"
#include "sim/report/forms.h"

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
    return say(options, &gathering->book) ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

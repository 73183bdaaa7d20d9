/* A results file of a command; see results_file.h. */
#include "results_file.h"

#include "interrupt.h"
#include "outputs.h"

bool cli_results_open(struct cli_results_file *file, const struct cli_options *options,
                      const struct cli_plan *plan, uint64_t tasks)
{
    struct sim__text files = {0};
    *file = (struct cli_results_file){.wanted = options->results != NULL};
    if (!file->wanted) {
        return true;
    }
    bool good = cli_output_name(&file->output, options->results, "results", CLI_OUTPUT_RESULTS);
    good = cli_outputs_check(&file->output, 1, plan,
                             options->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN) &&
           good;
    if (good && options->from != NULL && cli_output_is_path(&file->output, options->from)) {
        good = cli_output_refuse(&file->output, "it is an input, and would be lost");
    }
    good = good && cli_output_open(&file->output);
    file->output.failed |= !good;
    cli_results_files(&files, plan);
    const struct cli_results_head head = {
        .options = options, .files = sim__text_string(&files), .tasks = tasks};
    cli_results_begin(&file->results, &file->text, &head);
    file->text.failed |= files.failed;
    sim__text_release(&files);
    return cli_output_write(&file->output, &file->text);
}

bool cli_results_line(struct cli_results_file *file, const struct cli_shard_task *task,
                      struct sim__text *line)
{
    cli_results_put(&file->results, &file->text, line);
    file->last = task->checks ? file->last : task->number;
    bool good = !file->text.failed;
    good = cli_output_put(&file->output, sim__text_string(&file->text), file->text.length) && good;
    sim__text_clear(&file->text);
    return good;
}

bool cli_results_close(struct cli_results_file *file, const struct cli_results_done *done)
{
    struct cli_results_end end = {.why = CLI_RESULTS_ALL, .wall = done->wall};
    if (!file->wanted) {
        return true;
    }
    if (cli_interrupted() != 0) {
        end.why = cli_interrupt_name(cli_interrupted());
    } else if (done->own < done->planned) {
        end.why = CLI_RESULTS_FAIL_FAST;
        end.stopped = file->last;
    }
    cli_results_end(&file->results, &file->text, &end);
    bool good = cli_output_write(&file->output, &file->text);
    sim__text_release(&file->text);
    return cli_output_close(&file->output) && good;
}

/* The outputs of an invocation of `rehearse run`, and who writes them. */
#include <string.h>
#include <unistd.h>

#include "gathered.h"
#include "outputs.h"
#include "session.h"

static bool add_writer(struct cli_session *session, const struct cli_writer_calls *calls,
                       const char *path, const char *option, enum cli_output_kind kind)
{
    struct cli_writer *writer = &session->writers[session->writer_count];
    *writer = (struct cli_writer){.calls = calls, .options = session->options};
    return cli_output_name(&session->outputs[session->writer_count++], path, option, kind);
}

static bool wants_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bool add_report(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    if (options->gathering != NULL) { /* which writes nothing itself */
        return add_writer(session, &cli_report_gathered, "-", NULL, CLI_OUTPUT_PLAIN);
    }
    if (options->silent) {
        return true;
    }
    if (options->tap) {
        return add_writer(session, &cli_report_tap, "-", NULL, CLI_OUTPUT_PLAIN);
    }
    if (options->json) {
        return add_writer(session, &cli_report_json, "-", NULL, CLI_OUTPUT_PLAIN);
    }
    if (wants_stdout(options->trace) || wants_stdout(options->junit) ||
        wants_stdout(options->metrics) || wants_stdout(options->table) ||
        wants_stdout(options->html) || wants_stdout(options->svg) ||
        wants_stdout(options->perfetto) || wants_stdout(options->badge) ||
        wants_stdout(options->summary)) {
        return true;
    }
    bool good = add_writer(session, options->github ? &cli_report_github : &cli_report_human, "-",
                           NULL, CLI_OUTPUT_PLAIN);
    session->writers[0].style = cli_style_for(STDOUT_FILENO, cli_options_colors(options));
    session->writers[0].terminal = isatty(STDOUT_FILENO) == 1;
    return good;
}

static bool add_files(struct cli_session *session)
{
    const struct cli_options *options = session->options;
    const struct {
        const struct cli_writer_calls *calls;
        const char *path;
        const char *option;
        enum cli_output_kind kind;
    } files[] = {
        {&cli_report_trace, options->trace, "trace", CLI_OUTPUT_TRACE},
        {&cli_report_junit, options->junit, "junit", CLI_OUTPUT_JUNIT},
        {&cli_report_table, options->table, "table", CLI_OUTPUT_TABLE},
        {&cli_report_badge, options->badge, "badge", CLI_OUTPUT_BADGE},
        {&cli_report_summary, options->summary, "summary", CLI_OUTPUT_SUMMARY},
        {&cli_report_results, options->results, "results", CLI_OUTPUT_RESULTS},
        {&cli_report_metrics, options->metrics, "metrics", CLI_OUTPUT_METRICS},
        {&cli_report_html, options->html, "html", CLI_OUTPUT_HTML},
        {&cli_report_svg, options->svg, "svg", CLI_OUTPUT_SVG},
        {&cli_report_perfetto, options->perfetto, "perfetto", CLI_OUTPUT_PERFETTO},
    };
    bool good = true;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].path != NULL) {
            good = add_writer(session, files[i].calls, files[i].path, files[i].option,
                              files[i].kind) &&
                   good;
        }
    }
    for (uint32_t i = 0; i < session->writer_count; i++) {
        struct cli_output *output = &session->outputs[i];
        output->appends = options->append && output->kind == CLI_OUTPUT_SUMMARY;
    }
    return good;
}

bool cli_session_open(struct cli_session *session)
{
    bool good = add_report(session);
    good = add_files(session) && good;
    good = cli_outputs_check(session->outputs, session->writer_count, &session->plan,
                             session->options->force ? CLI_REPLACE_ANY : CLI_REPLACE_OWN) &&
           good;
    for (uint32_t i = 0; i < session->writer_count && good; i++) {
        good = cli_output_open(&session->outputs[i]);
    }
    good = good && cli_golden_open(&session->golden, session->options, &session->plan);
    /* What was opened goes again when nothing is to be run. */
    for (uint32_t i = 0; i < session->writer_count && !good; i++) {
        session->outputs[i].failed = true;
    }
    return good;
}

/* The help of the command, made from the table of options. */
#include "options.h"

#include <string.h>

static const char overview[] =
    "rehearse - run a supervisor's worst days as scenario files, under virtual time\n"
    "\n"
    "usage: rehearse run [options] FILE|DIR...     run scenarios\n"
    "       rehearse check [options] FILE|DIR...   read scenarios, say what is wrong with them\n"
    "       rehearse fuzz [options]                make scenarios from seeds, find what fails\n"
    "       rehearse sweep [options] FILE|DIR...   make each point of a run that can fail do so\n"
    "       rehearse merge [options] FILE...       put the results of shards together\n"
    "       rehearse report [options] FILE...      make a page or tables of campaigns' results\n"
    "       rehearse diff A.jsonl B.jsonl          find the first event in which traces differ\n"
    "       rehearse shrink [options] FILE         make a failing scenario as small as it can be\n"
    "       rehearse explain [options] FILE        find the choice that made a run likely to fail\n"
    "       rehearse plan [options] FILE|DIR...    say what the policies of files will do\n"
    "       rehearse compare [options] A B         find where two policies part\n"
    "       rehearse export --c FILE               print a file's policies as a C header\n"
    "       rehearse import [options] SOURCE...    make a scenario of systemd's units and others\n"
    "       rehearse init [DIR]                    begin: a scenario, a CI job, make targets\n"
    "       rehearse schema                        print the JSON schema of scenario files\n"
    "       rehearse completions bash|zsh|fish     print what completes commands in a shell\n"
    "       rehearse COMMAND --help                options of a command\n"
    "       rehearse --version\n"
    "\n"
    "Start with:  rehearse run -v FILE\n"
    "\n"
    "exit status:\n"
    "  0  everything passed\n"
    "  1  an expectation failed; two traces differ\n"
    "  2  usage error, or a file that cannot be read or is not valid\n"
    "  3  an invariant of the supervisor broke\n"
    "  4  no progress: livelock, deadlock, or a budget ran out\n"
    "  5  the second run differed from the first\n"
    "  129, 130, 143  SIGHUP, SIGINT or SIGTERM ended it early; what has been run is\n"
    "     reported\n"
    "With several files the largest counts, and 2 only when nothing worse happened.\n";

static const char run_intro[] =
    "usage: rehearse run [options] FILE|DIR...\n"
    "\n"
    "Runs scenarios and checks what they expect. A directory is walked for *.yaml, *.yml and\n"
    "*.json files, in the order of their paths; schema.json and hidden files are skipped.\n"
    "'-' is standard input. Each run is done twice and has to come out the same.\n";

static const char check_intro[] =
    "usage: rehearse check [options] FILE|DIR...\n"
    "\n"
    "Reads scenarios and reports every mistake with its place. Runs nothing.\n";

static const char fuzz_intro[] =
    "usage: rehearse fuzz [options]\n"
    "\n"
    "Makes a scenario of each seed (1..1000 when none are given), with everything that the\n"
    "language has, and runs it twice with every invariant checked. --seeds takes also the 40\n"
    "digits of a commit: the seeds then begin at a number made of them, and go on until\n"
    "--budget is spent, or for 1000. Of a sample of the seeds two runs are compared that have\n"
    "to tell the same story. --from makes the scenarios of a file: each seed draws one of its\n"
    "variants and is the seed of the run; --at-large changes it anywhere. The summary has\n"
    "each way of failing once, with the seed that failed with the fewest events, the line that\n"
    "replays it and the scenario made small.\n";

static const char sweep_intro[] =
    "usage: rehearse sweep [options] FILE|DIR...\n"
    "\n"
    "Runs each scenario once for every point at which something can fail: there it fails, once\n"
    "and then from there on. A start is refused, an allocation fails, a timer or the report of\n"
    "an end is late, an end, a beat or a readiness is never heard of. A run survives when every\n"
    "invariant holds and it ends; what the file expects does not count.\n";

static const char merge_intro[] =
    "usage: rehearse merge [options] FILE...\n"
    "\n"
    "Puts together what the shards of run, fuzz or sweep have written with --results, in any\n"
    "order, and prints what one machine would have printed. The scenarios are read again, from\n"
    "the paths that the shards were given. One run in a hundred is done by two shards and\n"
    "compared.\n"
    "\n"
    "exit status: as of the merged command, and\n"
    "  1  shards are missing\n"
    "  2  results of another version, of other files or options, or torn\n"
    "  5  two shards have done the same run, and it was not the same\n";

static const char report_intro[] =
    "usage: rehearse report [options] FILE...\n"
    "\n"
    "Tells what campaigns came to, from what run, fuzz and sweep have written with --results,\n"
    "as tables, JSON Lines, CSV or a page: verdicts, ways of failing, how each measure is\n"
    "spread, pairs of varied keys, the largest runs, and of fuzz what scenarios had in them.\n"
    "Files of one campaign are put together as merge does; of several each is told. Scenarios\n"
    "are read again, from the paths that the campaigns were given.\n"
    "\n"
    "exit status:\n"
    "  0  it is told, whatever the runs came to\n"
    "  1  a shard is missing\n"
    "  2  usage error, or results that are torn, or of another version or scenario\n"
    "  5  two shards differ in a run that both have done\n";

static const char diff_intro[] =
    "usage: rehearse diff [options] A.jsonl B.jsonl\n"
    "\n"
    "Compares two traces written with --trace and shows the first event in which they differ,\n"
    "with what came before it. Runs are paired by scenario, variant and seed.\n"
    "'-' is standard input.\n"
    "\n"
    "exit status:\n"
    "  0  the traces are the same\n"
    "  1  they differ\n"
    "  2  one cannot be read, or is not a trace\n";

static const char shrink_intro[] =
    "usage: rehearse shrink [options] FILE\n"
    "\n"
    "Takes out of a failing scenario what it does not need to fail in the same way, rounds and\n"
    "simplifies the rest, and writes a file that stands alone. '-' is standard input.\n"
    "\n"
    "exit status:\n"
    "  0  a file was written; it fails as the first one did\n"
    "  2  the file does not fail, or cannot be read, or the output cannot be written\n"
    "  5  it does not fail in the same way each time\n";

static const char explain_intro[] =
    "usage: rehearse explain [options] FILE\n"
    "\n"
    "Does a failing run again from each of its choices, with other seeds, and says at which of\n"
    "them it became likely to fail. FILE is a scenario, or what 'rehearse run --record' wrote.\n"
    "\n"
    "exit status:\n"
    "  0  it is explained, also when no choice stands out\n"
    "  2  the run does not fail, or the file cannot be read\n"
    "  5  the run is another one each time, or is not the recorded one\n";

static const char plan_intro[] =
    "usage: rehearse plan [options] FILE|DIR...\n"
    "\n"
    "Says what the policy of each service will do when all its attempts live the same life:\n"
    "each start, whether it gives up, and how long attempts must live for that to be another.\n"
    "Each service is run alone, with the limits of its groups. A FILE or DIR has scenarios, or\n"
    "is what 'rehearse import' reads: units of systemd, compose files, manifests of Kubernetes\n"
    "and others are taken as they are. '-' is standard input.\n"
    "\n"
    "exit status:\n"
    "  0  the plans are printed, whatever they are\n"
    "  1  a verdict is not what --expect says\n"
    "  2  a file cannot be read or is not valid, or there is no such service\n";

static const char compare_intro[] =
    "usage: rehearse compare [options] A B\n"
    "\n"
    "Puts two policies through the same lives (failures, outages, crashes every so often, stops\n"
    "that are not heeded) and marks where they part. A and B are files or directories as\n"
    "'rehearse plan' takes them, units and others too, or presets: docker,\n"
    "'{systemd: {Restart: always}}'. Where each has one service these are compared, else those\n"
    "of the same name, or the one with each of the others.\n"
    "\n"
    "exit status:\n"
    "  0  they are compared, also when they part\n"
    "  1  they part, with --expect same\n"
    "  2  one cannot be read or is not valid, or there are no two services to compare\n";

static const char export_intro[] =
    "usage: rehearse export --c FILE\n"
    "\n"
    "Prints the named policies of a scenario file as a C header of struct sup_policy\n"
    "initialisers, so that a policy is written once. '-' is standard input.\n";

static const char import_intro[] =
    "usage: rehearse import [options] SOURCE...\n"
    "\n"
    "Writes a scenario with a service for each one that the sources have, under the policy that\n"
    "they set: units of systemd with their drop-ins or what 'systemctl show' prints, a\n"
    "supervisord.conf, a compose file, manifests of Kubernetes, service directories of s6 and\n"
    "runit, terms of OTP. '-' is standard input. What cannot be carried over is a warning, and\n"
    "a comment in the scenario.\n"
    "\n"
    "exit status:\n"
    "  0  a scenario was written\n"
    "  1  the same, with --strict and a warning\n"
    "  2  a source cannot be read or is refused, or the output cannot be written\n";

static const char init_intro[] =
    "usage: rehearse init [DIR]\n"
    "\n"
    "Writes a first scenario, a CI job and a Makefile fragment into DIR (rehearsals when it\n"
    "is not given), which must not exist or be empty. Overwrites nothing.\n";

static const char schema_intro[] = "usage: rehearse schema\n"
                                   "\n"
                                   "Prints the JSON schema of scenario files, for editors.\n";

static const char shell_intro[] =
    "usage: rehearse completions bash|zsh|fish\n"
    "\n"
    "Prints what completes commands, options, services and files in this shell:\n"
    "  bash  source <(rehearse completions bash)\n"
    "  zsh   rehearse completions zsh >~/.zfunc/_rehearse    (a directory of $fpath)\n"
    "  fish  rehearse completions fish >~/.config/fish/completions/rehearse.fish\n";

static const char *const titles[CLI_SECTIONS] = {
    "what to run:", "how to run it:", "output:", "other:"};

enum { HELP_COLUMN = 26, HELP_WIDTH = 90 }; /* where what an option does begins, and ends */

/* Words from HELP_COLUMN on; at the end of a line they go on in the next one. */
static void put_words(const char *words, size_t column, struct sim__text *text)
{
    for (;;) {
        size_t length = strcspn(words, " ");
        sim__text_putn(text, words, length);
        words += length;
        column += length;
        if (*words == '\0') {
            return;
        }
        words++;
        if (column + 1 + strcspn(words, " ") <= HELP_WIDTH) {
            sim__text_char(text, ' ');
            column++;
        } else {
            sim__text_char(text, '\n');
            sim__text_pad(text, HELP_COLUMN);
            column = HELP_COLUMN;
        }
    }
}

static void put_option(const struct cli_option *option, struct sim__text *text)
{
    size_t start = text->length;
    if (option->letter != 0) {
        sim__text_format(text, "  -%c, ", option->letter);
    } else {
        sim__text_put(text, "      ");
    }
    sim__text_format(text, "--%s", option->name);
    if (option->value != NULL) {
        sim__text_format(text, " %s", option->value);
    }
    size_t used = text->length - start;
    sim__text_pad(text, used < HELP_COLUMN ? HELP_COLUMN - used : 2);
    put_words(option->help, used < HELP_COLUMN ? HELP_COLUMN : used + 2, text);
    sim__text_char(text, '\n');
}

/* The compiler misses a command that is not there. */
static const char *intro_of(enum cli_command command)
{
    switch (command) {
    case CLI_RUN:
        return run_intro;
    case CLI_CHECK:
        return check_intro;
    case CLI_FUZZ:
        return fuzz_intro;
    case CLI_SWEEP:
        return sweep_intro;
    case CLI_MERGE:
        return merge_intro;
    case CLI_REPORT:
        return report_intro;
    case CLI_DIFF:
        return diff_intro;
    case CLI_SHRINK:
        return shrink_intro;
    case CLI_EXPLAIN:
        return explain_intro;
    case CLI_PLAN:
        return plan_intro;
    case CLI_COMPARE:
        return compare_intro;
    case CLI_EXPORT:
        return export_intro;
    case CLI_IMPORT:
        return import_intro;
    case CLI_INIT:
        return init_intro;
    case CLI_SCHEMA:
        return schema_intro;
    case CLI_COMPLETIONS:
        return shell_intro;
    case CLI_NONE:
    case CLI_COMMANDS:
        break;
    }
    return overview;
}

void cli_help(enum cli_command command, struct sim__text *text)
{
    sim__text_put(text, intro_of(command));
    if (command == CLI_NONE) {
        return;
    }
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    for (int section = 0; section < CLI_SECTIONS; section++) {
        bool titled = false;
        for (uint32_t i = 0; i < count; i++) {
            bool shown = ((table[i].commands >> command) & 1u) != 0 &&
                         table[i].section == (enum cli_section)section;
            if (shown && !titled) {
                sim__text_format(text, "\n%s\n", titles[section]);
            }
            titled |= shown;
            if (shown) {
                put_option(&table[i], text);
            }
        }
    }
    if (command == CLI_RUN) {
        sim__text_put(text,
                      "\nFILE '-' writes to standard output; a file that is no earlier output "
                      "is not replaced.\nD is a duration like 30s. More: man rehearse\n");
    }
}

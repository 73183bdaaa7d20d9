/* rehearse completions: scripts that complete the command line in bash, zsh and fish,
 * made from the tables of commands and options. */
#include <string.h>

#include "commands.h"
#include "output.h"
#include "sim/run.h"

#define CLI__X(id, name, function, what) name,
static const char *const names[] = {"", CLI_COMMAND_LIST(CLI__X)};
#undef CLI__X
#define CLI__X(id, name, function, what) what,
static const char *const tells[] = {"", CLI_COMMAND_LIST(CLI__X)};
#undef CLI__X

#define SHELLS "bash zsh fish"

static bool is_of(const struct cli_option *option, int command)
{
    return ((option->commands >> command) & 1u) != 0;
}

/* The words that an option's value can be, separated by spaces; NULL: any. */
static const char *words_of(const struct cli_option *option)
{
    if (option->value != NULL && strcmp(option->value, "WORLD") == 0) {
        return "sim threads processes";
    }
    if (strcmp(option->name, "relation") == 0) {
        return "unrelated-service doubled-times";
    }
    if (strcmp(option->name, "shard") == 0) {
        return "auto";
    }
    if (strcmp(option->name, "seeds") == 0) {
        return "1..100 1..1000 1..10000";
    }
    if (strcmp(option->name, "mode") == 0) {
        return "ideal realistic busy";
    }
    if (strcmp(option->name, "from") == 0 && strcmp(option->value, "KIND") == 0) {
        return "systemd supervisord compose kubernetes s6 runit otp";
    }
    return option->value != NULL && strcmp(option->value, "WHICH") == 0 ? "sample all none" : NULL;
}

static bool is_path(const struct cli_option *option)
{
    return option->value != NULL &&
           (strcmp(option->value, "FILE") == 0 || strcmp(option->value, "DIR") == 0 ||
            strcmp(option->value, "FILE.csv") == 0);
}

/* One of the services of the files on the line, which `plan` knows. */
static bool is_service(const struct cli_option *option)
{
    return strcmp(option->name, "service") == 0;
}
#define OF_PLAN "sed -n 's/^{\"service\":\"\\([^\"]*\\)\".*/\\1/p' | sort -u"

/* Between single quotes, for all three shells; zsh also minds brackets and colons. */
static void put_quoted(struct sim__text *text, const char *words, const char *escaped)
{
    for (; *words != '\0'; words++) {
        if (*words == '\'') {
            sim__text_put(text, "'\\''");
            continue;
        }
        if (strchr(escaped, *words) != NULL) {
            sim__text_char(text, '\\');
        }
        sim__text_char(text, *words);
    }
}

static void put_options(struct sim__text *text, int command)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    const char *separator = "";
    for (uint32_t i = 0; i < count; i++) {
        if (is_of(&table[i], command)) {
            sim__text_format(text, "%s--%s", separator, table[i].name);
            separator = " ";
        }
    }
}

static void put_commands(struct sim__text *text)
{
    for (int i = 1; i < CLI_COMMANDS; i++) {
        sim__text_format(text, "%s%s", i == 1 ? "" : " ", names[i]);
    }
}

/* ---- bash ---- */

/* The option where it stands: of two with one name each belongs to its commands. */
static void put_bash_option(struct sim__text *text, const struct cli_option *option)
{
    uint32_t count, same = 0;
    const struct cli_option *table = cli_option_table(&count);
    for (uint32_t i = 0; i < count; i++) {
        same += strcmp(table[i].name, option->name) == 0;
    }
    const char *separator = "    ";
    for (int i = CLI_NONE; i < CLI_COMMANDS; i++) {
        if (same > 1 ? !is_of(option, i) : i != CLI_NONE) {
            continue;
        }
        const char *command = same > 1 ? names[i] : "*";
        sim__text_format(text, "%s%s:--%s", separator, command, option->name);
        if (option->letter != 0) {
            sim__text_format(text, " | %s:-%c", command, option->letter);
        }
        separator = " | ";
    }
}

/* A case for each kind of value, by the option that stands before it. */
static void put_bash_values(struct sim__text *text)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    sim__text_put(text, "    case $command:$before in\n");
    for (uint32_t i = 0; i < count; i++) {
        if (table[i].value == NULL) {
            continue;
        }
        put_bash_option(text, &table[i]);
        if (words_of(&table[i]) != NULL) {
            sim__text_format(text, ") COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n",
                             words_of(&table[i]));
        } else if (is_service(&table[i])) {
            sim__text_put(text, ") COMPREPLY=($(compgen -W \"$(_rehearse_services)\" -- "
                                "\"$word\")); return ;;\n");
        } else if (is_path(&table[i])) {
            sim__text_put(text, ") compopt -o default 2>/dev/null; return ;;\n");
        } else {
            sim__text_put(text, ") return ;;\n");
        }
    }
    sim__text_put(text, "    esac\n");
}

static void put_bash(struct sim__text *text)
{
    sim__text_put(text,
                  "# Completes rehearse in bash: source <(rehearse completions bash)\n"
                  "_rehearse_services() {\n"
                  "    local file\n"
                  "    for file in \"${COMP_WORDS[@]:2}\"; do\n"
                  "        [[ ! -f $file ]] ||\n"
                  "            \"${COMP_WORDS[0]}\" plan --json \"$file\" 2>/dev/null\n"
                  "    done | " OF_PLAN "\n"
                  "}\n"
                  "_rehearse() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "    local command= i\n"
                  "    COMPREPLY=()\n"
                  "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                  "        case ${COMP_WORDS[i]} in\n"
                  "        -*) ;;\n"
                  "        *) command=${COMP_WORDS[i]}; break ;;\n"
                  "        esac\n"
                  "    done\n");
    put_bash_values(text);
    sim__text_put(text, "    case $command in\n    '') COMPREPLY=($(compgen -W '");
    put_commands(text);
    sim__text_put(text, " ");
    put_options(text, CLI_NONE);
    sim__text_put(text, "' -- \"$word\")); return ;;\n");
    for (int i = 1; i < CLI_COMMANDS; i++) {
        sim__text_format(
            text,
            "    %s)\n        if [[ $word == -* ]]; then\n            COMPREPLY=($(compgen -W '",
            names[i]);
        put_options(text, i);
        sim__text_put(text, "' -- \"$word\"))\n            return\n        fi\n");
        if (i == CLI_COMPLETIONS) {
            sim__text_put(text, "        COMPREPLY=($(compgen -W '" SHELLS "' -- \"$word\"))\n"
                                "        return\n");
        } else if (i == CLI_SCHEMA) {
            sim__text_put(text, "        return\n");
        }
        sim__text_put(text, "        ;;\n");
    }
    sim__text_put(text, "    esac\n"
                        "    compopt -o default 2>/dev/null\n"
                        "}\n"
                        "complete -F _rehearse rehearse\n");
}

/* ---- zsh ---- */

static void put_zsh_option(struct sim__text *text, const struct cli_option *option)
{
    if (option->letter != 0) {
        sim__text_format(text, "            '(-%c --%s)'{-%c,--%s}'[", option->letter, option->name,
                         option->letter, option->name);
    } else {
        sim__text_format(text, "            '--%s[", option->name);
    }
    put_quoted(text, option->help, "[]:\\");
    sim__text_char(text, ']');
    if (option->value != NULL) {
        sim__text_char(text, ':');
        put_quoted(text, option->value, "[]:\\");
        sim__text_char(text, ':');
        if (words_of(option) != NULL) {
            sim__text_format(text, "(%s)", words_of(option));
        } else if (is_service(option)) {
            sim__text_put(text, "_rehearse_services");
        } else if (is_path(option)) {
            sim__text_put(text, "_files");
        }
    }
    sim__text_put(text, "' \\\n");
}

static void put_zsh_command(struct sim__text *text, int command)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    sim__text_format(text, "    %s)\n        _arguments \\\n", names[command]);
    for (uint32_t i = 0; i < count; i++) {
        if (is_of(&table[i], command)) {
            put_zsh_option(text, &table[i]);
        }
    }
    sim__text_put(text, command == CLI_COMPLETIONS ? "            '1:shell:(" SHELLS ")'\n"
                        : command == CLI_SCHEMA    ? "            && return\n"
                                                   : "            '*:file:_files'\n");
    sim__text_put(text, "        ;;\n");
}

static void put_zsh(struct sim__text *text)
{
    sim__text_put(text,
                  "#compdef rehearse\n"
                  "# Completes rehearse in zsh: rehearse completions zsh >~/.zfunc/_rehearse\n"
                  "_rehearse_services() {\n"
                  "    local file\n"
                  "    compadd -- $(for file in $words; do\n"
                  "        [[ ! -f $file ]] || rehearse plan --json $file 2>/dev/null\n"
                  "    done | " OF_PLAN ")\n"
                  "}\n"
                  "_rehearse() {\n"
                  "    local -a commands=(\n");
    for (int i = 1; i < CLI_COMMANDS; i++) {
        sim__text_format(text, "        '%s:", names[i]);
        put_quoted(text, tells[i], ":\\");
        sim__text_put(text, "'\n");
    }
    sim__text_put(text, "    )\n"
                        "    if ((CURRENT == 2)); then\n"
                        "        _describe command commands\n"
                        "        return\n"
                        "    fi\n"
                        "    local command=$words[2]\n"
                        "    shift words\n"
                        "    ((CURRENT--))\n"
                        "    case $command in\n");
    for (int i = 1; i < CLI_COMMANDS; i++) {
        put_zsh_command(text, i);
    }
    sim__text_put(text, "    esac\n}\n_rehearse \"$@\"\n");
}

/* ---- fish ---- */

static void put_fish_option(struct sim__text *text, const struct cli_option *option, int command)
{
    sim__text_put(text, "complete -c rehearse -n '");
    if (command == CLI_NONE) {
        sim__text_put(text, "__fish_use_subcommand");
    } else {
        sim__text_format(text, "__fish_seen_subcommand_from %s", names[command]);
    }
    sim__text_format(text, "' -l %s", option->name);
    if (option->letter != 0) {
        sim__text_format(text, " -s %c", option->letter);
    }
    if (words_of(option) != NULL) {
        sim__text_format(text, " -x -a '%s'", words_of(option));
    } else if (is_service(option)) {
        sim__text_put(text,
                      " -x -a '(for file in (commandline -o); test -f $file; and rehearse plan "
                      "--json $file 2>/dev/null; end | string replace -rf "
                      "\"^{\\\"service\\\":\\\"([^\\\"]*)\\\".*\" \"\\$1\" | sort -u)'");
    } else if (option->value != NULL) {
        sim__text_put(text, is_path(option) ? " -r -F" : " -x");
    }
    sim__text_put(text, " -d '");
    put_quoted(text, option->help, "");
    sim__text_put(text, "'\n");
}

static void put_fish(struct sim__text *text)
{
    uint32_t count;
    const struct cli_option *table = cli_option_table(&count);
    sim__text_put(text, "# Completes rehearse in fish.\n"
                        "complete -c rehearse -n __fish_use_subcommand -f\n");
    for (int i = 1; i < CLI_COMMANDS; i++) {
        sim__text_format(text, "complete -c rehearse -n __fish_use_subcommand -a %s -d '",
                         names[i]);
        put_quoted(text, tells[i], "");
        sim__text_put(text, "'\n");
    }
    sim__text_put(text,
                  "complete -c rehearse -n '__fish_seen_subcommand_from completions' -f -a '" SHELLS
                  "'\n"
                  "complete -c rehearse -n '__fish_seen_subcommand_from schema' -f\n");
    for (int command = 0; command < CLI_COMMANDS; command++) {
        for (uint32_t i = 0; i < count; i++) {
            if (is_of(&table[i], command)) {
                put_fish_option(text, &table[i], command);
            }
        }
    }
}

int cli_completions(const struct cli_options *options)
{
    struct sim__text text = {0};
    const char *shell = options->paths[0];
    if (strcmp(shell, "bash") == 0) {
        put_bash(&text);
    } else if (strcmp(shell, "zsh") == 0) {
        put_zsh(&text);
    } else {
        put_fish(&text);
    }
    return cli_output_say(&text) ? SIM_EXIT_PASS : SIM_EXIT_USAGE;
}

/* Colours of the terminal. */
#include "style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cli_style cli_style_for(int descriptor, enum cli_colors colors)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool refused = colors == CLI_COLORS_NEVER || (no_color != NULL && no_color[0] != '\0') ||
                   term == NULL || strcmp(term, "dumb") == 0;
    return (struct cli_style){.color = !refused && isatty(descriptor) == 1};
}

void cli_style_on(struct sim__text *text, const struct cli_style *style, enum cli_color color)
{
    static const char *const codes[] = {
        [CLI_PLAIN] = "",         [CLI_BOLD] = "\033[1m",   [CLI_DIM] = "\033[2m",
        [CLI_RED] = "\033[1;31m", [CLI_GREEN] = "\033[32m", [CLI_YELLOW] = "\033[33m",
        [CLI_BLUE] = "\033[34m",  [CLI_CYAN] = "\033[36m",
    };
    if (style->color) {
        sim__text_put(text, codes[color]);
    }
}

void cli_style_off(struct sim__text *text, const struct cli_style *style, enum cli_color color)
{
    if (style->color && color != CLI_PLAIN) {
        sim__text_put(text, "\033[0m");
    }
}

void cli_style_put(struct sim__text *text, const struct cli_style *style, enum cli_color color,
                   const char *string)
{
    if (string[0] != '\0') {
        cli_style_on(text, style, color);
        sim__text_put(text, string);
        cli_style_off(text, style, color);
    }
}

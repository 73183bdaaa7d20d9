/* Colours, when the output goes to a terminal that wants them. */
#ifndef CLI_STYLE_H
#define CLI_STYLE_H

#include <stdbool.h>

#include "words.h"

enum cli_color { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_RED, CLI_GREEN, CLI_YELLOW, CLI_BLUE, CLI_CYAN };

struct cli_style {
    bool color;
};

/* For the stream with this descriptor: colours on a terminal, unless NO_COLOR is
 * set, TERM is dumb, or they are never wanted. */
enum cli_colors { CLI_COLORS_ON_TERMINALS, CLI_COLORS_NEVER };
struct cli_style cli_style_for(int descriptor, enum cli_colors colors);

void cli_style_on(struct sim__text *text, const struct cli_style *style, enum cli_color color);
void cli_style_off(struct sim__text *text, const struct cli_style *style, enum cli_color color);
void cli_style_put(struct sim__text *text, const struct cli_style *style, enum cli_color color,
                   const char *string);

#endif

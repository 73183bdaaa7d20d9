/* Text of others in Markdown as GitHub and GitLab read it: neither markup nor HTML, no link
 * and nobody's name. */
#ifndef CLI_MARKDOWN_H
#define CLI_MARKDOWN_H

#include "words.h"

/* In a line, also in a cell of a table: <code>…</code>; nothing of "". */
enum cli_markdown_length { CLI_MARKDOWN_WHOLE, CLI_MARKDOWN_CUT };
void cli_markdown_code(struct sim__text *text, const char *raw, enum cli_markdown_length length);
/* Lines of their own, which keep their spaces: <pre>…</pre>. */
void cli_markdown_block(struct sim__text *text, const char *lines);

#endif

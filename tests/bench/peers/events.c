/* Reading by libfyaml alone: parses a file and counts its events, keeping nothing; what reading a
 * scenario costs at least. */
#include <libfyaml.h>
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_DISABLE_RECYCLING};
    struct fy_parser *parser = argc == 2 ? fy_parser_create(&config) : NULL;
    struct fy_event *event;
    uint64_t events = 0;
    if (parser == NULL || fy_parser_set_input_file(parser, argv[1]) != 0) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 2;
    }
    while ((event = fy_parser_parse(parser)) != NULL) {
        events++;
        fy_parser_event_free(parser, event);
    }
    fy_parser_destroy(parser);
    printf("events=%llu\n", (unsigned long long)events);
    return events > 0 ? 0 : 1;
}

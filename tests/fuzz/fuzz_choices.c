/* Fuzzes the reader of recorded choices: no sequence of bytes makes it crash, hang, leak, or
 * refuse without saying why and where, and what it takes is written as it was read.
 *
 * libFuzzer brings its own main. Compiled with FUZZ_REPLAY it has one here, which
 * feeds the files it is given, for compilers and tools without libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/recorded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = size > 0 ? (const char *)data : "";
    struct sim__recorded recorded;
    struct sim__recorded_mistake mistake;
    struct sim__text text = {0};
    int result = sim__recorded_read(bytes, size, &recorded, &mistake);
    if (result == SUP_EINVAL && (mistake.line == 0 || mistake.why == NULL)) {
        abort();
    }
    if (result == SUP_OK) {
        sim__recorded_write(&recorded, &text);
        if (text.length != size || memcmp(sim__text_string(&text), bytes, size) != 0) {
            abort();
        }
    }
    sim__text_release(&text);
    sim__recorded_release(&recorded);
    return 0;
}

#ifdef FUZZ_REPLAY
static int replay(const char *path)
{
    static uint8_t bytes[(1u << 20) + 1];
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return 1;
    }
    size_t size = fread(bytes, 1, sizeof(bytes) - 1, stream);
    fclose(stream);
    return LLVMFuzzerTestOneInput(bytes, size);
}

int main(int count, char **arguments)
{
    int status = 0;
    for (int i = 1; i < count; i++) {
        if (replay(arguments[i]) != 0) {
            fprintf(stderr, "%s: cannot be read\n", arguments[i]);
            status = 2;
        }
    }
    return status;
}
#endif

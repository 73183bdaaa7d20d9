/* Fuzzes the scenario reader: no sequence of bytes makes it crash, hang, leak, or
 * refuse without saying why.
 *
 * libFuzzer brings its own main. Compiled with FUZZ_REPLAY it has one here, which
 * feeds the files it is given, for compilers and tools without libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    int result = sim_scenario_read((const char *)data, size, "fuzz.yaml", &diagnostics, &scenario);
    if (result == SUP_EINVAL && (diagnostics.errors == 0 || diagnostics.text == NULL)) {
        abort();
    }
    if ((result == 0) != (scenario != NULL) || (result == 0 && diagnostics.errors != 0)) {
        abort();
    }
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
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

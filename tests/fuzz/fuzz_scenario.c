/* Fuzzes the scenario reader: no sequence of bytes makes it crash, hang, leak, take much
 * time or memory, or refuse without saying why. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "sim/scenario.h"

/* For the 8 KiB that an input has at most. */
#define SECONDS_MAX 1.0
#define BYTES_MAX (UINT64_C(32) << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    judge_begin();
    judge_count_memory();
    int result = sim_scenario_read((const char *)data, size, "fuzz.yaml", &diagnostics, &scenario);
    judge_time(SECONDS_MAX);
    JUDGE(judge_memory() <= BYTES_MAX);
    judge_text(diagnostics.text != NULL ? diagnostics.text : "",
               diagnostics.text != NULL ? strlen(diagnostics.text) : 0);
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

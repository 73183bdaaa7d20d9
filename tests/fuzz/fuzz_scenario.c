/* Fuzzes the scenario reader: no sequence of bytes makes it crash, hang, leak, or
 * refuse without saying why. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {NULL, 0};
    struct sim_scenario *scenario = NULL;
    int result =
        sim_scenario_read((const char *)data, size, "fuzz.yaml", &diagnostics, &scenario);
    if (result == SUP_EINVAL && (diagnostics.errors == 0 || diagnostics.text == NULL))
        abort();
    if ((result == 0) != (scenario != NULL) || (result == 0 && diagnostics.errors != 0))
        abort();
    sim_scenario_free(scenario);
    sim_diagnostics_release(&diagnostics);
    return 0;
}

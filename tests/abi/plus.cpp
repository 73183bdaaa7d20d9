/* A C++ program: the headers are C's, the symbols have C's linkage, and the macros that
 * make values are C++ too. Compiled and run by scripts/check-abi. */
#include <cstdio>
#include <cstring>

#include <sim/run.h>
#include <sim/world.h>
#include <sup/sup.h>

namespace
{
int nap(struct sup_task *task, void *argument)
{
    ++*static_cast<int *>(argument);
    return sup_task_sleep(task, SUP_MS(5));
}
} // namespace

int main()
{
    struct sim_world *world = nullptr;
    int naps = 0;
    if (sim_world_create(nullptr, &world) != SUP_OK) {
        return 1;
    }
    struct sup_task_spec work = {nap, &naps, 0};
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = sup_duration_seconds(1);
    struct sup_spec spec = {};
    spec.name = "plus";
    spec.policy = &policy;
    spec.work = &work;
    struct sup *sup = sim_world_supervisor(world);
    struct sup_snapshot snapshot;
    bool good = sup_spawn(sup, &spec) == SUP_OK &&
                sim_world_run_until(world, sup_instant_at(SUP_SEC(10))) == SUP_OK &&
                sup_snapshot_of(sup, "plus", &snapshot) == SUP_OK && naps == 10 &&
                snapshot.attempt == 10 && std::strcmp(snapshot.group, "runtime") == 0 &&
                SUP_INSTANT_NEVER.ns == SUP_NEVER_NS;
    sim_world_free(world);
    std::printf("plus: %d naps\n", naps);
    return good ? 0 : 1;
}

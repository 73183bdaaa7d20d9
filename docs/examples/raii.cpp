/* The same in C++17: one flaky service under a clock and an executor of our own.
 *
 *   c++ -std=c++17 raii.cpp $(pkg-config --cflags --libs libsup) && ./a.out
 */
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>

#include <sup/sup.hpp>

using namespace std::chrono_literals;

namespace
{
/* Its attempts end when the program says so. A real one starts a thread, or a process. */
class world : public libsup::executor
{
  public:
    sup_instant now{};
    std::optional<sup_attempt> live;

    void start(const sup_start &what) override
    {
        if (what.id.attempt == 1) {
            throw std::runtime_error("the world is not there yet"); /* the attempt is refused */
        }
        live = what.id;
    }
    void cancel(sup_attempt, void *) noexcept override {}
    void abort(sup_attempt, void *) noexcept override {}
};

void print(const sup_event &event)
{
    std::cout << std::setw(4) << event.at.ns / 1000000 << " ms  " << sup_event_name(event.type);
    if ((event.fields & SUP_FIELD_OUTCOME) != 0) {
        std::cout << ": " << sup_outcome_name(event.outcome);
    }
    if ((event.fields & SUP_FIELD_ERROR) != 0) {
        std::cout << " (" << event.error << ')';
    }
    if ((event.fields & SUP_FIELD_DELAY) != 0) {
        std::cout << " for " << event.delay.ns / 1000000 << " ms";
    }
    std::cout << '\n';
}

libsup::supervisor supervise(world &world)
{
    libsup::config config;
    config.executor = world.get();
    config.clock.now = [](void *context) { return static_cast<class world *>(context)->now; };
    config.clock.context = &world;
    libsup::policy patient;
    patient.backoff.base = libsup::length(250ms);
    libsup::supervisor supervisor(config);
    supervisor.listen(print);
    supervisor.spawn("flaky", nullptr, patient);
    return supervisor; /* what was made moves out with it */
}

/* Until nothing is live and nothing is due. */
void run(world &world, struct sup *sup)
{
    while (world.live || sup_deadline(sup).ns != SUP_NEVER_NS) {
        if (world.live) { /* the first that lives fails, the next one succeeds */
            const sup_attempt id = *std::exchange(world.live, std::nullopt);
            sup_end end{};
            end.outcome = id.attempt < 3 ? SUP_OUTCOME_FAILED : SUP_OUTCOME_SUCCEEDED;
            libsup::check(sup_report_end(sup, id, &end));
        } else {
            world.now = sup_deadline(sup); /* a real one sleeps until then */
            sup_step(sup);
        }
    }
}
} // namespace

int main()
{
    try {
        world world;
        libsup::supervisor supervisor = supervise(world);
        run(world, supervisor.get());
        for (const sup_snapshot &service : supervisor.all()) {
            std::cout << service.service << ": " << sup_phase_name(service.phase) << " after "
                      << service.attempt << " attempts\n";
        }
        supervisor.control(SUP_COMMAND_PAUSE, "flakey", {"me", "to look at it"});
    } catch (const std::system_error &error) {
        std::cout << (error.code() == SUP_EUNKNOWN ? "a typing mistake: " : "") << error.what()
                  << '\n';
    }
}

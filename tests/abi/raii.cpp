/* <sup/sup.hpp>: what it frees, moves, throws and catches. Compiled and run by
 * scripts/check-abi, under AddressSanitizer too, which sees what is freed twice or never. */
#include <csignal>
#include <cstdio>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include <sup/sup.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{
int wrong, checks;

void holds(bool good, const char *what, int line)
{
    checks++;
    if (!good) {
        wrong++;
        std::fprintf(stderr, "raii.cpp:%d: %s\n", line, what);
    }
}
#define HOLDS(what) holds(what, #what, __LINE__)

template <class Function> std::error_code thrown(Function function)
{
    try {
        function();
    } catch (const std::system_error &error) {
        return error.code();
    }
    return {};
}

struct world : libsup::executor {
    std::optional<sup_attempt> live;
    int cancelled = 0, aborted = 0, abandoned = 0, throws = 0;
    void start(const sup_start &what) override
    {
        if (throws == 1) {
            throw std::runtime_error(std::string(300, 'x'));
        }
        if (throws == 2) {
            throw 7;
        }
        live = what.id;
    }
    void cancel(sup_attempt, void *) noexcept override { cancelled++; }
    void abort(sup_attempt, void *) noexcept override { aborted++; }
    void abandon(sup_attempt, void *) noexcept override { abandoned++; }
};

libsup::config over(world &world)
{
    libsup::config config;
    config.executor = world.get();
    return config;
}

const sup_actor me = {"me", "a test"};

static_assert(!std::is_copy_constructible_v<libsup::supervisor>);
static_assert(!std::is_copy_assignable_v<libsup::supervisor>);
static_assert(std::is_nothrow_move_constructible_v<libsup::supervisor>);
static_assert(std::is_nothrow_move_assignable_v<libsup::supervisor>);
static_assert(!std::is_copy_constructible_v<libsup::executor>);
static_assert(sizeof(libsup::policy) == sizeof(sup_policy));
static_assert(sizeof(libsup::length) == sizeof(sup_duration));

void lengths()
{
    HOLDS(libsup::length(250ms).ns == 250000000);
    HOLDS(libsup::length(1.5s).ns == 1500000000);
    HOLDS(libsup::length(0ns).ns == 0);
    HOLDS(libsup::length(std::chrono::hours(24 * 365 * 292)).ns == UINT64_C(9208512000000000000));
    HOLDS(libsup::length(std::chrono::hours(24 * 365 * 293)).ns == SUP_NEVER_NS);
    HOLDS(libsup::length(std::chrono::hours::max()).ns == SUP_NEVER_NS);
    const double infinite = std::numeric_limits<double>::infinity();
    HOLDS(libsup::length(std::chrono::duration<double>(infinite)).ns == SUP_NEVER_NS);
    HOLDS(thrown([] { libsup::length(-1ns); }) == SUP_EINVAL);
    const double none = std::numeric_limits<double>::quiet_NaN();
    HOLDS(thrown([=] { libsup::length(std::chrono::duration<double>{none}); }) == SUP_EINVAL);
}

void errors()
{
    world world;
    libsup::supervisor supervisor(over(world));
    supervisor.spawn("one", nullptr);
    HOLDS(thrown([&] { supervisor.spawn("one", nullptr); }) == SUP_EEXISTS);
    HOLDS(thrown([&] { supervisor.spawn({"o\0e", 3}, nullptr); }) == SUP_EINVAL);
    HOLDS(thrown([&] { supervisor.control(SUP_COMMAND_PAUSE, "two", me); }) == SUP_EUNKNOWN);
    HOLDS(thrown([&] { supervisor.control(SUP_COMMAND_PAUSE, "one", {"", ""}); }) == SUP_EINVAL);
    HOLDS(thrown([] { libsup::supervisor{libsup::config{}}; }) == SUP_EINVAL);
    HOLDS(make_error_code(SUP_EEXISTS).message() == "the name is registered already");
    HOLDS(std::string(libsup::category().name()) == "sup");
    HOLDS(supervisor.control(SUP_COMMAND_PAUSE, "one", me).cancel_delivered);
    HOLDS(world.cancelled == 1);
    supervisor.shutdown(me);
    HOLDS(thrown([&] { supervisor.spawn("late", nullptr); }) == SUP_EDRAINING);
}

void listening()
{
    world world;
    int first = 0, second = 0;
    libsup::supervisor supervisor(over(world));
    supervisor.listen([&, kept = std::string(100, 'k')](const sup_event &) { first++; });
    supervisor.spawn("one", nullptr, libsup::policy(), "a.b");
    HOLDS(first == 2);
    libsup::supervisor moved = std::move(supervisor);
    HOLDS(supervisor.get() == nullptr);
    moved.spawn("two", nullptr);
    HOLDS(first == 4);
    libsup::supervisor other(over(world));
    other.listen([&](const sup_event &) { second++; });
    moved = std::move(other); /* the one that it had is freed, and what listened to it */
    moved.spawn("three", nullptr);
    HOLDS(first == 4 && second == 2);
    for (int i = 1; i < SUP_SUBSCRIBERS_MAX; i++) {
        moved.listen([](const sup_event &) {});
    }
    HOLDS(thrown([&] { moved.listen([](const sup_event &) {}); }) == SUP_ELIMIT);
    std::string names;
    moved.spawn("four", nullptr, libsup::policy(), "a.b");
    for (const sup_snapshot &snapshot : moved.all()) {
        names += std::string(snapshot.service) + "@" + snapshot.group + " ";
    }
    HOLDS(names == "three@runtime four@runtime.a.b ");
}

void refusals()
{
    world world;
    std::string error;
    libsup::supervisor supervisor(over(world));
    supervisor.listen([&](const sup_event &event) {
        if (event.type == SUP_EVENT_ATTEMPT_ENDED) {
            error = sup_outcome_name(event.outcome) + std::string(": ") + event.error;
        }
    });
    world.throws = 1;
    supervisor.spawn("long", nullptr);
    HOLDS(error == "refused: " + std::string(127, 'x'));
    world.throws = 2;
    supervisor.spawn("other", nullptr);
    HOLDS(error.rfind("refused: ", 0) == 0 && error.find('x') == error.npos);
}

/* In a child, since it ends it. */
template <class Function> int signal_of(Function function)
{
    int status = 0;
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        std::signal(SIGABRT, SIG_DFL); /* a sanitizer's own */
        std::set_terminate([] { std::raise(SIGABRT); });
        function();
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status)
               ? WTERMSIG(status)
               : 0;
}

void no_exception_crosses_c()
{
    world world;
    libsup::supervisor supervisor(over(world));
    supervisor.listen([](const sup_event &) { throw std::runtime_error("a listener's"); });
    const auto spawn = [&] {
        try {
            supervisor.spawn("one", nullptr);
        } catch (...) { /* if it came so far, it has crossed */
        }
    };
    HOLDS(signal_of(spawn) == SIGABRT);
    HOLDS(signal_of([] {}) == 0);
}

/* One that stands for a host's goes before the host, and is not told any more. */
void hosts()
{
    world world;
    int heard = 0;
    sup_host_config config;
    sup_host_config_default(&config);
    config.sup.executor = world.get();
    sup_host *made = nullptr;
    libsup::check(sup_host_create(&config, &made));
    const libsup::host host(made);
    {
        libsup::supervisor supervisor(host.get());
        HOLDS(supervisor.get() == sup_host_supervisor(host.get()));
        supervisor.listen([&](const sup_event &) { heard++; });
        supervisor.spawn("one", nullptr);
    }
    HOLDS(heard == 2);
    const sup_spec spec = [] {
        sup_spec two{};
        two.name = "two";
        return two;
    }();
    libsup::check(sup_spawn(sup_host_supervisor(host.get()), &spec));
    HOLDS(heard == 2);
}
} // namespace

int main()
{
    lengths();
    errors();
    listening();
    refusals();
    no_exception_crosses_c();
    hosts();
    std::printf("raii: %d checks, %d wrong\n", checks, wrong);
    return wrong == 0 ? 0 : 1;
}

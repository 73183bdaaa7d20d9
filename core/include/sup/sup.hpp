/* libsup for C++17, over C's interface, which stays usable beside it: get() hands out what is
 * wrapped. What C frees by hand is freed by destructors, names are views, lengths <chrono>'s.
 *
 * What fails throws std::system_error, whose code compares with SUP_E…. No exception crosses
 * the library, which cannot be unwound: a listener that throws, or a noexcept member of an
 * executor, ends the program by std::terminate; what executor::start throws refuses the
 * attempt, with its text. Threads, and what may be called in a callback, are as in C.
 */
#ifndef SUP_SUP_HPP
#define SUP_SUP_HPP

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "sup/host.h"
#include "sup/sup.h"

template <> struct std::is_error_code_enum<sup_error> : std::true_type {
};
namespace libsup
{
inline const std::error_category &category() noexcept
{
    static const struct : std::error_category {
        const char *name() const noexcept override { return "sup"; }
        std::string message(int code) const override { return sup_error_text(code); }
    } sentences;
    return sentences;
}
inline int check(int result) /* of C's calls: throws what is below 0 */
{
    return result < 0 ? throw std::system_error(result, category()) : result;
}
inline std::string text(std::string_view view) /* C's ends at a NUL: refused within */
{
    check(view.find('\0') == view.npos ? SUP_OK : SUP_EINVAL);
    return std::string(view);
}

/* Any length of <chrono>'s; what its nanoseconds cannot hold (292 years) is never. */
struct length : sup_duration {
    template <class Rep, class Period> length(std::chrono::duration<Rep, Period> from)
    {
        using exact = std::chrono::nanoseconds;
        using wide = std::chrono::duration<long double, std::nano>;
        check(wide(from).count() >= 0 ? SUP_OK : SUP_EINVAL);
        const bool fits = wide(from) < wide(exact::max());
        ns = fits ? uint64_t(std::chrono::duration_cast<exact>(from).count()) : SUP_NEVER_NS;
    }
};
/* C's structs with their defaults: policy p; p.backoff.base = length(250ms); */
struct policy : sup_policy {
    policy() { sup_policy_default(this); }
};
struct config : sup_config { /* the executor is still to be set */
    config()
    {
        sup_config_default(this);
        alloc = sup_allocator_libc;
        clock.now = [](void *) noexcept {
            return sup_instant_at(length(std::chrono::steady_clock::now().time_since_epoch()));
        };
    }
};

/* How attempts run; see <sup/executor.h>. It outlives its supervisor, and does not move. */
class executor
{
  public:
    executor() = default;
    executor(const executor &) = delete;
    virtual ~executor() = default;
    virtual void start(const sup_start &what) = 0; /* or throws */
    virtual void cancel(sup_attempt id, void *work) noexcept = 0;
    virtual void abort(sup_attempt id, void *work) noexcept = 0;
    virtual void abandon(sup_attempt, void *) noexcept {}
    sup_executor get()
    {
        return {begin, tell<&executor::cancel>, tell<&executor::abort>, tell<&executor::abandon>,
                this};
    }

  private:
    template <auto what> static void tell(void *self, sup_attempt id, void *work) noexcept
    {
        (static_cast<executor *>(self)->*what)(id, work);
    }
    static int begin(void *self, const sup_start *what, const char **ret_error) noexcept
    {
        auto *me = static_cast<executor *>(self);
        try {
            return me->start(*what), SUP_OK;
        } catch (const std::exception &thrown) {
            std::snprintf(me->refusal, sizeof(me->refusal), "%s", thrown.what());
            *ret_error = me->refusal;
        } catch (...) {
        }
        return SUP_EREFUSED;
    }
    char refusal[128] = "";
};

/* The registry in the order of registration; it must not change meanwhile. */
class snapshots
{
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = sup_snapshot;
    using difference_type = ptrdiff_t;
    using pointer = const sup_snapshot *;
    using reference = const sup_snapshot &;
    explicit snapshots(struct sup *of = nullptr) : sup(of) { ++*this; }
    snapshots begin() const { return *this; }
    snapshots end() const { return snapshots(); }
    reference operator*() const { return now; }
    pointer operator->() const { return &now; }
    snapshots &operator++()
    {
        sup = sup != nullptr && sup_snapshot_next(sup, &cursor, &now) ? sup : nullptr;
        return *this;
    }
    bool operator!=(const snapshots &other) const { return sup != other.sup; }

  private:
    struct sup *sup;
    uint64_t cursor = 0;
    sup_snapshot now{};
};

template <auto release> struct releases { /* owns what else C makes */
    template <class Made> void operator()(Made *made) const { release(made); }
};
using host = std::unique_ptr<sup_host, releases<sup_host_free>>;

/* Owns a supervisor, or stands for that of a host, which it must not outlive. Moves. */
class supervisor
{
  public:
    using listener = std::function<void(const sup_event &)>;
    explicit supervisor(const sup_config &config) : owned(nullptr, sup_free)
    {
        struct sup *made = nullptr;
        owned.reset((check(sup_create(&config, &made)), made));
    }
    explicit supervisor(sup_host *of) : owned(sup_host_supervisor(of), [](struct sup *) {}) {}
    supervisor(supervisor &&) = default;
    supervisor &operator=(supervisor &&) = default;
    ~supervisor() { listeners.clear(); } /* while what they listen to is there */
    struct sup *get() const { return owned.get(); }
    void spawn(std::string_view name, void *work, const sup_policy &how = policy(),
               std::string_view group = "runtime")
    {
        const std::string named = text(name), grouped = text(group);
        sup_spec spec{};
        spec.name = named.c_str();
        spec.group = grouped.c_str();
        spec.policy = &how;
        spec.work = work;
        check(sup_spawn(get(), &spec));
    }
    sup_command_outcome control(sup_command what, std::string_view service, const sup_actor &by)
    {
        sup_command_outcome outcome;
        check(sup_control(get(), what, text(service).c_str(), &by, &outcome));
        return outcome;
    }
    void shutdown(const sup_actor &by) { check(sup_shutdown(get(), nullptr, &by, nullptr)); }
    void listen(listener fn) { listeners.push_back(std::make_unique<heard>(get(), std::move(fn))); }
    snapshots all() const { return snapshots(get()); }

  private:
    struct heard {
        heard(struct sup *of, listener to) : sup(of), fn(std::move(to))
        {
            check(sup_subscribe(sup, hear, this));
        }
        ~heard() { sup_ignore(sup_unsubscribe(sup, hear, this)); }
        static void hear(void *self, const sup_event *event) noexcept
        {
            static_cast<heard *>(self)->fn(*event);
        }
        struct sup *sup;
        listener fn;
    };
    std::vector<std::unique_ptr<heard>> listeners; /* first: an assignment lets go of them first */
    std::unique_ptr<struct sup, void (*)(struct sup *)> owned;
};
} // namespace libsup
inline std::error_code make_error_code(sup_error of) { return {of, libsup::category()}; }

#endif

/* W1 by ns-3's simulator alone: no network, no nodes; an event a service, on the priority queue, the fastest of its
 * schedulers here. Its instants are whole nanoseconds in 64 bits.
 */
#include <ns3/core-module.h>

extern "C" {
#include "peer.h"
}
#include <vector>

struct service {
    uint32_t id;
    uint32_t k;
    bool runs;
};

static struct bench_result result;

static void fire(struct service *service);

static void start(struct service *service, uint64_t at_ns)
{
    bench_note(&result, at_ns, service->id);
    service->runs = true;
    ns3::Simulator::Schedule(ns3::NanoSeconds(bench_run_ns(service->id, service->k)), &fire, service);
}

static void fire(struct service *service)
{
    if (service->runs) {
        service->runs = false;
        ns3::Simulator::Schedule(ns3::NanoSeconds(bench_backoff_ns(service->k++)), &fire, service);
    } else {
        start(service, static_cast<uint64_t>(ns3::Simulator::Now().GetNanoSeconds()));
    }
}

int bench_peer_run(uint32_t n, struct bench_result *ret_result)
{
    std::vector<struct service> services(n);
    ns3::ObjectFactory queue;
    queue.SetTypeId("ns3::PriorityQueueScheduler");
    ns3::Simulator::SetScheduler(queue);
    result = bench_result();
    result.end_ns = BENCH_HORIZON_NS;
    for (uint32_t i = 0; i < n; i++) {
        services[i].id = i;
        start(&services[i], 0);
    }
    /* An event at the horizon itself, scheduled now, comes before any that is due then. */
    ns3::Simulator::Stop(ns3::NanoSeconds(BENCH_HORIZON_NS));
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
    *ret_result = result;
    return 0;
}

// setns(2) for one call: network_namespaces(7).
#include "netns.h"

#include <sched.h>

#include <memory>

#include "../platform.h"
#include "../result.h"
#include "../thread.h"

namespace {

struct Errand {
  int netns;
  int32_t* entered;
  const std::function<int64_t()>& call;
  int64_t result;
};

void run(void* argument) {
  auto* const errand = static_cast<Errand*>(argument);
  errand->result = ::result([&] { return setns(errand->netns, CLONE_NEWNET); });
  if (errand->result < 0) return;
  *errand->entered = 1;
  errand->result = errand->call();
}

}  // namespace

int64_t in_network_namespace(int netns, int32_t* entered, const std::function<int64_t()>& call) {
  *entered = 0;
  Errand errand = {netns, entered, call, 0};
  std::unique_ptr<Thread> thread;
  const int started = Thread::start(run, &errand, &thread);
  thread.reset();  // waits for its end
  return started < 0 ? started : errand.result;
}

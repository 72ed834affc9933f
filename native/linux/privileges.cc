// Giving up capabilities, in every thread of this process: capabilities(7). The kernel keeps them
// per thread, and a thread can change only its own.
#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include "../arguments.h"
#include "../functions.h"
#include "../platform.h"

namespace {

constexpr int kWaitMs = 500;  // for the other threads

std::atomic<uint32_t> kept{0};  // the signal handler's argument

/** Of this thread: 0 or -errno. Safe in a signal handler. */
int64_t drop_own(uint32_t keep) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct had[2] = {};
  const int64_t status = result([&] { return syscall(SYS_capget, &header, had); });
  if (status < 0) return status;
  for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
    if (capability > 31 || (keep >> capability & 1) == 0)
      prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  struct __user_cap_data_struct left[2] = {{had[0].effective & keep, had[0].permitted & keep, 0},
                                           {0, 0, 0}};
  return result([&] { return syscall(SYS_capset, &header, left); });
}

void on_signal(int) {
  const int before = errno;
  drop_own(kept);
  errno = before;
}

/** What /proc/self/task/TID/status has of a thread. */
struct Thread {
  bool privileged;  // it has a capability beyond `keep`, or may gain one by execve(2)
  bool blocks;      // it blocks the signal
};

/** False where the thread has ended. */
bool read_thread(long id, uint32_t keep, int signal_number, Thread* thread) {
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/self/task/%ld/status", id);
  FILE* const status = fopen(path, "re");
  if (status == nullptr) {
    *thread = {errno != ENOENT && errno != ESRCH, false};
    return thread->privileged;
  }
  unsigned long long capabilities = 0, value = 0, mask = 0;
  unsigned no_new_privs = 0;
  bool complete = false;
  while (fgets(line, sizeof line, status) != nullptr) {
    if (sscanf(line, "CapInh: %llx", &value) == 1 || sscanf(line, "CapPrm: %llx", &value) == 1 ||
        sscanf(line, "CapEff: %llx", &value) == 1 || sscanf(line, "CapAmb: %llx", &value) == 1)
      capabilities |= value;
    if (sscanf(line, "SigBlk: %llx", &mask) == 1) continue;
    complete = complete || sscanf(line, "NoNewPrivs: %u", &no_new_privs) == 1;
  }
  fclose(status);
  thread->privileged =
      (capabilities & ~static_cast<unsigned long long>(keep)) != 0 || no_new_privs == 0;
  thread->blocks = (mask >> (signal_number - 1) & 1) != 0;
  return complete;
}

/** The numbers of this process's threads; false where /proc cannot be read. */
bool thread_ids(std::vector<long>* ids) {
  DIR* const tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return false;
  for (const struct dirent* task = readdir(tasks); task != nullptr; task = readdir(tasks)) {
    const long id = atol(task->d_name);
    if (id > 0) ids->push_back(id);
  }
  closedir(tasks);
  return true;
}

/**
 * The signal by which the C library itself reaches every thread (setuid(2) is one of all threads
 * only because of it): its functions never let a thread block it, nor do they let anybody handle
 * it. So its handler is replaced by the system call, and put back.
 */
class EveryThreadSignal {
 public:
  explicit EveryThreadSignal(void (*handler)(int)) {
    // An ordinary signal's action first, from which the kernel's form of it is read: it differs
    // from the C library's, and by architecture.
    const int ordinary = SIGRTMIN + 7;
    struct sigaction action = {}, before = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    alignas(8) uint8_t kernel_action[kActionSize] = {};
    ready_ = sigaction(ordinary, &action, &before) == 0 && set(ordinary, nullptr, kernel_action) &&
             set(number(), kernel_action, before_);
    sigaction(ordinary, &before, nullptr);
  }
  ~EveryThreadSignal() {
    if (ready_ && !keep_) set(number(), before_, nullptr);
  }
  EveryThreadSignal(const EveryThreadSignal&) = delete;
  EveryThreadSignal& operator=(const EveryThreadSignal&) = delete;

  /** SIGSETXID of glibc, SIGSYNCCALL of musl. */
  static int number() { return SIGRTMIN - 1; }
  bool ready() const { return ready_; }
  /** A signal that is still on its way must not meet the C library's handler. */
  void stay() { keep_ = true; }

 private:
  static constexpr size_t kActionSize = 256;  // more than any struct kernel_sigaction
  static constexpr size_t kSetSize = 8;       // bytes of the kernel's sigset_t
  static bool set(int number, const void* action, void* before) {
    return syscall(SYS_rt_sigaction, number, action, before, kSetSize) == 0;
  }

  alignas(8) uint8_t before_[kActionSize] = {};
  bool ready_ = false, keep_ = false;
};

/** Has the other threads drop theirs, until a look at all of them finds none left, or time is up:
 * those that are still privileged. */
std::vector<long> drop_of_others(uint32_t keep) {
  static std::mutex lock;
  const std::lock_guard<std::mutex> held(lock);
  kept = keep;
  EveryThreadSignal signal(on_signal);
  std::set<long> sent;
  const struct timespec millisecond = {0, 1000000};
  for (int waited = 0;; waited++) {
    std::vector<long> ids, left;
    if (!thread_ids(&ids)) return {0};
    bool pending = false;
    for (const long id : ids) {
      Thread thread = {};
      if (!read_thread(id, keep, signal.number(), &thread) || !thread.privileged) continue;
      left.push_back(id);
      pending = pending || sent.count(id) != 0;
      if (!signal.ready() || thread.blocks || !sent.insert(id).second) continue;
      syscall(SYS_tgkill, getpid(), id, signal.number());
      pending = true;
    }
    if (left.empty() || waited == kWaitMs) {
      if (pending) signal.stay();
      return left;
    }
    nanosleep(&millisecond, nullptr);
  }
}

/** drop_capabilities(keep, left): leaves this process no capability but those of the mask `keep`,
 * for good, and what it executes no new ones. How many threads have not lost theirs, with their
 * numbers in `left` as far as they fit (0: /proc/self/task cannot be read); or -errno. */
napi_value drop_capabilities(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t keep = args.word(0);
  const Ints out = args.ints(1, 1);
  if (args.bad()) return args.refusal();
  const int64_t status = drop_own(keep);
  if (status < 0) return args.answer(status);
  const std::vector<long> left = drop_of_others(keep);
  for (size_t i = 0; i < left.size() && i < out.length; i++)
    out.data[i] = static_cast<int32_t>(left[i]);
  return args.answer(static_cast<int64_t>(left.size()));
}

}  // namespace

const Function kPrivileges[] = {{"drop_capabilities", drop_capabilities}, {nullptr, nullptr}};

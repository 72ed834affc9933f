// Giving capabilities up, of every thread of this process: capabilities(7). The kernel keeps them
// for each thread on its own.
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

#include "../arguments.h"
#include "../functions.h"
#include "../platform.h"

namespace {

constexpr int kPatience = 200,
              kDeaf = 5;  // milliseconds for the other threads, and for those that block the signal

// A thread can only give up its own: the others are asked by a signal, whose handler finds these.
std::atomic<uint32_t> kept{0};
std::atomic<int> answered{0};

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

/** Whether a thread blocks a signal: it answers later, as one that just begins, or never. (Node.js
 * has one that does nothing but wait for a debugger.) */
bool blocks(long thread, int signal_number) {
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/self/task/%ld/status", thread);
  FILE* const status = fopen(path, "re");
  unsigned long long mask = 0;
  while (status != nullptr && fgets(line, sizeof line, status) != nullptr) {
    if (sscanf(line, "SigBlk: %llx", &mask) == 1) break;
  }
  if (status != nullptr) fclose(status);
  return (mask >> (signal_number - 1) & 1) != 0;
}

void on_signal(int) {
  const int before = errno;
  drop_own(kept);
  answered++;
  errno = before;
}

/** Has the other threads drop theirs, and waits for that. */
void drop_of_others(uint32_t keep) {
  static std::mutex lock;
  std::lock_guard<std::mutex> held(lock);
  const int signal_number = SIGRTMIN + 7;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  DIR* const tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return;
  kept = keep;
  answered = 0;
  int asked = 0, deaf = 0;
  const long own = syscall(SYS_gettid);
  sigaction(signal_number, &action, nullptr);
  for (const struct dirent* task = readdir(tasks); task != nullptr; task = readdir(tasks)) {
    const long thread = atol(task->d_name);
    if (thread <= 0 || thread == own) continue;
    if (blocks(thread, signal_number)) deaf++;
    if (syscall(SYS_tgkill, getpid(), thread, signal_number) == 0) asked++;
  }
  closedir(tasks);
  const struct timespec millisecond = {0, 1000000};
  for (int waited = 0; answered < asked && waited < kPatience; waited++) {
    if (answered >= asked - deaf && waited >= kDeaf) break;
    nanosleep(&millisecond, nullptr);
  }
}

/** drop_capabilities(keep): leaves this process no capability but those of the mask `keep`, for
 * good, and what it executes no new ones. */
napi_value drop_capabilities(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t keep = args.word(0);
  if (args.bad()) return args.refusal();
  const int64_t status = drop_own(keep);
  if (status >= 0) drop_of_others(keep);
  return args.answer(status);
}

}  // namespace

const Function kPrivileges[] = {{"drop_capabilities", drop_capabilities}, {nullptr, nullptr}};

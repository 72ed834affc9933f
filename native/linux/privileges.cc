// Giving capabilities up, of this thread and of those it starts: capabilities(7).
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "../arguments.h"
#include "../functions.h"
#include "../platform.h"

namespace {

/** drop_capabilities(keep): leaves this thread no capability but those of the mask `keep`, for good, and what it executes no new ones. */
napi_value drop_capabilities(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t keep = args.word(0);
  if (args.bad()) return args.refusal();
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct had[2] = {};
  int64_t status = result([&] { return syscall(SYS_capget, &header, had); });
  if (status < 0) return args.answer(status);
  for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
    if (capability > 31 || (keep >> capability & 1) == 0) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  struct __user_cap_data_struct left[2] = {{had[0].effective & keep, had[0].permitted & keep, 0}, {0, 0, 0}};
  return args.answer(result([&] { return syscall(SYS_capset, &header, left); }));
}

}  // namespace

const Function kPrivileges[] = {{"drop_capabilities", drop_capabilities}, {nullptr, nullptr}};

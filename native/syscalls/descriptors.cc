// poll, fcntl, ioctl: what works on any descriptor.
#include <string.h>
#include <sys/resource.h>

#include <algorithm>

#include "../arguments.h"
#include "../functions.h"
#include "../memory.h"
#include "../platform.h"

namespace {

int64_t now_ms() {
  struct timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

/** How many descriptors poll(2) takes: the kernel refuses more before it reads any. */
size_t poll_limit() {
  struct rlimit limit = {};
  return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : static_cast<size_t>(limit.rlim_cur);
}

/** poll(2), whose time runs on when a signal interrupts it. */
napi_value poll_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Ints triples = args.ints(0, 0);
  int left = args.integer(1);
  if (triples.length % 3 != 0) args.refuse(0);
  if (args.bad()) return args.refusal();
  const size_t count = triples.length / 3;
  if (count > poll_limit())
    return args.answer(result([&] { return poll(nullptr, std::min<size_t>(count, UINT_MAX), 0); }));
  const Memory<struct pollfd> set(count);
  if (set.failed()) return args.answer(-ENOMEM);
  for (size_t i = 0; i < count; i++) {
    const int32_t events = triples.data[3 * i + 1];
    if (events < INT16_MIN || events > UINT16_MAX) args.refuse(0);
    set[i] = {triples.data[3 * i], static_cast<int16_t>(events), 0};
  }
  if (args.bad()) return args.refusal();
  const int64_t end = now_ms() + left;
  const int64_t ready = result([&] {
    const int found = poll(set.data(), set.size(), left);
    if (left > 0) left = static_cast<int>(std::max<int64_t>(0, end - now_ms()));
    return found;
  });
  for (size_t i = 0; ready >= 0 && i < count; i++) triples.data[3 * i + 2] = set[i].revents;
  return args.answer(ready);
}

enum class Kind { PLAIN, FLAT, COUNTS, NONE, MAKES, UNKNOWN };

struct Request {
  uint32_t number;
  Kind kind;
  int family;
};

constexpr Request kFcntls[] = {
#define PLAIN(name) {name, Kind::PLAIN, 0},
#define MAKES(name) {name, Kind::MAKES, 0},
#include "../fcntls.def"
#undef MAKES
#undef PLAIN
};

constexpr Request kIoctls[] = {
#define FLAT(name) {name, Kind::FLAT, 0},
#define COUNTS(name) {name, Kind::COUNTS, 0},
#define NONE(name) {name, Kind::NONE, 0},
#define MAKES(name, family) {name, Kind::MAKES, family},
#include "../ioctls.def"
#undef MAKES
#undef NONE
#undef COUNTS
#undef FLAT
};

template <size_t N>
Request find(const Request (&rows)[N], uint32_t number) {
  for (const Request& row : rows) {
    if (row.number == number) return row;
  }
  return {number, Kind::UNKNOWN, 0};
}

napi_value fcntl_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), command = args.integer(1);
  const uint32_t argument = args.word(2);
  if (args.bad()) return args.refusal();
  const Kind kind = find(kFcntls, static_cast<uint32_t>(command)).kind;
  constexpr uint32_t kNeverMapped = 4096;
  if (kind == Kind::UNKNOWN && argument >= kNeverMapped) return args.answer(kDenied);
  const long value = kind == Kind::UNKNOWN ? static_cast<long>(argument)
                                           : static_cast<long>(static_cast<int32_t>(argument));
  const int64_t done = result([&] { return fcntl(fd, command, value); });
  if (kind == Kind::MAKES) args.environment().own(done);
  return args.answer(done);
}

int family_of(int fd) {
  int family = -1;
  socklen_t length = sizeof family;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) < 0 ? -1 : family;
}

/** The argument goes through a zero-padded copy that is larger than any flat one: a kernel that
 * takes its size for granted stays inside. */
napi_value ioctl_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const uint32_t code = args.word(1);
  napi_valuetype type = napi_undefined;
  napi_typeof(env, args.value(2), &type);
  const bool number = type == napi_number;
  uint32_t word = number ? args.word(2) : 0;
  const Bytes given =
      number ? Bytes{reinterpret_cast<uint8_t*>(&word), sizeof word} : args.bytes_or_null(2);
  if (args.bad()) return args.refusal();

  const Request request = find(kIoctls, code);
  if (request.kind == Kind::UNKNOWN && given.data != nullptr)
    return args.answer(fcntl(fd, F_GETFD) < 0 ? -errno : kDenied);
  alignas(16) uint8_t copy[512] = {};
  const size_t held = std::min(given.length, sizeof copy);
  if (held > 0) memcpy(copy, given.data, held);
  struct ifconf list = {};
  memcpy(&list, copy, sizeof list);
  if (request.kind == Kind::COUNTS && list.ifc_buf != nullptr) return args.answer(kDenied);
  // 0x89e0 is SIOCUNIXFILE (no argument) and also the multicast routing counters' (flat): a pointer
  // to the copy suits both.
  const int64_t done =
      result([&] { return ioctl(fd, code, given.data == nullptr ? nullptr : copy); });
  if (done >= 0 && held > 0) memcpy(given.data, copy, held);
  if (request.kind == Kind::MAKES &&
      (request.family == 0 || (done > 0 && request.family == family_of(fd))))
    args.environment().own(done);
  return args.answer(done);
}

}  // namespace

const Function kDescriptors[] = {
    {"poll", poll_}, {"fcntl", fcntl_}, {"ioctl", ioctl_}, {nullptr, nullptr}};

// getsockopt and setsockopt: as bytes, as an int, and the typed forms of those that denied.def
// keeps from crossing as bytes.
#include <limits.h>
#include <stddef.h>

#include <algorithm>

#include "../arguments.h"
#include "../denied.h"
#include "../functions.h"
#include "../platform.h"
#include "../long-buffer.h"
#include "../memory.h"

namespace {

/** The length that the kernel reported, or -errno. */
int64_t get(int fd, int level, int name, void* value, socklen_t* length) {
  const int64_t done = result([&] { return getsockopt(fd, level, name, value, length); });
  return done < 0 ? done : *length;
}

struct CreatesDescriptor {
  int level, name;
  size_t size, offset;
};

const CreatesDescriptor* creates_descriptor(int level, int name) {
  static constexpr CreatesDescriptor kRows[] = {
#define CREATES_DESCRIPTOR(level, name, size, offset) {level, name, size, offset},
#include "../creates-descriptor.def"
#undef CREATES_DESCRIPTOR
  };
  for (const CreatesDescriptor& row : kRows) {
    if (row.level == level && row.name == name) return &row;
  }
  return nullptr;
}

/** A getter that creates a descriptor: always called with the whole length, so that the descriptor
 * is known and owned, and then cut to the caller's length. */
int64_t get_descriptor(Environment& environment, const CreatesDescriptor& row, int fd, Bytes value,
                       socklen_t length) {
  alignas(8) uint8_t all[64] = {};
  const size_t given = value.length < row.size ? value.length : row.size;
  memcpy(all, value.data, given);
  socklen_t whole = static_cast<socklen_t>(row.size);
  const int64_t reported = get(fd, row.level, row.name, all, &whole);
  if (reported < 0) return reported;
  int created = -1;
  memcpy(&created, all + row.offset, sizeof created);
  environment.own(created);
  const size_t cut = length < row.size ? length : row.size;
  memcpy(value.data, all, cut < given ? cut : given);
  return static_cast<int64_t>(cut);
}

napi_value getsockopt_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes value = args.bytes_or_null(3);
  const bool no_length = args.is_null(4);
  socklen_t length = no_length ? 0 : args.word(4);
  if (args.bad()) return args.refusal();
  if (denied<Direction::GET>(level, name)) return args.answer(kDenied);
  if (no_length)
    return args.answer(result([&] { return getsockopt(fd, level, name, value.data, nullptr); }));
  const CreatesDescriptor* row = creates_descriptor(level, name);
  if (row != nullptr && value.data != nullptr && static_cast<int>(length) >= 0)
    return args.answer(get_descriptor(args.environment(), *row, fd, value, length));
  const LongBuffer buffer(value, length);
  if (buffer.failed(length)) return args.answer(-ENOMEM);
  const int64_t reported = get(fd, level, name, buffer.data(), &length);
  buffer.finish();
  return args.answer(reported);
}

napi_value setsockopt_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes value = args.bytes_or_null(3);
  const socklen_t length = args.word(4);
  if (args.bad()) return args.refusal();
  const bool program = value.data != nullptr && length == sizeof(struct sock_fprog);
  if (denied<Direction::SET>(level, name) ||
      (program && denied<Direction::SET_PROGRAM>(level, name)))
    return args.answer(kDenied);
  const LongBuffer buffer(value, length);
  if (buffer.failed(length)) return args.answer(-ENOMEM);
  return args.answer(result([&] { return setsockopt(fd, level, name, buffer.data(), length); }));
}

napi_value getsockopt_int(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  if (args.bad()) return args.refusal();
  if (denied<Direction::GET>(level, name)) return args.answer(kDenied);
  uint32_t value = 0;
  socklen_t length = sizeof value;
  const CreatesDescriptor* row = creates_descriptor(level, name);
  const int64_t reported =
      row != nullptr ? get_descriptor(args.environment(), *row, fd,
                                      {reinterpret_cast<uint8_t*>(&value), sizeof value}, length)
                     : get(fd, level, name, &value, &length);
  return args.answer(reported < 0 ? reported : static_cast<int64_t>(value));
}

napi_value setsockopt_int(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const uint32_t value = args.word(3);
  if (args.bad()) return args.refusal();
  if (denied<Direction::SET>(level, name)) return args.answer(kDenied);
  return args.answer(result([&] { return setsockopt(fd, level, name, &value, sizeof value); }));
}

bool takes_program(int level, int name) {
  return (level == SOL_SOCKET && (name == SO_ATTACH_FILTER || name == SO_ATTACH_REUSEPORT_CBPF)) ||
         (level == SOL_PACKET && name == PACKET_FANOUT_DATA);
}

napi_value setsockopt_fprog(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes program = args.bytes_or_null(3);
  const uint32_t count = args.word(4);
  if (count > UINT16_MAX) args.refuse(4);
  if (args.bad()) return args.refusal();
  if (!takes_program(level, name)) return args.answer(kDenied);
  const uint32_t length = count * static_cast<uint32_t>(sizeof(struct sock_filter));
  const LongBuffer buffer(program, length);
  if (buffer.failed(length)) return args.answer(-ENOMEM);
  struct sock_fprog fprog = {};
  fprog.len = static_cast<uint16_t>(count);
  fprog.filter = reinterpret_cast<struct sock_filter*>(buffer.data());
  return args.answer(result([&] { return setsockopt(fd, level, name, &fprog, sizeof fprog); }));
}

/** SO_GET_FILTER counts instructions: their number first, then the program where it fits. */
napi_value getsockopt_filter(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const Bytes program = args.bytes_or_null(1);
  if (args.bad()) return args.refusal();
  socklen_t count = 0;
  const int64_t reported = get(fd, SOL_SOCKET, SO_GET_FILTER, nullptr, &count);
  const size_t most = program.length / sizeof(struct sock_filter);
  if (reported <= 0 || static_cast<size_t>(reported) > most) return args.answer(reported);
  socklen_t capacity = static_cast<socklen_t>(reported);
  return args.answer(get(fd, SOL_SOCKET, SO_GET_FILTER, program.data, &capacity));
}

uint32_t number_at(const uint8_t* data, size_t offset) {
  uint32_t number = 0;
  memcpy(&number, data + offset, sizeof number);
  return number;
}

/**
 * getsockopt(2) of a list whose capacity stands in the value itself, at `offset`: asked of a
 * private copy of the first `size` bytes, where no other thread can change the count that was
 * checked.
 */
int64_t get_list(int fd, int level, int name, Bytes value, size_t size, socklen_t length,
                 size_t offset, uint32_t count) {
  const Memory<uint8_t> copy(size);
  if (copy.failed()) return -ENOMEM;
  memcpy(copy.data(), value.data, size);
  memcpy(copy.data() + offset, &count, sizeof count);
  const int64_t reported = get(fd, level, name, copy.data(), &length);
  if (reported >= 0) memcpy(value.data, copy.data(), size);
  return reported;
}

/** The kernel writes as many sources as the value says, whatever optlen is: no more than fit. */
napi_value getsockopt_msfilter(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes filter = args.bytes(3);
  if (args.bad()) return args.refusal();
  const bool old = level == IPPROTO_IP && name == IP_MSFILTER;
  if (!old && !((level == IPPROTO_IP || level == IPPROTO_IPV6) && name == MCAST_MSFILTER))
    return args.answer(kDenied);
  const size_t head =
      old ? offsetof(struct ip_msfilter, imsf_slist) : offsetof(struct group_filter, gf_slist);
  const size_t each = old ? sizeof(struct in_addr) : sizeof(struct sockaddr_storage);
  const size_t offset =
      old ? offsetof(struct ip_msfilter, imsf_numsrc) : offsetof(struct group_filter, gf_numsrc);
  if (filter.length < head || filter.length > INT_MAX) return args.answer(kBadArgument - 3);
  const uint32_t sources = number_at(filter.data, offset);
  if (sources > (filter.length - head) / each) return args.answer(kBadArgument - 3);
  const size_t size = head + sources * each;
  return args.answer(
      get_list(fd, level, name, filter, size, static_cast<socklen_t>(size), offset, sources));
}

/** TCP_AO_GET_KEYS: `size` is that of one key, and nkeys in the first of them how many fit. */
napi_value getsockopt_ao_keys(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const Bytes keys = args.bytes(1);
  const uint32_t size = args.word(2);
  if (args.bad()) return args.refusal();
  constexpr size_t kCount = 272;  // offsetof(struct tcp_ao_getsockopt, nkeys)
  constexpr size_t kLeast = kCount + sizeof(uint32_t);
  if (keys.length < kLeast || keys.length > INT_MAX) return args.answer(kBadArgument - 1);
  const uint32_t count = number_at(keys.data, kCount);
  if (size == 0 || size > keys.length || count > keys.length / size)
    return args.answer(kBadArgument - 2);
  const size_t all = std::max(kLeast, size * std::max<size_t>(count, 1));
  return args.answer(get_list(fd, IPPROTO_TCP, TCP_AO_GET_KEYS, keys, all, size, kCount, count));
}

bool is_flat_table(int level, int name) {
  if (level == IPPROTO_IPV6)
    return name == IP6T_SO_GET_INFO || name == IP6T_SO_GET_REVISION_MATCH ||
           name == IP6T_SO_GET_REVISION_TARGET;
  if (level != IPPROTO_IP) return false;
  return name == IPT_SO_GET_INFO || name == IPT_SO_GET_REVISION_MATCH ||
         name == IPT_SO_GET_REVISION_TARGET || name == ARPT_SO_GET_INFO ||
         name == ARPT_SO_GET_REVISION_TARGET;
}

/** Those of the netfilter tables whose struct is flat: the table's name goes in. */
napi_value getsockopt_table(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes table = args.bytes(3);
  if (args.bad()) return args.refusal();
  if (!is_flat_table(level, name)) return args.answer(kDenied);
  socklen_t length = static_cast<socklen_t>(table.length);
  return args.answer(get(fd, level, name, table.data, &length));
}

/** Any getter, called with zeros in a buffer much larger than optlen: no count or pointer in them
 * leads anywhere. The length of `value` is the optlen. */
napi_value getsockopt_blank(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes value = args.bytes(3);
  if (args.bad()) return args.refusal();
  constexpr size_t kMost = 4096, kTimes = 64;
  if (value.length > kMost) return args.answer(kBadArgument - 3);
  std::string zeros(kMost * kTimes, '\0');
  uint8_t* data = reinterpret_cast<uint8_t*>(&zeros[0]);
  socklen_t length = static_cast<socklen_t>(value.length);
  const CreatesDescriptor* row = creates_descriptor(level, name);
  const int64_t reported =
      row != nullptr ? get_descriptor(args.environment(), *row, fd, {data, zeros.size()}, length)
                     : get(fd, level, name, data, &length);
  memcpy(value.data, data, value.length);
  return args.answer(reported);
}

}  // namespace

const Function kOptions[] = {
    {"getsockopt", getsockopt_},
    {"setsockopt", setsockopt_},
    {"getsockopt_int", getsockopt_int},
    {"setsockopt_int", setsockopt_int},
    {"setsockopt_fprog", setsockopt_fprog},
    {"getsockopt_filter", getsockopt_filter},
    {"getsockopt_msfilter", getsockopt_msfilter},
    {"getsockopt_ao_keys", getsockopt_ao_keys},
    {"getsockopt_table", getsockopt_table},
    {"getsockopt_blank", getsockopt_blank},
    {nullptr, nullptr},
};

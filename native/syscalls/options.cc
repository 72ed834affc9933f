// getsockopt and setsockopt: as bytes, as an int, and the typed forms of those that denied.def
// keeps from crossing as bytes.
#include <stddef.h>

#include "../arguments.h"
#include "../denied.h"
#include "../functions.h"
#include "../platform.h"
#include "../room.h"

namespace {

int64_t ask(int fd, int level, int name, void* value, socklen_t* length) {
  const int64_t done = result([&] { return getsockopt(fd, level, name, value, length); });
  return done < 0 ? done : *length;
}

struct Born {
  int level, name;
  size_t size, offset;
};

const Born* born(int level, int name) {
  static constexpr Born kRows[] = {
#define BORN(level, name, size, offset) {level, name, size, offset},
#include "../born.def"
#undef BORN
  };
  for (const Born& row : kRows) {
    if (row.level == level && row.name == name) return &row;
  }
  return nullptr;
}

/** A getter that makes a descriptor: always asked for all of it, so that its number is known and
 * owned, and then cut to what was asked. */
int64_t ask_born(Environment& environment, const Born& row, int fd, Bytes value, socklen_t length) {
  alignas(8) uint8_t all[64] = {};
  const size_t given = value.length < row.size ? value.length : row.size;
  memcpy(all, value.data, given);
  socklen_t room = static_cast<socklen_t>(row.size);
  const int64_t told = ask(fd, row.level, row.name, all, &room);
  if (told < 0) return told;
  int made = -1;
  memcpy(&made, all + row.offset, sizeof made);
  environment.own(made);
  const size_t cut = length < row.size ? length : row.size;
  memcpy(value.data, all, cut < given ? cut : given);
  return static_cast<int64_t>(cut);
}

napi_value getsockopt_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes value = args.bytes_or_null(3);
  const bool lengthless = args.is_null(4);
  socklen_t length = lengthless ? 0 : args.word(4);
  if (args.bad()) return args.refusal();
  if (denied<Direction::GET>(level, name)) return args.answer(kDenied);
  if (lengthless)
    return args.answer(result([&] { return getsockopt(fd, level, name, value.data, nullptr); }));
  const Born* row = born(level, name);
  if (row != nullptr && value.data != nullptr && static_cast<int>(length) >= 0)
    return args.answer(ask_born(args.environment(), *row, fd, value, length));
  const Room room(value, length);
  if (room.failed(length)) return args.answer(-ENOMEM);
  const int64_t told = ask(fd, level, name, room.data(), &length);
  room.finish();
  return args.answer(told);
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
  const Room room(value, length);
  if (room.failed(length)) return args.answer(-ENOMEM);
  return args.answer(result([&] { return setsockopt(fd, level, name, room.data(), length); }));
}

napi_value getsockopt_int(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  if (args.bad()) return args.refusal();
  if (denied<Direction::GET>(level, name)) return args.answer(kDenied);
  uint32_t value = 0;
  socklen_t length = sizeof value;
  const Born* row = born(level, name);
  const int64_t told = row != nullptr
                           ? ask_born(args.environment(), *row, fd,
                                      {reinterpret_cast<uint8_t*>(&value), sizeof value}, length)
                           : ask(fd, level, name, &value, &length);
  return args.answer(told < 0 ? told : static_cast<int64_t>(value));
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
  const Room room(program, length);
  if (room.failed(length)) return args.answer(-ENOMEM);
  struct sock_fprog fprog = {};
  fprog.len = static_cast<uint16_t>(count);
  fprog.filter = reinterpret_cast<struct sock_filter*>(room.data());
  return args.answer(result([&] { return setsockopt(fd, level, name, &fprog, sizeof fprog); }));
}

/** SO_GET_FILTER counts instructions: asked with no room first, then for as many as there is room
 * for. */
napi_value getsockopt_filter(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const Bytes program = args.bytes_or_null(1);
  if (args.bad()) return args.refusal();
  socklen_t count = 0;
  const int64_t told = ask(fd, SOL_SOCKET, SO_GET_FILTER, nullptr, &count);
  const size_t most = program.length / sizeof(struct sock_filter);
  if (told <= 0 || static_cast<size_t>(told) > most) return args.answer(told);
  socklen_t room = static_cast<socklen_t>(told);
  return args.answer(ask(fd, SOL_SOCKET, SO_GET_FILTER, program.data, &room));
}

uint32_t number_at(const uint8_t* data, size_t offset) {
  uint32_t number = 0;
  memcpy(&number, data + offset, sizeof number);
  return number;
}

/** The source filters write as many sources as the buffer says: asked in a private copy, and only
 * where that many have room. */
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
  std::string copy(reinterpret_cast<const char*>(filter.data), filter.length);
  uint8_t* data = reinterpret_cast<uint8_t*>(&copy[0]);
  if (copy.size() < head) return args.answer(kBadArgument - 3);
  const size_t sources = number_at(data, old ? offsetof(struct ip_msfilter, imsf_numsrc)
                                             : offsetof(struct group_filter, gf_numsrc));
  if (sources > (copy.size() - head) / each) return args.answer(kBadArgument - 3);
  socklen_t length = static_cast<socklen_t>(copy.size());
  const int64_t told = ask(fd, level, name, data, &length);
  if (told >= 0) memcpy(filter.data, data, filter.length);
  return args.answer(told);
}

/** TCP_AO_GET_KEYS: `size` is that of one key, and nkeys in the first of them says how many have
 * room. */
napi_value getsockopt_ao_keys(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const Bytes keys = args.bytes(1);
  const uint32_t size = args.word(2);
  if (args.bad()) return args.refusal();
  constexpr size_t kCount = 272;  // offsetof(struct tcp_ao_getsockopt, nkeys)
  std::string copy(reinterpret_cast<const char*>(keys.data), keys.length);
  uint8_t* data = reinterpret_cast<uint8_t*>(&copy[0]);
  if (copy.size() < kCount + sizeof(uint32_t)) return args.answer(kBadArgument - 1);
  if (size == 0 || size > copy.size() || number_at(data, kCount) > copy.size() / size)
    return args.answer(kBadArgument - 2);
  socklen_t length = size;
  const int64_t told = ask(fd, IPPROTO_TCP, TCP_AO_GET_KEYS, data, &length);
  if (told >= 0) memcpy(keys.data, data, keys.length);
  return args.answer(told);
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

/** Those of the netfilter tables whose struct is flat: the name goes in with the question. */
napi_value getsockopt_table(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), level = args.integer(1), name = args.integer(2);
  const Bytes table = args.bytes(3);
  if (args.bad()) return args.refusal();
  if (!is_flat_table(level, name)) return args.answer(kDenied);
  socklen_t length = static_cast<socklen_t>(table.length);
  return args.answer(ask(fd, level, name, table.data, &length));
}

/** Any getter, asked with nothing but zeros in much more room than said: no count or pointer in
 * them leads anywhere. `value` says how much is asked for. */
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
  const Born* row = born(level, name);
  const int64_t told = row != nullptr
                           ? ask_born(args.environment(), *row, fd, {data, zeros.size()}, length)
                           : ask(fd, level, name, data, &length);
  memcpy(value.data, data, value.length);
  return args.answer(told);
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

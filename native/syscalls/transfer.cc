// recv, send, recvfrom, sendto, sendfile: bytes of one buffer.
#include <string.h>

#include "../arguments.h"
#include "../functions.h"
#include "../platform.h"
#include "../sockaddr.h"

namespace {

/** With MSG_TRUNC, TCP reports bytes that it did not write: they must not be what the buffer held
 * before. */
void clear_for(int flags, Bytes buffer) {
  if ((flags & MSG_TRUNC) != 0 && buffer.data != nullptr) memset(buffer.data, 0, buffer.length);
}

napi_value recv_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(4);
  const Bytes to = args.span(1);
  if (args.bad()) return args.refusal();
  clear_for(flags, to);
  return args.answer(result([&] { return recv(fd, to.data, to.length, flags); }));
}

napi_value send_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(4);
  const Bytes from = args.span(1);
  if (args.bad()) return args.refusal();
  return args.answer(result([&] { return send(fd, from.data, from.length, flags); }));
}

napi_value recvfrom_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(4);
  const Bytes to = args.span(1);
  SockaddrOut from(args, 5);
  if (args.bad()) return args.refusal();
  clear_for(flags, to);
  return args.answer(from.finish(result(
      [&] { return recvfrom(fd, to.data, to.length, flags, from.address(), from.length()); })));
}

napi_value sendto_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(4);
  const Bytes from = args.span(1);
  const SockaddrIn to(args, 5);
  if (args.bad()) return args.refusal();
  return args.answer(
      result([&] { return sendto(fd, from.data, from.length, flags, to.address(), to.length()); }));
}

napi_value sendfile_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int out = args.integer(0), input = args.integer(1);
  off_t offset = static_cast<off_t>(args.wide(2));
  const size_t count = args.size(3);
  if (args.bad()) return args.refusal();
  return args.answer(result([&] { return sendfile(out, input, &offset, count); }));
}

}  // namespace

const Function kTransfer[] = {
    {"recv", recv_},     {"send", send_},         {"recvfrom", recvfrom_},
    {"sendto", sendto_}, {"sendfile", sendfile_}, {nullptr, nullptr},
};

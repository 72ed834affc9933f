// From socket to close: the calls that create, name, connect and close sockets, and the ownership
// of their descriptors.
#include "../arguments.h"
#include "../functions.h"
#include "../linux/netns.h"
#include "../platform.h"
#include "../sockaddr.h"

namespace {

napi_value socket_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int domain = args.integer(0), type = args.flags(1), protocol = args.integer(2);
  if (args.bad()) return args.refusal();
  const int64_t fd = result([&] { return socket(domain, type, protocol); });
  args.environment().own(fd);
  return args.answer(fd);
}

/** netns_socket(netns, domain, type, protocol, entered): socket(2) in the network namespace of a
 * descriptor; entered[0] is 0 where setns(2) failed. */
napi_value netns_socket(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int netns = args.integer(0);
  const int domain = args.integer(1), type = args.flags(2), protocol = args.integer(3);
  const Ints entered = args.ints(4, 1);
  if (args.bad()) return args.refusal();
  const int64_t fd = in_network_namespace(
      netns, entered.data, [&] { return result([&] { return socket(domain, type, protocol); }); });
  args.environment().own(fd);
  return args.answer(fd);
}

napi_value socketpair_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int domain = args.integer(0), type = args.flags(1), protocol = args.integer(2);
  const Ints fds = args.ints(3, 2);
  if (args.bad()) return args.refusal();
  int pair[2] = {-1, -1};
  const int64_t done = result([&] { return socketpair(domain, type, protocol, pair); });
  if (done >= 0) args.environment().own_pair(pair, fds.data);
  return args.answer(done);
}

napi_value bind_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const SockaddrIn to(args, 1);
  if (args.bad()) return args.refusal();
  return args.answer(result([&] { return bind(fd, to.address(), to.length()); }));
}

napi_value connect_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const SockaddrIn to(args, 1);
  if (args.bad()) return args.refusal();
  return args.answer(once([&] { return connect(fd, to.address(), to.length()); }));
}

napi_value listen_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), backlog = args.integer(1);
  if (args.bad()) return args.refusal();
  return args.answer(result([&] { return listen(fd, backlog); }));
}

napi_value accept4_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(1);
  SockaddrOut from(args, 2);
  if (args.bad()) return args.refusal();
  const int64_t accepted =
      from.finish(result([&] { return accept4(fd, from.address(), from.length(), flags); }));
  args.environment().own(accepted);
  return args.answer(accepted);
}

napi_value shutdown_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), how = args.integer(1);
  if (args.bad()) return args.refusal();
  return args.answer(result([&] { return shutdown(fd, how); }));
}

napi_value getsockname_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  SockaddrOut name(args, 1);
  if (args.bad()) return args.refusal();
  return args.answer(
      name.finish(result([&] { return getsockname(fd, name.address(), name.length()); })));
}

napi_value getpeername_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  SockaddrOut name(args, 1);
  if (args.bad()) return args.refusal();
  return args.answer(
      name.finish(result([&] { return getpeername(fd, name.address(), name.length()); })));
}

napi_value close_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const int64_t generation = args.wide_or(1, 0);
  if (args.bad()) return args.refusal();
  // Released before the close: the moment after it, the number may be another thread's.
  const int released = args.environment().release(fd, generation);
  return args.answer(released < 0 ? released : once([&] { return close(fd); }));
}

napi_value dup_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  if (args.bad()) return args.refusal();
  const int64_t copy = result([&] { return dup(fd); });
  args.environment().own(copy);
  return args.answer(copy);
}

/** Closes `to`, which must be owned or not open. Where dup3 is bound to fail, it stays in the
 * pollers. */
napi_value dup3_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), to = args.integer(1), flags = args.flags(2);
  if (args.bad()) return args.refusal();
  const bool fails = fd == to || (flags & ~O_CLOEXEC) != 0 || fcntl(fd, F_GETFD) < 0;
  const bool ours = !fails && args.environment().release(to) == 0;
  if (!fails && !ours && fcntl(to, F_GETFD) >= 0) return args.answer(-EBADF);
  const int64_t copy = result([&] { return dup3(fd, to, flags); });
  args.environment().own(ours ? to : copy);
  return args.answer(copy);
}

napi_value pipe2_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Ints fds = args.ints(0, 2);
  const int flags = args.flags(1);
  if (args.bad()) return args.refusal();
  int pair[2] = {-1, -1};
  const int64_t done = result([&] { return pipe2(pair, flags); });
  if (done >= 0) args.environment().own_pair(pair, fds.data);
  return args.answer(done);
}

napi_value adopt_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().adopt(fd));
}

napi_value release_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const int64_t generation = args.wide_or(1, 0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().release(fd, generation));
}

napi_value owns_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().owns(fd));
}

napi_value generation_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().generation(fd));
}

napi_value owned_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return args.answer(static_cast<int64_t>(args.environment().owned()));
}

napi_value transfer_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const int64_t generation = args.wide_or(1, 0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().transfer(fd, generation));
}

napi_value redeem_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int64_t ticket = args.wide(0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().redeem(ticket));
}

}  // namespace

const Function kLifecycle[] = {
    {"socket", socket_},
    {"netns_socket", netns_socket},
    {"socketpair", socketpair_},
    {"bind", bind_},
    {"connect", connect_},
    {"listen", listen_},
    {"accept4", accept4_},
    {"shutdown", shutdown_},
    {"close", close_},
    {"dup", dup_},
    {"dup3", dup3_},
    {"getsockname", getsockname_},
    {"getpeername", getpeername_},
    {"pipe2", pipe2_},
    {"adopt", adopt_},
    {"release", release_},
    {"owns", owns_},
    {"generation", generation_},
    {"owned", owned_},
    {"transfer", transfer_},
    {"redeem", redeem_},
    {nullptr, nullptr},
};

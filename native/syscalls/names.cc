// Names of hosts, services and protocols: each look-up once, run at once or in another thread.
#include <algorithm>
#include <functional>
#include <vector>

#include "../arguments.h"
#include "../environment.h"
#include "../functions.h"
#include "../lookups.h"
#include "../platform.h"
#include "../records.h"
#include "../sockaddr.h"

namespace {

constexpr size_t kLongest = 4096;  // bytes of a name

napi_value at_once(Arguments& args, int out_index, const Lookup& lookup) {
  const Bytes out = args.bytes(out_index);
  if (args.bad()) return args.refusal();
  std::string found;
  const int64_t status = lookup(found);
  return args.answer(status < 0 ? status : deliver(found, out));
}

napi_value in_thread(Arguments& args, int done_index, Lookup lookup) {
  const napi_value done = args.function(done_index);
  if (args.bad()) return args.refusal();
  int error = 0;
  Lookups* const lookups = args.environment().lookups(&error);
  return args.answer(lookups == nullptr ? error : lookups->start(done, std::move(lookup)));
}

/** EAI numbers, except that EAI_SYSTEM is the errno behind it. */
int64_t gai(int status) {
  return status == 0            ? 0
         : status == EAI_SYSTEM ? -errno
                                : kGaiFailure + (status < 0 ? status : -status);
}

/** A name that may be null. */
struct Name {
  bool given;
  std::string text;
  const char* c_str() const { return given ? text.c_str() : nullptr; }
};

Name name_or_null(Arguments& args, int index) {
  if (args.is_null(index)) return {false, {}};
  return {true, args.text(index, kLongest)};
}

Lookup addresses(Arguments& args) {
  const Name host = name_or_null(args, 0), service = name_or_null(args, 1);
  struct addrinfo hints = {};
  hints.ai_flags = args.flags(2);
  hints.ai_family = args.integer(3);
  hints.ai_socktype = args.flags(4);
  hints.ai_protocol = args.integer(5);
  return [=](std::string& found) {
    struct addrinfo* list = nullptr;
    const int64_t status = gai(getaddrinfo(host.c_str(), service.c_str(), &hints, &list));
    if (status < 0) return status;
    Records records;
    for (const struct addrinfo* one = list; one != nullptr; one = one->ai_next) {
      const size_t name = one->ai_canonname == nullptr ? 0 : strlen(one->ai_canonname);
      records.open();
      for (const int number : {one->ai_flags, one->ai_family, one->ai_socktype, one->ai_protocol})
        records.number<int32_t>(number);
      records.number<uint32_t>(one->ai_addrlen);
      records.number<uint32_t>(static_cast<uint32_t>(name));
      records.append(one->ai_addr, one->ai_addrlen);
      records.append(one->ai_canonname, name);
      records.close();
    }
    freeaddrinfo(list);
    found = records.take();
    return int64_t{0};
  };
}

Lookup names(Arguments& args) {
  const Bytes bytes = args.bytes(0);
  const int flags = args.flags(1);
  const socklen_t length = static_cast<socklen_t>(bytes.length < sizeof(struct sockaddr_storage)
                                                      ? bytes.length
                                                      : sizeof(struct sockaddr_storage));
  union {
    struct sockaddr address;
    struct sockaddr_storage storage;
    char bytes[sizeof(struct sockaddr_storage) + 8];  // a unix path always ends within
  } copy = {};
  if (!args.bad()) memcpy(copy.bytes, bytes.data, length);
  return [=](std::string& found) {
    char host[NI_MAXHOST] = {}, service[NI_MAXSERV] = {};
    const int64_t status =
        gai(getnameinfo(&copy.address, length, host, sizeof host, service, sizeof service, flags));
    if (status < 0) return status;
    found.append(host, strlen(host) + 1).append(service, strlen(service) + 1);
    return int64_t{0};
  };
}

/** Calls a reentrant look-up of netdb with a scratch buffer that grows until it suffices. `call`
 * returns the errno. */
template <typename Call>
int with_scratch(Call call) {
  std::vector<char> scratch(1024);
  for (;;) {
    const int status = call(scratch.data(), scratch.size());
    if (status != ERANGE || scratch.size() > (1 << 20)) return status;
    scratch.resize(2 * scratch.size());
  }
}

/** Packs a hostent where there is one, and returns 0; else -(8192 + h_errno), or the errno where
 * the look-up itself failed. */
int64_t pack(const struct hostent* host, int status, int h_error, std::string& found) {
  if (host == nullptr && h_error == NETDB_INTERNAL)
    return -(status > 0 ? status : errno > 0 ? errno : EIO);
  if (host == nullptr) return kGaiFailure - (h_error > 0 ? h_error : HOST_NOT_FOUND);
  uint32_t addresses = 0, aliases = 0;
  while (host->h_addr_list[addresses] != nullptr) addresses++;
  while (host->h_aliases[aliases] != nullptr) aliases++;
  Records records;
  records.number<int32_t>(host->h_addrtype);
  records.number<uint32_t>(addresses);
  records.number<uint32_t>(aliases);
  records.number<uint32_t>(static_cast<uint32_t>(host->h_length));
  for (uint32_t i = 0; i < addresses; i++)
    records.append(host->h_addr_list[i], static_cast<size_t>(host->h_length));
  records.text(host->h_name);
  for (uint32_t i = 0; i < aliases; i++) records.text(host->h_aliases[i]);
  found = records.take();
  return 0;
}

/** The C library aborts the process on another family. */
bool has_hosts(int family) { return family == AF_INET || family == AF_INET6; }

Lookup host_by_name(Arguments& args) {
  const std::string name = args.text(0, kLongest);
  const int family = args.integer(1);
  return [=](std::string& found) {
    int64_t status = -EAFNOSUPPORT;
    if (!has_hosts(family)) return status;
    with_scratch([&](char* scratch, size_t size) {
      struct hostent space = {}, *host = nullptr;
      int h_error = 0;
      const int error =
          gethostbyname2_r(name.c_str(), family, &space, scratch, size, &host, &h_error);
      status = error == ERANGE ? -ENOMEM : pack(host, error, h_error, found);
      return error;
    });
    return status;
  };
}

Lookup host_by_address(Arguments& args) {
  const Bytes bytes = args.bytes(0);
  const int family = args.integer(1);
  // An address has 4 or 16 bytes: of a longer one, more than that is enough to be refused.
  std::string address(kAddressSize, '\0');
  const size_t length = std::min(bytes.length, address.size());
  if (!args.bad()) memcpy(&address[0], bytes.data, length);
  return [=](std::string& found) {
    int64_t status = -EAFNOSUPPORT;
    if (!has_hosts(family)) return status;
    with_scratch([&](char* scratch, size_t size) {
      struct hostent space = {}, *host = nullptr;
      int h_error = 0;
      const int error = gethostbyaddr_r(address.data(), static_cast<socklen_t>(length), family,
                                        &space, scratch, size, &host, &h_error);
      status = error == ERANGE ? -ENOMEM : pack(host, error, h_error, found);
      return error;
    });
    return status;
  };
}

napi_value getaddrinfo_sync(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return at_once(args, 6, addresses(args));
}

napi_value getaddrinfo_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return in_thread(args, 6, addresses(args));
}

napi_value getnameinfo_sync(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return at_once(args, 2, names(args));
}

napi_value getnameinfo_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return in_thread(args, 2, names(args));
}

napi_value gethostbyname_sync(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return at_once(args, 2, host_by_name(args));
}

napi_value gethostbyname_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return in_thread(args, 2, host_by_name(args));
}

napi_value gethostbyaddr_sync(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return at_once(args, 2, host_by_address(args));
}

napi_value gethostbyaddr_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return in_thread(args, 2, host_by_address(args));
}

napi_value getservbyname_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const std::string name = args.text(0, kLongest);
  const Name protocol = name_or_null(args, 1);
  if (args.bad()) return args.refusal();
  int64_t port = -ENOENT;
  with_scratch([&](char* scratch, size_t size) {
    struct servent space = {}, *found = nullptr;
    const int status =
        getservbyname_r(name.c_str(), protocol.c_str(), &space, scratch, size, &found);
    if (found != nullptr) port = ntohs(static_cast<uint16_t>(found->s_port));
    return status;
  });
  return args.answer(port);
}

napi_value getservbyport_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t port = args.word(0);
  const Name protocol = name_or_null(args, 1);
  const Bytes out = args.bytes(2);
  if (port > UINT16_MAX) args.refuse(0);
  if (args.bad()) return args.refusal();
  int64_t length = -ENOENT;
  with_scratch([&](char* scratch, size_t size) {
    struct servent space = {}, *found = nullptr;
    const int status = getservbyport_r(htons(static_cast<uint16_t>(port)), protocol.c_str(), &space,
                                       scratch, size, &found);
    if (found != nullptr) length = deliver(found->s_name, out);
    return status;
  });
  return args.answer(length);
}

napi_value getprotobyname_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const std::string name = args.text(0, kLongest);
  if (args.bad()) return args.refusal();
  int64_t number = -ENOENT;
  with_scratch([&](char* scratch, size_t size) {
    struct protoent space = {}, *found = nullptr;
    const int status = getprotobyname_r(name.c_str(), &space, scratch, size, &found);
    if (found != nullptr) number = found->p_proto;
    return status;
  });
  return args.answer(number);
}

}  // namespace

const Function kNames[] = {
    {"getaddrinfo", getaddrinfo_},       {"getaddrinfo_sync", getaddrinfo_sync},
    {"getnameinfo", getnameinfo_},       {"getnameinfo_sync", getnameinfo_sync},
    {"gethostbyname", gethostbyname_},   {"gethostbyname_sync", gethostbyname_sync},
    {"gethostbyaddr", gethostbyaddr_},   {"gethostbyaddr_sync", gethostbyaddr_sync},
    {"getservbyname", getservbyname_},   {"getservbyport", getservbyport_},
    {"getprotobyname", getprotobyname_}, {nullptr, nullptr},
};

// The network interfaces: their names, numbers and addresses.
#include <map>
#include <string>

#include "../arguments.h"
#include "../functions.h"
#include "../linux/netns.h"
#include "../platform.h"
#include "../records.h"

namespace {

napi_value if_nametoindex_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const std::string name = args.text(0, 4096);
  if (args.bad()) return args.refusal();
  const unsigned index = if_nametoindex(name.c_str());
  return args.answer(index == 0 ? -errno : static_cast<int64_t>(index));
}

napi_value if_indextoname_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t index = args.word(0);
  const Bytes out = args.bytes(1);
  if (args.bad()) return args.refusal();
  char name[IF_NAMESIZE] = {};
  return args.answer(if_indextoname(index, name) == nullptr ? -errno : deliver(name, out));
}

size_t length_of(const struct sockaddr* address) {
  if (address == nullptr) return 0;
  switch (address->sa_family) {
    case AF_INET:
      return sizeof(struct sockaddr_in);
    case AF_INET6:
      return sizeof(struct sockaddr_in6);
    case AF_PACKET: {
      const struct sockaddr_ll* link = reinterpret_cast<const struct sockaddr_ll*>(address);
      return link->sll_halen > sizeof link->sll_addr
                 ? offsetof(struct sockaddr_ll, sll_addr) + link->sll_halen
                 : sizeof *link;
    }
    default:
      return sizeof *address;
  }
}

/** Interface numbers by name: the link-layer entries bring them; an alias (eth0:1) has that of its
 * interface. */
class Numbers {
 public:
  explicit Numbers(const struct ifaddrs* list) {
    for (; list != nullptr; list = list->ifa_next) {
      if (list->ifa_addr == nullptr || list->ifa_addr->sa_family != AF_PACKET) continue;
      known_[list->ifa_name] = static_cast<uint32_t>(
          reinterpret_cast<const struct sockaddr_ll*>(list->ifa_addr)->sll_ifindex);
    }
  }
  uint32_t of(const char* label) {
    const std::string name(label, strcspn(label, ":"));
    const auto found = known_.find(name);
    return found != known_.end() ? found->second : known_[name] = if_nametoindex(name.c_str());
  }

 private:
  std::map<std::string, uint32_t> known_;
};

/** Every address of every interface, as records in `out`. */
int64_t interface_addresses(Bytes out) {
  struct ifaddrs* list = nullptr;
  const int64_t done = result([&] { return getifaddrs(&list); });
  if (done < 0) return done;
  Numbers numbers(list);
  Records records;
  for (const struct ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const bool broadcasts = (one->ifa_flags & (IFF_BROADCAST | IFF_POINTOPOINT)) != 0;
    const struct sockaddr* other =
        broadcasts ? one->ifa_broadaddr : nullptr;  // or the peer of a point-to-point link
    const size_t address = length_of(one->ifa_addr), mask = length_of(one->ifa_netmask),
                 broadcast = length_of(other);
    records.open();
    records.number<uint32_t>(numbers.of(one->ifa_name));
    records.number<uint32_t>(one->ifa_flags);
    for (const size_t length : {address, mask, broadcast, strlen(one->ifa_name)})
      records.number<uint16_t>(static_cast<uint16_t>(length));
    records.append(one->ifa_name, strlen(one->ifa_name));
    records.append(one->ifa_addr, address);
    records.append(one->ifa_netmask, mask);
    records.append(other, broadcast);
    records.close();
  }
  freeifaddrs(list);
  return deliver(records.take(), out);
}

napi_value getifaddrs_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Bytes out = args.bytes(0);
  if (args.bad()) return args.refusal();
  return args.answer(interface_addresses(out));
}

/** netns_getifaddrs(netns, out, entered): the same in the network namespace of a descriptor;
 * entered[0] is 0 where setns(2) failed. */
napi_value netns_getifaddrs(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int netns = args.integer(0);
  const Bytes out = args.bytes(1);
  const Ints entered = args.ints(2, 1);
  if (args.bad()) return args.refusal();
  return args.answer(
      in_network_namespace(netns, entered.data, [&] { return interface_addresses(out); }));
}

}  // namespace

const Function kInterfaces[] = {
    {"if_nametoindex", if_nametoindex_},
    {"if_indextoname", if_indextoname_},
    {"getifaddrs", getifaddrs_},
    {"netns_getifaddrs", netns_getifaddrs},
    {nullptr, nullptr},
};

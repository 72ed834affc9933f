// The only file that asks which operating system this is: its headers, and the frozen ABI numbers
// and structs that older headers lack.
#ifndef BSD_SOCKET_PLATFORM_H
#define BSD_SOCKET_PLATFORM_H

#if !defined(__linux__)
#error \
    "bsd-socket is built for Linux; another system adds its headers here and its sources in binding.gyp"
#endif

// The C library's own headers come first: the kernel's then leave out what these have defined
// (linux/libc-compat.h).
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <linux/types.h>

#include <linux/ax25.h>
#include <linux/atm.h>
#include <linux/caif/caif_socket.h>
#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/dccp.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_pppol2tp.h>
#include <linux/if_pppox.h>
#include <linux/if_tun.h>
#include <linux/if_xdp.h>
#include <linux/in6.h>
#include <linux/inet_diag.h>
#include <linux/kcm.h>
#include <linux/llc.h>
#include <linux/mctp.h>
#include <linux/mptcp.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/neighbour.h>
#include <linux/net_tstamp.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_arp/arp_tables.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <linux/netrom.h>
#include <linux/nfc.h>
#include <linux/phonet.h>
#include <linux/qrtr.h>
#include <linux/rds.h>
#include <linux/rose.h>
#include <linux/rtnetlink.h>
#include <linux/rxrpc.h>
#include <linux/sctp.h>
#include <linux/smc.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <linux/tipc.h>
#include <linux/tls.h>
#include <linux/udp.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets.h>
#include <linux/x25.h>
#include <linux/xfrm.h>

#include "numbers.def"

#include "frozen.def"

#if !defined(__GLIBC__)
#include <mutex>

/** musl's getprotobyname fills one struct for all threads. */
inline int getprotobyname_r(const char* name, struct protoent* space, char*, size_t,
                            struct protoent** found) {
  static std::mutex lock;
  const std::lock_guard<std::mutex> held(lock);
  const struct protoent* one = getprotobyname(name);
  if (one != nullptr) *space = *one;
  *found = one == nullptr ? nullptr : space;
  return 0;
}
#endif

// glibc 2.34 moved dlopen and dlsym into libc under a new version; by the one they had before, the
// addon loads on older ones too.
#if defined(__GLIBC__) && defined(__x86_64__)
#define GLIBC_OLDEST "GLIBC_2.2.5"
#elif defined(__GLIBC__) && defined(__aarch64__)
#define GLIBC_OLDEST "GLIBC_2.17"
#elif defined(__GLIBC__) && defined(__arm__)
#define GLIBC_OLDEST "GLIBC_2.4"
#endif

// Which C library: floor.cc provides what an older glibc lacks.
#ifdef __GLIBC__
#define BSD_SOCKET_GLIBC 1
#endif

#endif

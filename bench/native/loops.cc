// What C needs for the same work: each function runs one loop of plain system calls and answers its
// nanoseconds, or -errno.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <node_api.h>
#include <sched.h>
#include <sys/epoll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr size_t kRoom = 2048;
constexpr unsigned kBatch = 64;

double Now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// (a, b, c) as the caller gave them: file descriptor, count, and what else the loop wants. This
// addon trusts its one caller.
struct Args {
  int fd;
  int count;
  int third;
};

using Loop = double (*)(const Args&);

sockaddr_in Loopback(int port) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return to;
}

// fill(fd, count, size): sends datagrams on a connected socket, as fast as it goes; not part of any
// measurement.
double Fill(const Args& a) {
  static char bytes[kRoom];
  iovec iov = {bytes, static_cast<size_t>(a.third)};
  mmsghdr messages[kBatch] = {};
  for (mmsghdr& m : messages) {
    m.msg_hdr.msg_iov = &iov;
    m.msg_hdr.msg_iovlen = 1;
  }
  for (int left = a.count; left > 0;) {
    const unsigned n = left < static_cast<int>(kBatch) ? static_cast<unsigned>(left) : kBatch;
    const int sent = sendmmsg(a.fd, messages, n, 0);
    if (sent < 0) return -errno;
    left -= sent;
  }
  return 0;
}

// recvfrom(fd, count): with the sender's address, as the name says.
double Recvfrom(const Args& a) {
  char bytes[kRoom];
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    sockaddr_storage from;
    socklen_t len = sizeof from;
    if (recvfrom(a.fd, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &len) < 0)
      return -errno;
  }
  return Now() - start;
}

double Recv(const Args& a) {
  char bytes[kRoom];
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    if (recv(a.fd, bytes, sizeof bytes, 0) < 0) return -errno;
  }
  return Now() - start;
}

// sendto(fd, count, port): 64 bytes each.
double Sendto(const Args& a) {
  char bytes[64] = {};
  const sockaddr_in to = Loopback(a.third);
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    if (sendto(a.fd, bytes, sizeof bytes, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
      return -errno;
  }
  return Now() - start;
}

double Send(const Args& a) {
  char bytes[64] = {};
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    if (send(a.fd, bytes, sizeof bytes, 0) < 0) return -errno;
  }
  return Now() - start;
}

volatile unsigned sink;  // what the receiving loops look at is not to be optimised away

// recvmmsg(fd, count): 64 messages a call, addresses included; looks at each one's length, first
// byte and sender.
double Recvmmsg(const Args& a) {
  static char bytes[kBatch][kRoom];
  static sockaddr_storage from[kBatch];
  static iovec iov[kBatch];
  static mmsghdr messages[kBatch];
  unsigned seen = 0;
  const double start = Now();
  for (int left = a.count; left > 0;) {
    for (unsigned i = 0; i < kBatch; i++) {
      iov[i] = {bytes[i], kRoom};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
      messages[i].msg_hdr.msg_iov = &iov[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int n = recvmmsg(a.fd, messages, kBatch, MSG_DONTWAIT, nullptr);
    if (n < 0) return -errno;
    for (int i = 0; i < n; i++)
      seen += messages[i].msg_len + static_cast<unsigned char>(bytes[i][0]) +
              messages[i].msg_hdr.msg_namelen;
    left -= n;
  }
  sink = seen;
  return Now() - start;
}

// sendmmsg(fd, count, port): 64 messages of 64 bytes a call, each filled anew; to a port where one
// is given, else on a connected socket.
double Sendmmsg(const Args& a) {
  static char bytes[kBatch][kRoom];
  static iovec iov[kBatch];
  static mmsghdr messages[kBatch];
  constexpr size_t size = 64;
  sockaddr_in to = Loopback(a.third);
  const double start = Now();
  for (int left = a.count; left > 0;) {
    const unsigned most = left < static_cast<int>(kBatch) ? static_cast<unsigned>(left) : kBatch;
    for (unsigned i = 0; i < most; i++) {
      memset(bytes[i], static_cast<int>(i), size);
      iov[i] = {bytes[i], size};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_iov = &iov[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      if (a.third != 0) {
        messages[i].msg_hdr.msg_name = &to;
        messages[i].msg_hdr.msg_namelen = sizeof to;
      }
    }
    const int n = sendmmsg(a.fd, messages, most, 0);
    if (n < 0) return -errno;
    left -= n;
  }
  return Now() - start;
}

constexpr int kSegments = 64;

// The control message that makes one payload many datagrams.
struct Segment {
  alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(uint16_t))];
  void attach(msghdr* head, int size) {
    head->msg_control = bytes;
    head->msg_controllen = sizeof bytes;
    cmsghdr* cmsg = CMSG_FIRSTHDR(head);
    cmsg->cmsg_level = SOL_UDP;
    cmsg->cmsg_type = UDP_SEGMENT;
    cmsg->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const uint16_t segment = static_cast<uint16_t>(size);
    memcpy(CMSG_DATA(cmsg), &segment, sizeof segment);
  }
};

// gso(fd, count, size): up to 64 datagrams a call, cut by the kernel.
double Gso(const Args& a) {
  static char bytes[kSegments * 1024];
  const double start = Now();
  for (int left = a.count; left > 0; left -= kSegments) {
    const int segments = left < kSegments ? left : kSegments;
    memset(bytes, left, static_cast<size_t>(segments * a.third));
    iovec iov = {bytes, static_cast<size_t>(segments * a.third)};
    msghdr head = {};
    head.msg_iov = &iov;
    head.msg_iovlen = 1;
    Segment segment;
    segment.attach(&head, a.third);
    if (sendmsg(a.fd, &head, 0) < 0) return -errno;
  }
  return Now() - start;
}

// gro(fd, count): trains of UDP_GRO, 16 messages a call; looks at each inner datagram's length and
// first byte.
double Gro(const Args& a) {
  constexpr unsigned kTrains = 16;
  static char bytes[kTrains][65536];
  static char control[kTrains][64];
  static iovec iov[kTrains];
  static sockaddr_storage from[kTrains];
  static mmsghdr messages[kTrains];
  unsigned seen = 0;
  const double start = Now();
  for (int left = a.count; left > 0;) {
    for (unsigned i = 0; i < kTrains; i++) {
      iov[i] = {bytes[i], sizeof bytes[i]};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
      messages[i].msg_hdr.msg_iov = &iov[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = control[i];
      messages[i].msg_hdr.msg_controllen = sizeof control[i];
    }
    const int n = recvmmsg(a.fd, messages, kTrains, MSG_DONTWAIT, nullptr);
    if (n < 0) return -errno;
    for (int i = 0; i < n; i++) {
      unsigned size = messages[i].msg_len;
      for (cmsghdr* c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c != nullptr;
           c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
        if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
          memcpy(&size, CMSG_DATA(c), sizeof(int));
      }
      for (unsigned at = 0; at < messages[i].msg_len; at += size) {
        seen += size + static_cast<unsigned char>(bytes[i][at]);
        left--;
      }
    }
  }
  sink = seen;
  return Now() - start;
}

// options(fd, count, value): sets SO_RCVBUF and reads it back.
double Options(const Args& a) {
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    int value = a.third;
    socklen_t len = sizeof value;
    if (setsockopt(a.fd, SOL_SOCKET, SO_RCVBUF, &value, len) < 0) return -errno;
    if (getsockopt(a.fd, SOL_SOCKET, SO_RCVBUF, &value, &len) < 0) return -errno;
  }
  return Now() - start;
}

// round_trip(fd, count): blocking send and recv of 64 bytes on a connected socket.
double RoundTrip(const Args& a) {
  char bytes[kRoom] = {};
  const double start = Now();
  for (int i = 0; i < a.count; i++) {
    if (send(a.fd, bytes, 64, 0) < 0) return -errno;
    if (recv(a.fd, bytes, sizeof bytes, 0) < 0) return -errno;
  }
  return Now() - start;
}

// round_trip_epoll(fd, count): the same on a non-blocking socket that an epoll watches, as an event
// loop does it.
double RoundTripEpoll(const Args& a) {
  char bytes[kRoom] = {};
  const int poller = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event = {};
  event.events = EPOLLIN;
  double result = 0;
  if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, a.fd, &event) < 0) result = -errno;
  const double start = Now();
  for (int i = 0; i < a.count && result == 0; i++) {
    if (send(a.fd, bytes, 64, MSG_DONTWAIT) < 0 || epoll_wait(poller, &event, 1, -1) < 0 ||
        recv(a.fd, bytes, sizeof bytes, MSG_DONTWAIT) < 0)
      result = -errno;
  }
  if (result == 0) result = Now() - start;
  close(poller);
  return result;
}

cpu_set_t before_pin;

// pin(cpu): binds the calling thread, and no other, to one core.
double Pin(const Args& a) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(a.fd, &set);
  if (sched_getaffinity(0, sizeof before_pin, &before_pin) != 0) return -errno;
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

// unpin(): gives the thread the cores back that it had before pin().
double Unpin(const Args&) {
  return sched_setaffinity(0, sizeof before_pin, &before_pin) == 0 ? 0 : -errno;
}

int Integer(napi_env env, napi_value value) {
  int32_t n = 0;
  napi_get_value_int32(env, value, &n);
  return n;
}

napi_value Call(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value argv[3];
  void* loop = nullptr;
  napi_get_cb_info(env, info, &count, argv, nullptr,
                   &loop);  // what is missing comes as undefined, which Integer makes 0
  const double ns = reinterpret_cast<Loop>(loop)(
      {Integer(env, argv[0]), Integer(env, argv[1]), Integer(env, argv[2])});
  napi_value result = nullptr;
  napi_create_double(env, ns, &result);
  return result;
}

constexpr struct {
  const char* name;
  Loop loop;
} kLoops[] = {
    {"fill", Fill},
    {"recvfrom", Recvfrom},
    {"recv", Recv},
    {"sendto", Sendto},
    {"send", Send},
    {"options", Options},
    {"roundTrip", RoundTrip},
    {"roundTripEpoll", RoundTripEpoll},
    {"pin", Pin},
    {"unpin", Unpin},
    {"recvmmsg", Recvmmsg},
    {"sendmmsg", Sendmmsg},
    {"gso", Gso},
    {"gro", Gro},
};

}  // namespace

NAPI_MODULE_INIT() {
  for (const auto& row : kLoops) {
    napi_value function = nullptr;
    napi_create_function(env, row.name, NAPI_AUTO_LENGTH, Call, reinterpret_cast<void*>(row.loop),
                         &function);
    napi_set_named_property(env, exports, row.name, function);
  }
  return exports;
}

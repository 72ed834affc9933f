// The generator: sends COUNT frames of SIZE bytes on an interface as fast as it takes them
// (sendmmsg past the queueing discipline), and tells how many went.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr unsigned kBatch = 64;

void fill(uint8_t* frame, size_t size) {
  memset(frame, 0xaa, size);
  memset(frame, 0xff, 6);  // to everybody
  memcpy(frame + 6, "\x02\0\0\0\0\x01\x08\0", 8);
  uint8_t* ip = frame + 14;
  const uint16_t total = htons(static_cast<uint16_t>(size - 14));
  memcpy(ip, "\x45\0\0\0\0\0\x40\0\x40\x11\0\0\x0a\x08\0\x01\x0a\x08\0\x02\x12\x34\x23\x28", 24);
  memcpy(ip + 2, &total, 2);
  const uint16_t udp = htons(static_cast<uint16_t>(size - 34));
  memcpy(ip + 24, &udp, 2);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return fprintf(stderr, "usage: blast INTERFACE COUNT SIZE [flows]\n"), 2;
  const unsigned long long count = strtoull(argv[2], nullptr, 10);
  const size_t size = strtoul(argv[3], nullptr, 10);
  const unsigned flows = argc > 4 ? static_cast<unsigned>(strtoul(argv[4], nullptr, 10)) : 1;
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = {};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(argv[1]));
  const int one = 1;
  if (fd < 0 || to.sll_ifindex == 0 || bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0)
    return perror("blast"), 1;
  if (strcmp(argv[1], "lo") != 0) setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
  static uint8_t frames[kBatch][2048];
  struct mmsghdr messages[kBatch] = {};
  struct iovec parts[kBatch];
  for (unsigned i = 0; i < kBatch; i++) {
    fill(frames[i], size);
    const uint16_t port = htons(static_cast<uint16_t>(1024 + i % flows));
    memcpy(frames[i] + 34, &port, 2);
    parts[i] = {frames[i], size};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (unsigned long long sent = 0; sent < count;) {
    const unsigned some = count - sent < kBatch ? static_cast<unsigned>(count - sent) : kBatch;
    for (unsigned i = 0; i < some; i++) {
      const uint64_t number = htobe64(sent + i);
      memcpy(frames[i] + 42, &number, sizeof number);
    }
    const int went = sendmmsg(fd, messages, some, 0);
    if (went > 0) sent += static_cast<unsigned>(went);
    else if (errno == ENOBUFS || errno == EAGAIN) poll(nullptr, 0, 1);
    else if (errno != EINTR) return perror("sendmmsg"), 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%llu %.0f\n", count,
         static_cast<double>(end.tv_sec - start.tv_sec) * 1e9 +
             static_cast<double>(end.tv_nsec - start.tv_nsec));
  return 0;
}

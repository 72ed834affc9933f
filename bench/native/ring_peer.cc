// The C loop to compare with: a TPACKET_V3 ring of 64 MiB into a pcap file, written in chunks of
// 256 KiB; or, without a file, only walked.
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t stopping = 0;
uint8_t chunk[(256 << 10) + (128 << 10)];
size_t used = 0;

void stop(int) { stopping = 1; }

void flush(int file) {
  if (used > 0 && write(file, chunk, used) < 0) perror("write");
  used = 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: ring_peer INTERFACE [FILE]\n"), 2;
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  const int version = TPACKET_V3;
  struct tpacket_req3 request = {};
  request.tp_block_size = 1 << 20;
  request.tp_block_nr = 64;
  request.tp_frame_size = 2048;
  request.tp_frame_nr = 512 * 64;
  request.tp_retire_blk_tov = 20;
  const bool lo = strcmp(argv[1], "lo") == 0;
  struct sock_filter incoming[] = {{0x20, 0, 0, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE)},
                                   {0x15, 0, 1, 4},
                                   {6, 0, 0, 0},
                                   {6, 0, 0, 262144}};
  struct sock_fprog program = {4, incoming};
  struct sockaddr_ll to = {};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_ALL);
  to.sll_ifindex = static_cast<int>(if_nametoindex(argv[1]));
  if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0 ||
      (lo && setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0)) {
    return perror("ring_peer"), 1;
  }
  uint8_t* const ring =
      static_cast<uint8_t*>(mmap(nullptr, 64u << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  if (ring == MAP_FAILED || bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0)
    return perror("ring_peer"), 1;
  const int file = argc > 2 ? open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
  const uint32_t header[6] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1};
  memcpy(chunk, header, sizeof header);
  used = sizeof header;
  struct sigaction action = {};
  action.sa_handler = stop;
  sigaction(SIGINT, &action, nullptr);
  printf("ready\n");
  fflush(stdout);
  unsigned long long packets = 0, bytes = 0;
  for (unsigned block = 0; !stopping;) {
    struct tpacket_block_desc* const at =
        reinterpret_cast<struct tpacket_block_desc*>(ring + (static_cast<size_t>(block) << 20));
    if ((__atomic_load_n(&at->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0) {
      struct pollfd polled = {fd, POLLIN | POLLERR, 0};
      poll(&polled, 1, -1);
      continue;
    }
    const uint8_t* packet = reinterpret_cast<uint8_t*>(at) + at->hdr.bh1.offset_to_first_pkt;
    for (uint32_t left = at->hdr.bh1.num_pkts; left > 0; left--) {
      const struct tpacket3_hdr* const head = reinterpret_cast<const struct tpacket3_hdr*>(packet);
      if (file >= 0) {
        const uint32_t record[4] = {head->tp_sec, head->tp_nsec / 1000, head->tp_snaplen,
                                    head->tp_len};
        memcpy(chunk + used, record, sizeof record);
        memcpy(chunk + used + sizeof record, packet + head->tp_mac, head->tp_snaplen);
        used += sizeof record + head->tp_snaplen;
        if (used >= (256 << 10)) flush(file);
      } else {
        bytes += head->tp_snaplen;
      }
      packet += head->tp_next_offset;
      packets++;
    }
    __atomic_store_n(&at->hdr.bh1.block_status, static_cast<uint32_t>(TP_STATUS_KERNEL),
                     __ATOMIC_RELEASE);
    block = (block + 1) % 64;
  }
  if (file >= 0) flush(file);
  struct tpacket_stats_v3 stats = {};
  socklen_t length = sizeof stats;
  getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
  printf("%llu %u %llu\n", packets, stats.tp_drops, bytes);
  return 0;
}

// libpcap's C loop into a pcap file (pcap_dump), with a buffer of 64 MiB: built where libpcap's
// headers are.
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

namespace {
pcap_t* handle = nullptr;
unsigned long long packets = 0;
void stop(int) { pcap_breakloop(handle); }
void take(u_char* file, const struct pcap_pkthdr* head, const u_char* data) {
  pcap_dump(file, head, data);
  packets++;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return fprintf(stderr, "usage: pcap_peer INTERFACE FILE\n"), 2;
  char error[PCAP_ERRBUF_SIZE];
  handle = pcap_create(argv[1], error);
  if (handle == nullptr) return fprintf(stderr, "%s\n", error), 1;
  pcap_set_snaplen(handle, 262144);
  pcap_set_buffer_size(handle, 64 << 20);
  pcap_set_timeout(handle, 20);
  if (pcap_activate(handle) < 0) return pcap_perror(handle, "pcap_activate"), 1;
  pcap_dumper_t* const file = pcap_dump_open(handle, argv[2]);
  struct sigaction action = {};
  action.sa_handler = stop;
  sigaction(SIGINT, &action, nullptr);
  printf("ready\n");
  fflush(stdout);
  pcap_loop(handle, -1, take, reinterpret_cast<u_char*>(file));
  struct pcap_stat stats = {};
  pcap_stats(handle, &stats);
  pcap_dump_close(file);
  printf("%llu %u 0\n", packets, stats.ps_drop);
  return 0;
}

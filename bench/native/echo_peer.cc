// The peer of all round trips: answers each UDP datagram on 127.0.0.1 with itself. Usage: echo_peer
// [cpu [batch]]; prints its port.
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // ends with the benchmark, however that ends
  if (argc > 1) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(atoi(argv[1]), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) perror("sched_setaffinity");
  }
  if (argc > 2 && strcmp(argv[2], "batch") == 0) {
    // A batch task never preempts whom it wakes up for: its answers come when its client waits, and
    // not before.
    const sched_param none = {};
    if (sched_setscheduler(0, SCHED_BATCH, &none) != 0) perror("sched_setscheduler");
  }
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in self = {};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t len = sizeof self;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&self), len) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&self), &len) != 0) {
    perror("echo_peer");
    return 1;
  }
  printf("%d\n", ntohs(self.sin_port));
  fflush(stdout);
  static char bytes[65536];
  for (;;) {
    sockaddr_in from;
    len = sizeof from;
    const ssize_t n =
        recvfrom(fd, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &len);
    if (n >= 0)
      sendto(fd, bytes, static_cast<size_t>(n), 0, reinterpret_cast<sockaddr*>(&from), len);
  }
}

// struct msghdr and struct cmsghdr as the kernel has them. musl declares their lengths shorter than
// the kernel's size_t, aligns control messages by that, and copies control data through a small
// buffer of its own: there the system calls are made directly.
#ifndef BSD_SOCKET_LINUX_MESSAGE_H
#define BSD_SOCKET_LINUX_MESSAGE_H

#include <stddef.h>
#include <sys/syscall.h>

#include "../platform.h"

namespace abi {

struct msghdr {
  void* msg_name;
  int msg_namelen;
  struct iovec* msg_iov;
  size_t msg_iovlen;
  void* msg_control;
  size_t msg_controllen;
  unsigned msg_flags;
};

struct mmsghdr {
  struct msghdr msg_hdr;
  unsigned msg_len;
};

struct cmsghdr {
  size_t cmsg_len;
  int cmsg_level;
  int cmsg_type;
};

/** CMSG_ALIGN: the kernel aligns control messages to a long, whatever the C library declares. */
constexpr size_t control_align(size_t length) {
  return (length + sizeof(long) - 1) & ~(sizeof(long) - 1);
}
/** CMSG_LEN(0): where a control message's data begins. */
constexpr size_t kControlHeader = control_align(sizeof(struct cmsghdr));

#ifdef BSD_SOCKET_GLIBC
static_assert(sizeof(struct msghdr) == sizeof(struct ::msghdr) &&
                  sizeof(struct mmsghdr) == sizeof(struct ::mmsghdr) &&
                  sizeof(struct cmsghdr) == sizeof(struct ::cmsghdr) &&
                  offsetof(struct msghdr, msg_controllen) ==
                      offsetof(struct ::msghdr, msg_controllen),
              "glibc declares the kernel's own structs");

inline ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  return ::recvmsg(fd, reinterpret_cast<struct ::msghdr*>(message), flags);
}
inline ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  return ::sendmsg(fd, reinterpret_cast<const struct ::msghdr*>(message), flags);
}
inline int recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
                    struct timespec* timeout) {
  return ::recvmmsg(fd, reinterpret_cast<struct ::mmsghdr*>(messages), count, flags, timeout);
}
inline int sendmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags) {
  return ::sendmmsg(fd, reinterpret_cast<struct ::mmsghdr*>(messages), count, flags);
}
#else
static_assert(sizeof(time_t) == sizeof(long), "recvmmsg(2) takes the kernel's struct timespec");

inline ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  return syscall(SYS_recvmsg, fd, message, flags);
}
inline ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  return syscall(SYS_sendmsg, fd, message, flags);
}
inline int recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
                    struct timespec* timeout) {
  return static_cast<int>(syscall(SYS_recvmmsg, fd, messages, count, flags, timeout));
}
inline int sendmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags) {
  return static_cast<int>(syscall(SYS_sendmmsg, fd, messages, count, flags));
}
#endif

}  // namespace abi

#endif

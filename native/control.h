// Control data natively: walking it, and owning the descriptors that arrive in it.
#ifndef BSD_SOCKET_CONTROL_H
#define BSD_SOCKET_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "denied.h"
#include "environment.h"
#include "linux/message.h"
#include "platform.h"

/** Calls `visit(level, type, data, length)` for each control message that lies within `length`
 * bytes. */
template <typename Visit>
inline void each_control(const uint8_t* control, size_t length, Visit visit) {
  for (size_t at = 0; at + abi::kControlHeader <= length;) {
    struct abi::cmsghdr head = {};
    memcpy(&head, control + at, sizeof head);
    if (head.cmsg_len < abi::kControlHeader || head.cmsg_len > length - at) return;
    visit(head.cmsg_level, head.cmsg_type, control + at + abi::kControlHeader,
          head.cmsg_len - abi::kControlHeader);
    at += abi::control_align(head.cmsg_len);
  }
}

/** Descriptors that arrived belong to the environment from now on. */
inline void own_arrived(Environment& environment, const uint8_t* control, size_t length) {
  each_control(control, length, [&](int level, int type, const uint8_t* data, size_t size) {
    if (level != SOL_SOCKET || (type != SCM_RIGHTS && type != SCM_PIDFD)) return;
    for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
      int fd = -1;
      memcpy(&fd, data + at, sizeof fd);
      environment.own(fd);
    }
  });
}

/** Whether a control message is among those that may not be sent as raw bytes. */
inline bool any_denied(const uint8_t* control, size_t length) {
  bool found = false;
  each_control(control, length, [&](int level, int type, const uint8_t*, size_t) {
    found = found || denied<Direction::CMSG>(level, type);
  });
  return found;
}

#endif

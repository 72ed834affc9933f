// Memory for a length that is said larger than the bytes behind it: zero-padded, and fenced, so
// that nothing is over-read or over-written.
#ifndef BSD_SOCKET_ROOM_H
#define BSD_SOCKET_ROOM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "arguments.h"

/**
 * The bytes themselves where they hold what the length says. Otherwise a copy followed by zeros up
 * to `kRoom` and by a page that nobody may touch: a kernel that believes a length of 2^31 is
 * answered EFAULT there. `finish` brings back what the kernel wrote.
 */
class Room {
 public:
  Room(Bytes bytes, uint32_t said) : bytes_(bytes), map_(nullptr) {
    if (bytes.data == nullptr || said <= bytes.length) return;
    void* map = mmap(nullptr, kRoom + kFence, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return;
    mprotect(static_cast<uint8_t*>(map) + kRoom, kFence, PROT_NONE);
    map_ = static_cast<uint8_t*>(map);
    memcpy(map_, bytes.data, held());
  }
  ~Room() {
    if (map_ != nullptr) munmap(map_, kRoom + kFence);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  /** Whether there is no memory for it: the call is answered -ENOMEM. */
  bool failed(uint32_t said) const {
    return bytes_.data != nullptr && said > bytes_.length && map_ == nullptr;
  }
  uint8_t* data() const { return map_ != nullptr ? map_ : bytes_.data; }
  void finish() const {
    if (map_ != nullptr) memcpy(bytes_.data, map_, held());
  }

 private:
  static constexpr size_t kRoom = 1 << 20;
  static constexpr size_t kFence = 1 << 16;  // a page, whatever a page is
  size_t held() const { return bytes_.length < kRoom ? bytes_.length : kRoom; }

  Bytes bytes_;
  uint8_t* map_;
};

#endif

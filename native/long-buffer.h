// Memory for a length that exceeds the bytes behind it: zero-padded, and followed by a page without
// access, so that the kernel reads and writes nothing of the caller's neighbours.
#ifndef BSD_SOCKET_LONG_BUFFER_H
#define BSD_SOCKET_LONG_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "arguments.h"

/**
 * The bytes themselves where they are as long as `length`. Otherwise a copy followed by zeros up to
 * `kSize` and by a page without access: a kernel that is given a length of 2^31 returns EFAULT
 * there. `finish` brings back what the kernel wrote.
 */
class LongBuffer {
 public:
  LongBuffer(Bytes bytes, uint32_t length) : bytes_(bytes), map_(nullptr) {
    if (bytes.data == nullptr || length <= bytes.length) return;
    void* map = mmap(nullptr, kSize + kGuard, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return;
    mprotect(static_cast<uint8_t*>(map) + kSize, kGuard, PROT_NONE);
    map_ = static_cast<uint8_t*>(map);
    memcpy(map_, bytes.data, copied());
  }
  ~LongBuffer() {
    if (map_ != nullptr) munmap(map_, kSize + kGuard);
  }
  LongBuffer(const LongBuffer&) = delete;
  LongBuffer& operator=(const LongBuffer&) = delete;

  /** Whether there is no memory for it: the call returns -ENOMEM. */
  bool failed(uint32_t length) const {
    return bytes_.data != nullptr && length > bytes_.length && map_ == nullptr;
  }
  uint8_t* data() const { return map_ != nullptr ? map_ : bytes_.data; }
  void finish() const {
    if (map_ != nullptr) memcpy(bytes_.data, map_, copied());
  }

 private:
  static constexpr size_t kSize = 1 << 20;
  static constexpr size_t kGuard = 1 << 16;  // at least a page, on every architecture
  size_t copied() const { return bytes_.length < kSize ? bytes_.length : kSize; }

  Bytes bytes_;
  uint8_t* map_;
};

#endif

// Compression of what a recorder writes, by the system's libz or libzstd.
#ifndef BSD_SOCKET_LINUX_COMPRESS_H
#define BSD_SOCKET_LINUX_COMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include <memory>

class Compressor {
 public:
  enum Kind : uint32_t { kNone = 0, kGzip = 1, kZstd = 2 };
  /** -ELIBACC where the library is absent; `compressor` is null for kNone. It writes to fd, which stays the caller's. */
  static int open(uint32_t kind, int fd, std::unique_ptr<Compressor>* compressor);

  virtual ~Compressor() = default;
  /** 0 or -errno. */
  virtual int write(const uint8_t* data, size_t size) = 0;
  /** Makes what was written readable. */
  virtual int flush() = 0;
  /** Writes the end. */
  virtual int finish() = 0;
};

#endif

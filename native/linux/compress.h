// Compression of what a recorder writes, by the system's libz or libzstd.
#ifndef BSD_SOCKET_LINUX_COMPRESS_H
#define BSD_SOCKET_LINUX_COMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include <functional>
#include <memory>

class Compressor {
 public:
  enum Kind : uint32_t { kNone = 0, kGzip = 1, kZstd = 2 };
  /** Takes what is compressed: 0 or -errno. */
  using Sink = std::function<int(const uint8_t* data, size_t size)>;
  /** 0, or -errno as open_library(); `compressor` is null for kNone. */
  static int open(uint32_t kind, Sink sink, std::unique_ptr<Compressor>* compressor);

  /** Without finish(), what is not written is lost. */
  virtual ~Compressor() = default;
  /** 0 or -errno. */
  virtual int write(const uint8_t* data, size_t size) = 0;
  /** Makes what was written readable. */
  virtual int flush() = 0;
  /** Writes the end. */
  virtual int finish() = 0;
};

#endif

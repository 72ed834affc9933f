// Records for JavaScript: bytes with native numbers, each record padded to 8.
#ifndef BSD_SOCKET_RECORDS_H
#define BSD_SOCKET_RECORDS_H

#include <stdint.h>
#include <string.h>

#include <string>

#include "arguments.h"

class Records {
 public:
  /** Opens a record: its size stands in its first four bytes once it is closed. */
  void open() {
    start_ = bytes_.size();
    number<uint32_t>(0);
  }
  void close() {
    bytes_.resize((bytes_.size() + 7) & ~static_cast<size_t>(7));
    const uint32_t size = static_cast<uint32_t>(bytes_.size() - start_);
    memcpy(&bytes_[start_], &size, sizeof size);
  }
  template <typename T>
  void number(T value) {
    append(&value, sizeof value);
  }
  void append(const void* data, size_t length) {
    if (length > 0) bytes_.append(static_cast<const char*>(data), length);
  }
  /** With the NUL that ends it. */
  void text(const char* text) { append(text, strlen(text) + 1); }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  size_t start_ = 0;
};

/** The length of what was found; it is copied to `out` where it fits. */
inline int64_t deliver(const std::string& found, Bytes out) {
  if (found.size() <= out.length) memcpy(out.data, found.data(), found.size());
  return static_cast<int64_t>(found.size());
}

#endif

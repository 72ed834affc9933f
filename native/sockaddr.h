// A sockaddr that the kernel reads or writes, with a length that may be larger or smaller than the
// bytes behind it, or negative.
#ifndef BSD_SOCKET_SOCKADDR_H
#define BSD_SOCKET_SOCKADDR_H

#include <string.h>

#include "arguments.h"
#include "platform.h"

/** More than the kernel ever reads or writes of an address, which is sizeof(sockaddr_storage). */
constexpr size_t kAddressSize = 2 * sizeof(struct sockaddr_storage);

/** An address that the kernel reads: argument `index` and its length, argument `index + 1`.
 * Zero-padded where the length is larger. */
class SockaddrIn {
 public:
  SockaddrIn(Arguments& args, int index)
      : SockaddrIn(args.bytes_or_null(index), args.word(index + 1)) {}
  SockaddrIn(Bytes bytes, uint32_t length) : bytes_(bytes), length_(length) {
    if (bytes.data == nullptr || length <= bytes.length) return;
    memset(padded_, 0, sizeof padded_);
    memcpy(padded_, bytes.data, bytes.length < sizeof padded_ ? bytes.length : sizeof padded_);
    bytes_.data = padded_;
  }
  SockaddrIn(const SockaddrIn&) = delete;
  SockaddrIn& operator=(const SockaddrIn&) = delete;

  struct sockaddr* address() const { return reinterpret_cast<struct sockaddr*>(bytes_.data); }
  socklen_t length() const { return length_; }

 private:
  Bytes bytes_;
  socklen_t length_;
  uint8_t padded_[kAddressSize];
};

/** An address that the kernel writes: argument `index`, and argument `index + 1`, whose element 0
 * is its capacity, and afterwards the length that the kernel reported. */
class SockaddrOut {
 public:
  SockaddrOut(Arguments& args, int index)
      : bytes_(args.bytes_or_null(index)), length_out_(args.ints_or_null(index + 1, 1)) {
    prepare();
  }
  /** The same with the length in other memory. */
  SockaddrOut(Bytes bytes, int32_t* length) : bytes_(bytes), length_out_{length, 1} { prepare(); }
  SockaddrOut(const SockaddrOut&) = delete;
  SockaddrOut& operator=(const SockaddrOut&) = delete;

  struct sockaddr* address() {
    return reinterpret_cast<struct sockaddr*>(padded_in_use_ ? padded_ : bytes_.data);
  }
  socklen_t* length() { return length_out_.data == nullptr ? nullptr : &length_; }
  socklen_t capacity() const { return length_; }
  /** Brings back what the kernel wrote, where the call succeeded. */
  int64_t finish(int64_t result) {
    if (result >= 0) finish(length_);
    return result;
  }
  void finish(socklen_t reported) {
    if (padded_in_use_)
      memcpy(bytes_.data, padded_, bytes_.length < sizeof padded_ ? bytes_.length : sizeof padded_);
    if (length_out_.data != nullptr) length_out_.data[0] = static_cast<int32_t>(reported);
  }

 private:
  void prepare() {
    length_ = length_out_.data == nullptr
                  ? 0
                  : static_cast<socklen_t>(__atomic_load_n(length_out_.data, __ATOMIC_RELAXED));
    padded_in_use_ = bytes_.data != nullptr && length_ > bytes_.length;
    if (padded_in_use_)
      memcpy(padded_, bytes_.data, bytes_.length < sizeof padded_ ? bytes_.length : sizeof padded_);
  }

  Bytes bytes_;
  Ints length_out_;
  socklen_t length_;
  bool padded_in_use_;
  uint8_t padded_[kAddressSize];
};

#endif

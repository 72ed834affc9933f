// A sockaddr on its way in or out, with a length that may be said larger, smaller or more negative
// than the bytes behind it.
#ifndef BSD_SOCKET_SOCKADDR_H
#define BSD_SOCKET_SOCKADDR_H

#include <string.h>

#include "arguments.h"
#include "platform.h"

/** More than the kernel ever reads or writes of an address, which is sizeof(sockaddr_storage). */
constexpr size_t kAddressRoom = 2 * sizeof(struct sockaddr_storage);

/** An address for the kernel: argument `index` and its length, argument `index + 1`. Zero-padded
 * where the length says more than there is. */
class SockaddrIn {
 public:
  SockaddrIn(Arguments& args, int index)
      : SockaddrIn(args.bytes_or_null(index), args.word(index + 1)) {}
  SockaddrIn(Bytes bytes, uint32_t said) : bytes_(bytes), length_(said) {
    if (bytes.data == nullptr || said <= bytes.length) return;
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
  uint8_t padded_[kAddressRoom];
};

/** Room for an address: argument `index`, and argument `index + 1`, whose element 0 says how much
 * room, and afterwards what the kernel reported. */
class SockaddrOut {
 public:
  SockaddrOut(Arguments& args, int index)
      : bytes_(args.bytes_or_null(index)), said_(args.ints_or_null(index + 1, 1)) {
    prepare();
  }
  /** The same where the length stands elsewhere. */
  SockaddrOut(Bytes bytes, int32_t* said) : bytes_(bytes), said_{said, 1} { prepare(); }
  SockaddrOut(const SockaddrOut&) = delete;
  SockaddrOut& operator=(const SockaddrOut&) = delete;

  struct sockaddr* address() {
    return reinterpret_cast<struct sockaddr*>(padded_in_use_ ? padded_ : bytes_.data);
  }
  socklen_t* length() { return said_.data == nullptr ? nullptr : &length_; }
  socklen_t room() const { return length_; }
  /** Brings back what the kernel wrote, where the call succeeded. */
  int64_t finish(int64_t result) {
    if (result >= 0) finish(length_);
    return result;
  }
  void finish(socklen_t reported) {
    if (padded_in_use_)
      memcpy(bytes_.data, padded_, bytes_.length < sizeof padded_ ? bytes_.length : sizeof padded_);
    if (said_.data != nullptr) said_.data[0] = static_cast<int32_t>(reported);
  }

 private:
  void prepare() {
    length_ = said_.data == nullptr
                  ? 0
                  : static_cast<socklen_t>(__atomic_load_n(said_.data, __ATOMIC_RELAXED));
    padded_in_use_ = bytes_.data != nullptr && length_ > bytes_.length;
    if (padded_in_use_)
      memcpy(padded_, bytes_.data, bytes_.length < sizeof padded_ ? bytes_.length : sizeof padded_);
  }

  Bytes bytes_;
  Ints said_;
  socklen_t length_;
  bool padded_in_use_;
  uint8_t padded_[kAddressRoom];
};

#endif

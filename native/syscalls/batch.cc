// recvmmsg and sendmmsg over one block of memory: columns of numbers, then addresses, control data
// and payload, a slot of each per message.
#include <string.h>

#include "../arguments.h"
#include "../control.h"
#include "../functions.h"
#include "../linux/message.h"
#include "../platform.h"

namespace {

constexpr size_t kMost = UIO_MAXIOV;  // messages of a call
constexpr size_t kNameSize = sizeof(struct sockaddr_storage);

/** The columns at the block's start, in this order: a uint32_t per message each. */
enum Column { LENGTH, FLAGS, NAMELEN, CONTROLLEN, COLUMNS };

/** Arguments 1 to 4: the block, its capacity in messages, and the bytes of each for payload and for
 * control data. */
class Block {
 public:
  explicit Block(Arguments& args)
      : capacity_(args.size(2)), size_(args.size(3)), control_(args.size(4)) {
    const Bytes memory = args.bytes(1);
    if (args.bad()) return;
    constexpr size_t kLeast = COLUMNS * sizeof(uint32_t) + kNameSize;
    if (memory.length < kLeast) args.refuse(1);
    if (capacity_ == 0 || capacity_ > kMost) args.refuse(2);
    if (size_ > memory.length) args.refuse(3);
    if (control_ > memory.length || control_ % alignof(struct abi::cmsghdr) != 0) args.refuse(4);
    if (args.bad()) return;
    if (memory.length / (kLeast + control_ + size_) < capacity_) args.refuse(1);
    columns_ = memory.data;
    names_ = columns_ + capacity_ * COLUMNS * sizeof(uint32_t);
    controls_ = names_ + capacity_ * kNameSize;
    slab_ = controls_ + capacity_ * control_;
  }

  size_t capacity() const { return capacity_; }
  size_t size() const { return size_; }
  size_t control_size() const { return control_; }
  uint8_t* name(size_t i) const { return names_ + i * kNameSize; }
  uint8_t* control(size_t i) const { return controls_ + i * control_; }
  uint8_t* payload(size_t i) const { return slab_ + i * size_; }

  uint32_t get(Column column, size_t i) const {
    uint32_t value = 0;
    memcpy(&value, place(column, i), sizeof value);
    return value;
  }
  void put(Column column, size_t i, size_t value) const {
    const uint32_t word = static_cast<uint32_t>(value);
    memcpy(place(column, i), &word, sizeof word);
  }

 private:
  uint8_t* place(Column column, size_t i) const {
    return columns_ + (column * capacity_ + i) * sizeof(uint32_t);
  }

  size_t capacity_, size_, control_;
  uint8_t *columns_ = nullptr, *names_ = nullptr, *controls_ = nullptr, *slab_ = nullptr;
};

/** The kernel's headers, built for each call because the kernel writes into them. */
struct Headers {
  struct abi::mmsghdr messages[kMost];
  struct iovec iov[kMost];

  void set(size_t at, const Block& block, size_t i, size_t length, size_t namelen,
           size_t controllen) {
    iov[at] = {block.payload(i), length};
    struct abi::msghdr& head = messages[at].msg_hdr;
    head.msg_name = namelen == 0 ? nullptr : block.name(i);
    head.msg_namelen = static_cast<int>(namelen);
    head.msg_iov = &iov[at];
    head.msg_iovlen = 1;
    head.msg_control = controllen == 0 ? nullptr : block.control(i);
    head.msg_controllen = controllen;
    head.msg_flags = 0;
  }
};

napi_value recvmmsg_block(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(5);
  const Block block(args);
  if (args.bad()) return args.refusal();
  Headers headers;
  for (size_t i = 0; i < block.capacity(); i++)
    headers.set(i, block, i, block.size(), kNameSize, block.control_size());
  // With MSG_TRUNC, TCP reports bytes that it did not write.
  if ((flags & MSG_TRUNC) != 0) memset(block.payload(0), 0, block.capacity() * block.size());
  const int64_t count = result([&] {
    return abi::recvmmsg(fd, headers.messages, static_cast<unsigned>(block.capacity()), flags,
                         nullptr);
  });
  for (size_t i = 0; static_cast<int64_t>(i) < count; i++) {
    const struct abi::msghdr& reported = headers.messages[i].msg_hdr;
    block.put(LENGTH, i, headers.messages[i].msg_len);
    block.put(FLAGS, i, reported.msg_flags);
    block.put(NAMELEN, i, static_cast<size_t>(reported.msg_namelen));
    block.put(CONTROLLEN, i, reported.msg_controllen);
    if (reported.msg_controllen > 0 && block.control_size() > 0)
      own_arrived(args.environment(), block.control(i), reported.msg_controllen);
  }
  return args.answer(count);
}

napi_value sendmmsg_block(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(7);
  const size_t from = args.size(5), end = args.size(6);
  const Block block(args);
  if (args.bad()) return args.refusal();
  if (from > block.capacity()) args.refuse(5);
  if (end < from || end > block.capacity()) args.refuse(6);
  if (args.bad()) return args.refusal();
  Headers headers;
  for (size_t i = from; i < end; i++) {
    const size_t length = block.get(LENGTH, i), namelen = block.get(NAMELEN, i),
                 controllen = block.get(CONTROLLEN, i);
    if (length > block.size() || namelen > kNameSize || controllen > block.control_size()) {
      args.refuse(1);
      return args.refusal();
    }
    if (any_denied(block.control(i), controllen)) return args.answer(kDenied);
    headers.set(i - from, block, i, length, namelen, controllen);
  }
  return args.answer(result([&] {
    return abi::sendmmsg(fd, headers.messages, static_cast<unsigned>(end - from), flags);
  }));
}

}  // namespace

const Function kBatch[] = {
    {"recvmmsg_block", recvmmsg_block}, {"sendmmsg_block", sendmmsg_block}, {nullptr, nullptr}};

// recvmsg, sendmsg, recvmmsg, sendmmsg: scattered bytes, addresses, control data, one message or
// many.
#include <string.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "../arguments.h"
#include "../control.h"
#include "../functions.h"
#include "../linux/message.h"
#include "../long-buffer.h"
#include "../platform.h"
#include "../sockaddr.h"

namespace {

constexpr uint32_t kMost = UIO_MAXIOV;  // vectors of a message, and messages of a call

/**
 * The elements of an array, at most kMost + 1: the kernel refuses that many vectors, and sends no
 * message beyond kMost, without reading what follows. Getters may run here: no pointer is read
 * before the last of these calls.
 */
std::vector<napi_value> elements(Arguments& args, int index, napi_value array) {
  const napi_env env = args.env();
  bool is_array = false;
  uint32_t length = 0;
  if (napi_is_array(env, array, &is_array) != napi_ok || !is_array ||
      napi_get_array_length(env, array, &length) != napi_ok) {
    args.refuse(index);
    return {};
  }
  std::vector<napi_value> found(std::min(length, kMost + 1));
  for (uint32_t i = 0; i < found.size(); i++) {
    if (napi_get_element(env, array, i, &found[i]) == napi_ok) continue;
    napi_value thrown = nullptr;
    napi_get_and_clear_last_exception(env, &thrown);
    args.refuse(index);
    return {};
  }
  return found;
}

std::vector<struct iovec> vectors(Arguments& args, int index,
                                  const std::vector<napi_value>& arrays) {
  std::vector<struct iovec> iov(arrays.size());
  for (size_t i = 0; i < arrays.size(); i++) {
    const Bytes bytes = args.bytes_or_length(index, arrays[i]);
    iov[i] = {bytes.data, bytes.length};
  }
  return iov;
}

/** A message to receive: its header, and what the kernel reported. */
class MessageIn {
 public:
  MessageIn(std::vector<struct iovec>& iov, Bytes name, Bytes control, int32_t* namelen,
            int32_t* controllen, int32_t* msg_flags)
      : name_(name, namelen),
        controllen_in_(static_cast<uint32_t>(__atomic_load_n(controllen, __ATOMIC_RELAXED))),
        buffer_(control, controllen_in_),
        controllen_(controllen),
        msg_flags_(msg_flags) {
    head.msg_name = name_.address();
    head.msg_namelen = static_cast<int>(name_.capacity());
    head.msg_iov = iov.data();
    head.msg_iovlen = iov.size();
    head.msg_control = buffer_.data();
    head.msg_controllen = controllen_in_;
    head.msg_flags = static_cast<unsigned>(*msg_flags);
  }

  bool failed() const { return buffer_.failed(controllen_in_); }
  void finish(Environment& environment, const struct abi::msghdr& reported) {
    if (buffer_.data() != nullptr)
      own_arrived(environment, buffer_.data(), reported.msg_controllen);
    name_.finish(static_cast<socklen_t>(reported.msg_namelen));
    buffer_.finish();
    *controllen_ = static_cast<int32_t>(reported.msg_controllen);
    *msg_flags_ = static_cast<int32_t>(reported.msg_flags);
  }

  struct abi::msghdr head = {};

 private:
  SockaddrOut name_;
  const uint32_t controllen_in_;  // read once: another thread may share the array
  LongBuffer buffer_;
  int32_t* controllen_;
  int32_t* msg_flags_;
};

/** A message to send. */
class MessageOut {
 public:
  MessageOut(std::vector<struct iovec>& iov, Bytes name, uint32_t namelen, Bytes control,
             uint32_t controllen, int msg_flags)
      : name_(name, namelen), buffer_(control, controllen), controllen_(controllen) {
    head.msg_name = name_.address();
    head.msg_namelen = static_cast<int>(name_.length());
    head.msg_iov = iov.data();
    head.msg_iovlen = iov.size();
    head.msg_control = buffer_.data();
    head.msg_controllen = controllen;
    head.msg_flags = static_cast<unsigned>(msg_flags);
    if (control.data != nullptr)
      denied_ = any_denied(control.data, controllen < control.length ? controllen : control.length);
  }

  /** 0, or why this message is not sent: kDenied, -ENOMEM. */
  int refusal() const { return denied_ ? kDenied : buffer_.failed(controllen_) ? -ENOMEM : 0; }

  struct abi::msghdr head = {};

 private:
  SockaddrIn name_;
  LongBuffer buffer_;
  uint32_t controllen_;
  bool denied_ = false;
};

/** With MSG_TRUNC, TCP reports bytes that it did not write: they must not be what the buffers held
 * before. */
void clear_for(int flags, const std::vector<struct iovec>& iov) {
  if ((flags & MSG_TRUNC) == 0) return;
  for (const struct iovec& part : iov) {
    if (part.iov_base != nullptr) memset(part.iov_base, 0, part.iov_len);
  }
}

napi_value recvmsg_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(5);
  const bool null_message = args.is_null(1);
  const std::vector<napi_value> arrays =
      null_message ? std::vector<napi_value>() : elements(args, 1, args.value(1));
  std::vector<struct iovec> iov = vectors(args, 1, arrays);
  const Bytes name = args.bytes_or_null(2), control = args.bytes_or_null(3);
  const Ints out = args.ints(4, 3);
  if (args.bad()) return args.refusal();
  if (null_message) return args.answer(result([&] { return abi::recvmsg(fd, nullptr, flags); }));
  MessageIn message(iov, name, control, &out.data[0], &out.data[1], &out.data[2]);
  if (message.failed()) return args.answer(-ENOMEM);
  clear_for(flags, iov);
  const int64_t length = result([&] { return abi::recvmsg(fd, &message.head, flags); });
  if (length >= 0) message.finish(args.environment(), message.head);
  return args.answer(length);
}

napi_value sendmsg_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), msg_flags = args.flags(6), flags = args.flags(7);
  const uint32_t namelen = args.word(3), controllen = args.word(5);
  const bool null_message = args.is_null(1);
  const std::vector<napi_value> arrays =
      null_message ? std::vector<napi_value>() : elements(args, 1, args.value(1));
  std::vector<struct iovec> iov = vectors(args, 1, arrays);
  const Bytes name = args.bytes_or_null(2), control = args.bytes_or_null(4);
  if (args.bad()) return args.refusal();
  if (null_message) return args.answer(result([&] { return abi::sendmsg(fd, nullptr, flags); }));
  const MessageOut message(iov, name, namelen, control, controllen, msg_flags);
  if (message.refusal() < 0) return args.answer(message.refusal());
  return args.answer(result([&] { return abi::sendmsg(fd, &message.head, flags); }));
}

/** The messages of recvmmsg and sendmmsg, argument 1: [iov, name, control] each. Their heads,
 * argument 2: four numbers each. */
class Batch {
 public:
  explicit Batch(Arguments& args) {
    struct Entry {
      std::vector<napi_value> parts, iov;
    };
    std::vector<Entry> entries;
    for (const napi_value entry : elements(args, 1, args.value(1))) {
      entries.push_back({elements(args, 1, entry), {}});
      if (entries.back().parts.size() != 3) {
        args.refuse(1);
        return;
      }
      entries.back().iov = elements(args, 1, entries.back().parts[0]);
    }
    // From here on no JavaScript runs.
    for (const Entry& entry : entries) {
      iovs.push_back(vectors(args, 1, entry.iov));
      names.push_back(args.bytes_or_null(1, entry.parts[1]));
      controls.push_back(args.bytes_or_null(1, entry.parts[2]));
    }
    heads = args.ints(2, 4 * entries.size()).data;
  }

  size_t size() const { return iovs.size(); }
  int32_t* head(size_t i) const { return heads + 4 * i; }

  std::vector<std::vector<struct iovec>> iovs;
  std::vector<Bytes> names, controls;
  int32_t* heads = nullptr;
};

napi_value recvmmsg_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(3);
  const int64_t seconds = args.wide(4), nanoseconds = args.wide(5);
  Batch batch(args);
  if (args.bad()) return args.refusal();
  std::deque<MessageIn> messages;
  std::vector<struct abi::mmsghdr> headers(batch.size());
  for (size_t i = 0; i < batch.size(); i++) {
    int32_t* head = batch.head(i);
    messages.emplace_back(batch.iovs[i], batch.names[i], batch.controls[i], &head[1], &head[2],
                          &head[3]);
    if (messages.back().failed()) return args.answer(-ENOMEM);
    headers[i].msg_hdr = messages.back().head;
    clear_for(flags, batch.iovs[i]);
  }
  struct timespec timeout = {static_cast<time_t>(seconds), static_cast<long>(nanoseconds)};
  const int64_t count = result([&] {
    return abi::recvmmsg(fd, headers.data(), static_cast<unsigned>(headers.size()), flags,
                         seconds < 0 ? nullptr : &timeout);
  });
  for (int64_t i = 0; i < count; i++) {
    const size_t at = static_cast<size_t>(i);
    messages[at].finish(args.environment(), headers[at].msg_hdr);
    batch.head(at)[0] = static_cast<int32_t>(headers[at].msg_len);
  }
  return args.answer(count);
}

napi_value sendmmsg_(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), flags = args.flags(3);
  Batch batch(args);
  if (args.bad()) return args.refusal();
  std::deque<MessageOut> messages;
  std::vector<struct abi::mmsghdr> headers(batch.size());
  for (size_t i = 0; i < batch.size(); i++) {
    const int32_t* head = batch.head(i);
    messages.emplace_back(batch.iovs[i], batch.names[i], static_cast<uint32_t>(head[1]),
                          batch.controls[i], static_cast<uint32_t>(head[2]), head[3]);
    if (messages.back().refusal() < 0) return args.answer(messages.back().refusal());
    headers[i].msg_hdr = messages.back().head;
  }
  const int64_t count = result([&] {
    return abi::sendmmsg(fd, headers.data(), static_cast<unsigned>(headers.size()), flags);
  });
  for (int64_t i = 0; i < count; i++)
    batch.head(static_cast<size_t>(i))[0] =
        static_cast<int32_t>(headers[static_cast<size_t>(i)].msg_len);
  return args.answer(count);
}

}  // namespace

const Function kMessage[] = {{"recvmsg", recvmsg_},
                             {"sendmsg", sendmsg_},
                             {"recvmmsg", recvmmsg_},
                             {"sendmmsg", sendmmsg_},
                             {nullptr, nullptr}};

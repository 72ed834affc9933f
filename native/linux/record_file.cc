// pcap and pcapng records into files: gathered to chunks of 512 KiB, rotated by size and time,
// whole to the last record whatever happens.
#include "record_file.h"

#include <stdio.h>
#include <time.h>

#include <algorithm>

#include "../result.h"

namespace {

constexpr size_t kChunk = 512 << 10;
constexpr uint32_t kEnhancedPacket = 6, kStatistics = 5;
constexpr uint32_t kStatisticsLength = 52;
constexpr size_t kPcapHead = 16, kEnhancedHead = 28, kEnhancedTail = 16;

size_t padded(size_t size) { return (size + 3) & ~static_cast<size_t>(3); }

template <typename T>
uint8_t* put(uint8_t* to, T value) {
  memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

size_t largest_block(const std::vector<std::shared_ptr<Ring>>& rings) {
  size_t largest = 0;
  for (const auto& ring : rings) largest = std::max<size_t>(largest, ring->block_size());
  return largest;
}

/** epb_flags: 1 came in, 2 went out; how it was addressed, in bits 2 to 4. */
uint32_t flags_of(uint8_t pkttype) {
  switch (pkttype) {
    case PACKET_HOST:
      return 1 | 1 << 2;
    case PACKET_BROADCAST:
      return 1 | 3 << 2;
    case PACKET_MULTICAST:
      return 1 | 2 << 2;
    case PACKET_OTHERHOST:
      return 1 | 4 << 2;
    case PACKET_OUTGOING:
      return 2;
    default:
      return 0;
  }
}

}  // namespace

namespace {

/** Links that /dev and /proc have to the descriptors of this process. */
bool own_descriptor(const char* path) {
  static constexpr const char* kLinks[] = {"/dev/stdout", "/dev/stderr"};
  static constexpr const char* kFolders[] = {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"};
  for (const char* link : kLinks)
    if (strcmp(path, link) == 0) return true;
  for (const char* folder : kFolders) {
    const size_t length = strlen(folder);
    if (strncmp(path, folder, length) == 0 && strchr(path + length, '/') == nullptr) return true;
  }
  return false;
}

/** Creates or empties a file. A symbolic link is followed where that was asked for, where it is
 * one to a descriptor of our own, and to what is no regular file: it is not emptied. */
int64_t open_path(const char* path, uint32_t mode, bool follow) {
  constexpr int kFlags = O_WRONLY | O_CLOEXEC | O_NONBLOCK;
  const int links = follow || own_descriptor(path) ? 0 : O_NOFOLLOW;
  const int64_t fd = result(
      [&] { return open(path, kFlags | O_CREAT | O_TRUNC | links, static_cast<mode_t>(mode)); });
  if (fd != -ELOOP) return fd;
  const int64_t other = result([&] { return open(path, kFlags); });
  struct stat about = {};
  if (other < 0 || (fstat(static_cast<int>(other), &about) == 0 &&
                    (S_ISCHR(about.st_mode) || S_ISFIFO(about.st_mode))))
    return other;
  close(static_cast<int>(other));
  return -ELOOP;
}

}  // namespace

int64_t monotonic_ms() {
  struct timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

RecordFile::RecordFile(const abi::recorder_settings& settings, std::string path,
                       std::vector<uint8_t> header, std::vector<std::shared_ptr<Ring>> rings,
                       int wake, const std::atomic<bool>* abandoned)
    : settings_(settings),
      path_(std::move(path)),
      header_(std::move(header)),
      rings_(std::move(rings)),
      wake_(wake),
      abandoned_(abandoned),
      tail_(settings.format != 0 ? kStatisticsLength * rings_.size() : 0),
      buffer_(kChunk + largest_block(rings_) + header_.size() + tail_ + 4096) {}

RecordFile::~RecordFile() {
  compressor_.reset();
  if (fd_ >= 0) close(fd_);
}

/** The n-th file: `path`, then path1, path2 ...; path0 ... with as many digits as the last one
 * needs where only so many are kept. strftime(3) goes first, and what it names again gets a number.
 */
std::string RecordFile::name() {
  std::string base = path_;
  if (settings_.rotate_ms > 0 && base.find('%') != std::string::npos) {
    const time_t now = time(nullptr);
    struct tm local = {};
    char text[4096];
    localtime_r(&now, &local);
    const size_t length = strftime(text, sizeof text, base.c_str(), &local);
    if (length > 0) {
      base.assign(text, length);
      repeated_ = base == dated_ ? repeated_ + 1 : 0;
      dated_ = base;
      return repeated_ == 0 ? base : base + std::to_string(repeated_);
    }
  }
  if (settings_.rotate_bytes == 0 && settings_.rotate_ms == 0) return base;
  char number[32];
  if (settings_.rotate_files > 0) {
    const int digits = snprintf(nullptr, 0, "%u", settings_.rotate_files - 1);
    snprintf(number, sizeof number, "%0*u", digits,
             static_cast<unsigned>(files_ % settings_.rotate_files));
    return base + number;
  }
  if (files_ == 0) return base;
  snprintf(number, sizeof number, "%llu", static_cast<unsigned long long>(files_));
  return base + number;
}

/** The next file, or the descriptor of the settings. Writing to a pipe must not block, or a stop
 * would wait for its reader. */
int RecordFile::open_descriptor() {
  if (settings_.fd < 0 || !path_.empty())
    return static_cast<int>(open_path(name().c_str(), settings_.mode, settings_.follow != 0));
  struct stat about = {};
  if (fstat(settings_.fd, &about) == 0 && S_ISFIFO(about.st_mode)) {
    // Opened anew: O_NONBLOCK of a duplicate would apply to everybody who has the pipe.
    char own[32];
    snprintf(own, sizeof own, "/proc/self/fd/%d", settings_.fd);
    const int64_t fd = result([&] { return open(own, O_WRONLY | O_CLOEXEC | O_NONBLOCK); });
    if (fd >= 0) return static_cast<int>(fd);
  }
  return static_cast<int>(result([&] { return fcntl(settings_.fd, F_DUPFD_CLOEXEC, 3); }));
}

int RecordFile::open_next() {
  fd_ = open_descriptor();
  if (fd_ < 0) {
    const int status = fd_;
    fd_ = -1;
    return status;
  }
  const auto sink = [this](const uint8_t* data, size_t size) {
    size_t wrote = 0;
    return write_all(data, size, &wrote);
  };
  const int compressed = Compressor::open(settings_.compress, sink, &compressor_);
  if (compressed < 0) return compressed;
  files_++;
  struct stat about = {};
  const bool known = fstat(fd_, &about) == 0;
  live_ = !known || !S_ISREG(about.st_mode);
  socket_ = known && S_ISSOCK(about.st_mode);
  opened_ = monotonic_ms();
  written_ = 0;
  std::copy(header_.begin(), header_.end(), buffer_.data());
  used_ = header_.size();
  file_bytes_ = used_;
  bytes_ += used_;
  gathered_ = 0;
  // A pipe may be full already: the recorder's thread waits for that.
  return known && (S_ISFIFO(about.st_mode) || socket_) ? 0 : flush();
}

size_t RecordFile::record_size(size_t caplen) const {
  return settings_.format == 0 ? kPcapHead + caplen
                               : kEnhancedHead + padded(caplen) + kEnhancedTail;
}

inline int RecordFile::add(const RingFrame& frame, uint32_t interface) {
  const struct tpacket3_hdr& head = *frame.head;
  const uint32_t caplen = frame.caplen;
  const size_t size = record_size(caplen);
  const bool full = settings_.rotate_bytes > 0 &&
                    file_bytes_ + size + tail_ > settings_.rotate_bytes &&
                    file_bytes_ > header_.size();
  const bool old = settings_.rotate_ms > 0 &&
                   monotonic_ms() - opened_ >= static_cast<int64_t>(settings_.rotate_ms);
  const size_t more = size + tail_ + (full || old ? header_.size() + tail_ : 0);
  if (settings_.bytes > 0 && bytes_ + more > settings_.bytes) return kFull;
  if (full || old) {
    int status = finish();
    if (status >= 0) status = open_next();
    if (status < 0) return status;
  }
  uint8_t* to = buffer_.data() + used_;
  const uint32_t fraction = settings_.nanoseconds != 0 ? head.tp_nsec : head.tp_nsec / 1000;
  if (settings_.format == 0) {
    const uint32_t words[4] = {head.tp_sec, fraction, caplen, head.tp_len};
    memcpy(to, words, sizeof words);
    memcpy(to + sizeof words, frame.data, caplen);
  } else {
    const uint64_t units = settings_.nanoseconds != 0 ? 1000000000u : 1000000u;
    const uint64_t time = head.tp_sec * units + fraction;
    const uint32_t length = static_cast<uint32_t>(size);
    const uint32_t words[7] = {kEnhancedPacket,
                               length,
                               interface,
                               static_cast<uint32_t>(time >> 32),
                               static_cast<uint32_t>(time),
                               caplen,
                               head.tp_len};
    memcpy(to, words, sizeof words);
    to += sizeof words;
    memcpy(to, frame.data, caplen);
    memset(to + caplen, 0, padded(caplen) - caplen);
    to = put<uint16_t>(to + padded(caplen), 2);  // epb_flags
    to = put<uint16_t>(to, 4);
    to = put<uint32_t>(to, flags_of(frame_address(frame.head)->sll_pkttype));
    to = put<uint32_t>(to, 0);  // opt_endofopt
    put<uint32_t>(to, length);
  }
  used_ += size;
  file_bytes_ += size;
  bytes_ += size;
  gathered_++;
  packets_++;
  return used_ >= kChunk ? flush() : 0;
}

/** A classic file without limits: nothing is checked between two frames but whether the chunk is
 * full. */
int RecordFile::take_plain(const Ring& ring, uint32_t block) {
  const uint32_t how = settings_.prepare;
  const bool nanoseconds = settings_.nanoseconds != 0, cooked = (how & kCooked) != 0;
  uint8_t* to = buffer_.data() + used_;
  const uint8_t* const full = buffer_.data() + kChunk;
  uint64_t taken = 0;
  const auto settle = [&] {
    const size_t size = static_cast<size_t>(to - buffer_.data()) - used_;
    used_ += size;
    file_bytes_ += size;
    bytes_ += size;
    gathered_ += taken;
    packets_ += taken;
    taken = 0;
  };
  BlockFrames frames(ring, block);
  for (RingFrame frame; frames.next(&frame);) {
    if (cooked || (frame.head->tp_status & TP_STATUS_VLAN_VALID) != 0) prepare_frame(&frame, how);
    const struct tpacket3_hdr& head = *frame.head;
    const uint32_t words[4] = {head.tp_sec, nanoseconds ? head.tp_nsec : head.tp_nsec / 1000,
                               frame.caplen, head.tp_len};
    memcpy(to, words, sizeof words);
    memcpy(to + sizeof words, frame.data, frame.caplen);
    to += sizeof words + frame.caplen;
    taken++;
    if (to < full) continue;
    settle();
    const int status = flush();
    if (status < 0) return status;
    to = buffer_.data() + used_;
  }
  settle();
  return 0;
}

int RecordFile::take(Ring& ring, uint32_t block, uint32_t interface) {
  if (settings_.format == 0 && settings_.packets == 0 && settings_.bytes == 0 &&
      settings_.rotate_bytes == 0 && settings_.rotate_ms == 0)
    return take_plain(ring, block);
  BlockFrames frames(ring, block);
  const uint32_t how = settings_.prepare;
  for (RingFrame frame; frames.next(&frame);) {
    if (how != 0) prepare_frame(&frame, how);
    const int status = add(frame, interface);
    if (status != 0) return status;
    if (packets_ == settings_.packets) return kFull;
  }
  return 0;
}

/** The descriptor may be a pipe that nobody reads: a stop does not wait for ever. */
int RecordFile::wait_writable() {
  if (abandoned_->load()) return -ECANCELED;
  struct pollfd polled[2] = {{fd_, POLLOUT, 0}, {wake_, POLLIN, 0}};
  const int64_t status = result([&] { return poll(polled, woken_ ? 1 : 2, woken_ ? 20 : 1000); });
  if (status < 0) return static_cast<int>(status);
  woken_ = woken_ || polled[1].revents != 0;
  return abandoned_->load() ? -ECANCELED : 0;
}

int RecordFile::write_all(const uint8_t* data, size_t size, size_t* wrote) {
  for (*wrote = 0; *wrote < size;) {
    // A socket's O_NONBLOCK applies to everybody who has it.
    const int64_t status = result([&] {
      return socket_ ? send(fd_, data + *wrote, size - *wrote, MSG_DONTWAIT | MSG_NOSIGNAL)
                     : write(fd_, data + *wrote, size - *wrote);
    });
    if (status == -EAGAIN) {
      const int waited = wait_writable();
      if (waited < 0) return waited;
    } else if (status < 0) {
      return static_cast<int>(status);
    } else {
      *wrote += static_cast<size_t>(status);
    }
  }
  return 0;
}

/** `wrote`: bytes of it that are in the file; 0 where it is compressed. */
int RecordFile::write_gathered(size_t* wrote) {
  if (compressor_ == nullptr) return write_all(buffer_.data(), used_, wrote);
  *wrote = 0;
  const int status = compressor_->write(buffer_.data(), used_);
  return status < 0 || !live_ ? status : compressor_->flush();
}

/** Only `wrote` bytes of what was gathered were written: the file is cut after the last whole
 * record. */
void RecordFile::cut(size_t wrote) {
  const bool begins = written_ == 0;
  size_t whole = begins ? header_.size() : 0;
  uint64_t frames = 0;
  if (whole > wrote) whole = 0;
  else {
    for (;;) {
      uint32_t length = 0, type = kEnhancedPacket;
      if (whole + kPcapHead > used_) break;
      memcpy(&length, buffer_.data() + whole + (settings_.format == 0 ? 8 : 4), sizeof length);
      if (settings_.format != 0) memcpy(&type, buffer_.data() + whole, sizeof type);
      const size_t size = settings_.format == 0 ? kPcapHead + length : length;
      if (whole + size > wrote) break;
      whole += size;
      frames += type == kEnhancedPacket;
    }
  }
  // Relative to the file offset: a standard output need not have begun at 0.
  const off_t end = lseek(fd_, 0, SEEK_CUR);
  const off_t keep = end - static_cast<off_t>(wrote - whole);
  if (compressor_ == nullptr && end >= 0 && keep >= 0 && ftruncate(fd_, keep) == 0)
    lseek(fd_, keep, SEEK_SET);
  packets_ -= gathered_ - frames;
  bytes_ -= used_ - whole;
  used_ = 0;
  gathered_ = 0;
}

int RecordFile::flush() {
  if (failed_ || used_ == 0) return 0;
  size_t wrote = 0;
  const int status = write_gathered(&wrote);
  if (status < 0) {
    failed_ = true;
    cut(wrote);
    return status;
  }
  written_ += used_;
  used_ = 0;
  gathered_ = 0;
  return 0;
}

/** An interface statistics block for each ring: isb_ifrecv is 4, isb_ifdrop 5. */
void RecordFile::statistics() {
  struct timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const uint64_t units = settings_.nanoseconds != 0 ? 1000000000u : 1000000u;
  const uint64_t time = static_cast<uint64_t>(now.tv_sec) * units +
                        static_cast<uint64_t>(now.tv_nsec) / (1000000000u / units);
  for (size_t i = 0; i < rings_.size(); i++) {
    RingCounts counts = {};
    if (rings_[i]->counts(&counts) < 0) continue;
    uint8_t* to = buffer_.data() + used_;
    for (const uint32_t word : {kStatistics, kStatisticsLength, static_cast<uint32_t>(i),
                                static_cast<uint32_t>(time >> 32), static_cast<uint32_t>(time)})
      to = put(to, word);
    const uint64_t values[2] = {counts.received + counts.dropped, counts.dropped};
    for (uint16_t option = 4; option <= 5; option++) {
      to = put<uint16_t>(put<uint16_t>(to, option), 8);
      to = put(to, values[option - 4]);
    }
    to = put<uint32_t>(to, 0);
    put<uint32_t>(to, kStatisticsLength);
    used_ += kStatisticsLength;
    bytes_ += kStatisticsLength;
  }
}

int RecordFile::finish() {
  if (fd_ < 0) return 0;
  if (!failed_ && settings_.format != 0) statistics();
  int status = flush();
  if (compressor_ != nullptr && !failed_) status = compressor_->finish();
  compressor_.reset();
  close(fd_);
  fd_ = -1;
  return status;
}

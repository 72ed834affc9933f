// A ring of received frames (PACKET_RX_RING, TPACKET_V3), shared with the kernel: its mapping, its
// blocks, the frames in a block.
#ifndef BSD_SOCKET_LINUX_RING_H
#define BSD_SOCKET_LINUX_RING_H

#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "../platform.h"

/** What prepare() does to frames. */
constexpr uint32_t kReinsert =
    1;  // puts the VLAN tag back that the kernel took out of an Ethernet frame
constexpr uint32_t kCooked =
    2;  // puts a LINKTYPE_LINUX_SLL2 header before what a SOCK_DGRAM socket received

/** Frames since the ring was opened. */
struct RingCounts {
  uint64_t received;  // frames put into the ring
  uint64_t dropped;   // frames for which it had no space
  uint64_t frozen;    // how often the ring was full
};

/** One frame where it lies in its block. */
struct RingFrame {
  struct tpacket3_hdr* head;
  uint8_t* data;
  uint32_t caplen;  // read once: another thread may change the header
};

class Ring {
 public:
  /** Makes and maps the ring of a packet socket: 0 or -errno. The sizes are whole pages and their
   * product fits a size_t. */
  static int open(int fd, uint32_t block_size, uint32_t blocks, uint32_t timeout_ms, bool cooked,
                  std::shared_ptr<Ring>* ring);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /** Lets the socket go: the ring's memory reads as zeros from now on, and stays mapped until no
   * ArrayBuffer covers it. */
  void retire();

  /** A descriptor of the socket, of our own; -1 once retired. */
  int fd() const { return fd_; }
  uint8_t* memory() const { return memory_; }
  size_t size() const { return static_cast<size_t>(block_size_) * blocks_; }
  uint32_t block_size() const { return block_size_; }
  uint32_t blocks() const { return blocks_; }
  uint32_t timeout_ms() const { return timeout_ms_; }

  /** The block that the kernel fills next, or has filled. */
  uint32_t position() const { return position_; }
  uint8_t* block(uint32_t index) const {
    return memory_ + static_cast<size_t>(index) * block_size_;
  }
  /** Whether the block belongs to user space (TP_STATUS_USER). */
  bool filled(uint32_t index) const {
    return (__atomic_load_n(status(index), __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
  }
  /** Frames in blocks that were given back. */
  uint64_t taken() const { return taken_; }
  /** Gives the block back to the kernel. */
  void release(uint32_t index);

  /** Reads PACKET_STATISTICS, which resets its counters, and adds them up. 0 or -errno. */
  int counts(RingCounts* counts);

  /** The header of a block. */
  const struct tpacket_hdr_v1& about(uint32_t index) const { return descriptor(index)->hdr.bh1; }
  /** Applies kReinsert and kCooked to every frame of the block, once. Returns the number of
   * frames. */
  uint32_t prepare(uint32_t index, uint32_t how) const;

  /** The ArrayBuffer over the memory, held weakly; of the JavaScript thread. */
  napi_ref buffer = nullptr;
  /** Somebody transferred it (ArrayBuffer.prototype.transfer): another thread may read the memory
   * when this one is gone. */
  bool escaped = false;
  /** Its thread ended while an ArrayBuffer may still cover the memory: it stays mapped. */
  bool stays = false;
  /** A recorder's thread reads it: nobody else may. */
  std::atomic<bool> recorded{false};

 private:
  Ring(int fd, uint8_t* memory, uint32_t block_size, uint32_t blocks, uint32_t timeout_ms)
      : fd_(fd),
        memory_(memory),
        block_size_(block_size),
        blocks_(blocks),
        timeout_ms_(timeout_ms),
        position_(0),
        counts_{0, 0, 0} {}
  struct tpacket_block_desc* descriptor(uint32_t index) const {
    return reinterpret_cast<struct tpacket_block_desc*>(block(index));
  }
  uint32_t* status(uint32_t index) const { return &descriptor(index)->hdr.bh1.block_status; }

  int fd_;
  uint8_t* memory_;
  uint32_t block_size_, blocks_, timeout_ms_, position_;
  std::atomic<uint64_t> taken_{0};
  std::mutex lock_;
  RingCounts counts_;
  int64_t counted_ = 0;  // when release() last called counts(), seconds
};

/** The frames of a block, one after the other. JavaScript can write into this memory: every offset
 * and length is checked against the block. */
class BlockFrames {
 public:
  BlockFrames(const Ring& ring, uint32_t index)
      : block_(ring.block(index)),
        size_(ring.block_size()),
        offset_(__atomic_load_n(&ring.about(index).offset_to_first_pkt, __ATOMIC_RELAXED)),
        left_(__atomic_load_n(&ring.about(index).num_pkts, __ATOMIC_RELAXED)) {}

  /** Whether there is one more that lies whole within the block, and ends before the next begins: a
   * block never has more bytes of frames than it has.
   */
  bool next(RingFrame* frame) {
    if (left_ == 0 || offset_ - kFirst > most_ || offset_ % 8 != 0) return false;
    struct tpacket3_hdr* const head = reinterpret_cast<struct tpacket3_hdr*>(block_ + offset_);
    const uint32_t mac = __atomic_load_n(&head->tp_mac, __ATOMIC_RELAXED);
    const uint32_t caplen = __atomic_load_n(&head->tp_snaplen, __ATOMIC_RELAXED);
    uint32_t end = __atomic_load_n(&head->tp_next_offset, __ATOMIC_RELAXED);
    left_--;
    if (end - 1 >= size_ - offset_) {  // the last one: it may reach to where the block ends
      end = size_ - offset_;
      left_ = 0;
    }
    if (mac < TPACKET3_HDRLEN || static_cast<uint64_t>(mac) + caplen > end) return false;
    *frame = {head, block_ + offset_ + mac, caplen};
    offset_ += end;
    return true;
  }

 private:
  static constexpr uint32_t kFirst = sizeof(struct tpacket_block_desc);

  uint8_t* const block_;
  const uint32_t size_;
  const uint32_t most_ = size_ - static_cast<uint32_t>(TPACKET3_HDRLEN) -
                         kFirst;  // where the last frame can begin, from kFirst on
  uint32_t offset_, left_;
};

/** Where a frame's sockaddr_ll stands behind its header. */
inline const struct sockaddr_ll* frame_address(const struct tpacket3_hdr* head) {
  return reinterpret_cast<const struct sockaddr_ll*>(reinterpret_cast<const uint8_t*>(head) +
                                                     TPACKET_ALIGN(sizeof *head));
}
/** One frame of a block, prepared. */
void prepare_frame(RingFrame* frame, uint32_t how);

#endif

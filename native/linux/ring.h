// A ring of received frames (PACKET_RX_RING, TPACKET_V3) that the kernel and we share: its mapping, its blocks, the frames in a block.
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
constexpr uint32_t kReinsert = 1;  // puts the VLAN tag back that the kernel took out of an Ethernet frame
constexpr uint32_t kCooked = 2;    // puts a LINKTYPE_LINUX_SLL2 header before what a SOCK_DGRAM socket received

/** Frames since the ring was opened. */
struct RingCounts {
  uint64_t received;  // that had room
  uint64_t dropped;   // that had none
  uint64_t frozen;    // how often the ring was full
};

/** One frame where it lies in its block. */
struct RingFrame {
  struct tpacket3_hdr* head;
  uint8_t* data;
  uint32_t caplen;  // read once: what the header says may change under us
};

class Ring {
 public:
  /** Makes and maps the ring of a packet socket: 0 or -errno. The sizes are whole pages and their product fits a size_t. */
  static int open(int fd, uint32_t block_size, uint32_t blocks, uint32_t timeout_ms, bool cooked, std::shared_ptr<Ring>* ring);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /** Gives the socket back: what was the ring's memory reads as zeros from now on, and stays mapped until nobody can see it. */
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
  uint8_t* block(uint32_t index) const { return memory_ + static_cast<size_t>(index) * block_size_; }
  /** Whether the block is ours. */
  bool filled(uint32_t index) const { return (__atomic_load_n(status(index), __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0; }
  /** Frames in blocks that were given back. */
  uint64_t taken() const { return taken_; }
  /** Gives the block back to the kernel. */
  void release(uint32_t index);

  /** Reads PACKET_STATISTICS, which forgets what it told, and adds it up. 0 or -errno. */
  int counts(RingCounts* counts);

  /** How many frames the block says it has. */
  uint32_t frames(uint32_t index) const { return descriptor(index)->hdr.bh1.num_pkts; }
  /** The first frame of the block, or the one after `frame`; head is nullptr where none lies whole within the block. */
  RingFrame first(uint32_t index) const;
  RingFrame after(uint32_t index, const RingFrame& frame) const;
  /** Does to every frame of the block, once, what kReinsert and kCooked say. Answers how many frames there are. */
  uint32_t prepare(uint32_t index, uint32_t how) const;

  /** The ArrayBuffer over the memory, held weakly; of the JavaScript thread. */
  napi_ref buffer = nullptr;
  /** Somebody transferred it (ArrayBuffer.prototype.transfer): another thread may read the memory when this one is gone. */
  bool escaped = false;
  /** Its thread ended before it was known that nobody sees the memory: the addresses stay taken. */
  bool stays = false;
  /** A recorder's thread walks it: nobody else does. */
  std::atomic<bool> recorded{false};

 private:
  Ring(int fd, uint8_t* memory, uint32_t block_size, uint32_t blocks, uint32_t timeout_ms)
      : fd_(fd), memory_(memory), block_size_(block_size), blocks_(blocks), timeout_ms_(timeout_ms), position_(0), counts_{0, 0, 0} {}
  struct tpacket_block_desc* descriptor(uint32_t index) const { return reinterpret_cast<struct tpacket_block_desc*>(block(index)); }
  uint32_t* status(uint32_t index) const { return &descriptor(index)->hdr.bh1.block_status; }
  RingFrame at(uint32_t index, size_t offset) const;

  int fd_;
  uint8_t* memory_;
  uint32_t block_size_, blocks_, timeout_ms_, position_;
  std::atomic<uint64_t> taken_{0};
  std::mutex lock_;
  RingCounts counts_;
  int64_t counted_ = 0;  // when counts() was last asked by release(), seconds
};

/** JavaScript can write into this memory: nothing that stands in it is believed. */
inline RingFrame Ring::at(uint32_t index, size_t offset) const {
  if (offset < sizeof(struct tpacket_block_desc) || offset > block_size_ || block_size_ - offset < TPACKET3_HDRLEN || offset % 8 != 0)
    return {nullptr, nullptr, 0};
  uint8_t* const place = block(index) + offset;
  struct tpacket3_hdr* const head = reinterpret_cast<struct tpacket3_hdr*>(place);
  const size_t room = block_size_ - offset;
  const uint16_t mac = __atomic_load_n(&head->tp_mac, __ATOMIC_RELAXED);
  const uint32_t caplen = __atomic_load_n(&head->tp_snaplen, __ATOMIC_RELAXED);
  if (mac < TPACKET3_HDRLEN || mac > room || caplen > room - mac) return {nullptr, nullptr, 0};
  return {head, place + mac, caplen};
}

inline RingFrame Ring::first(uint32_t index) const { return at(index, descriptor(index)->hdr.bh1.offset_to_first_pkt); }

inline RingFrame Ring::after(uint32_t index, const RingFrame& frame) const {
  const size_t here = static_cast<size_t>(reinterpret_cast<uint8_t*>(frame.head) - block(index));
  const uint32_t step = frame.head->tp_next_offset;
  return step == 0 ? RingFrame{nullptr, nullptr, 0} : at(index, here + step);
}

/** Where a frame's sockaddr_ll stands behind its header. */
inline const struct sockaddr_ll* frame_address(const struct tpacket3_hdr* head) {
  return reinterpret_cast<const struct sockaddr_ll*>(reinterpret_cast<const uint8_t*>(head) + TPACKET_ALIGN(sizeof *head));
}
/** One frame of a block, prepared. */
void prepare_frame(RingFrame* frame, uint32_t how);

#endif

// Opening and closing a ring: sizes checked before the kernel sees them, one mapping, blocks handed
// back and forth, memory that outlives its socket.
#include "ring.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../arguments.h"
#include "../environment.h"
#include "../functions.h"
#include "../result.h"

namespace {

constexpr uint32_t kFrameSize = 2048;  // TPACKET_V3 ignores it; it has to divide a block
constexpr uint32_t kSll2 = 20;         // bytes of a LINKTYPE_LINUX_SLL2 header
constexpr uint32_t kTag = 4;           // bytes of a VLAN tag
constexpr uint32_t kAddresses = 12;    // what stands before the tag in an Ethernet frame
constexpr int64_t kCountEvery = 60;    // seconds between two readings of the kernel's counters
constexpr uint8_t kPrepared = 1;       // in tp_padding: this frame was prepared

template <typename T>
int64_t set(int fd, int option, const T& value) {
  return result([&] { return setsockopt(fd, SOL_PACKET, option, &value, sizeof value); });
}

void put16(uint8_t* to, uint16_t value) {
  const uint16_t wire = htons(value);
  memcpy(to, &wire, sizeof wire);
}
void put32(uint8_t* to, uint32_t value) {
  const uint32_t wire = htonl(value);
  memcpy(to, &wire, sizeof wire);
}

}  // namespace

int Ring::open(int fd, uint32_t block_size, uint32_t blocks, uint32_t timeout_ms, bool cooked,
               std::shared_ptr<Ring>* ring) {
  const int version = TPACKET_V3;
  const int reserve = cooked ? 32 : 16;  // bytes before each frame for what prepare() inserts
  struct tpacket_req3 request = {};
  request.tp_block_size = block_size;
  request.tp_block_nr = blocks;
  request.tp_frame_size = kFrameSize;
  request.tp_frame_nr = block_size / kFrameSize * blocks;
  request.tp_retire_blk_tov = timeout_ms;
  int64_t status = set(fd, PACKET_VERSION, version);
  if (status >= 0) status = set(fd, PACKET_RESERVE, reserve);
  if (status >= 0) status = set(fd, PACKET_RX_RING, request);
  if (status < 0) return static_cast<int>(status);
  const size_t size = static_cast<size_t>(block_size) * blocks;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int64_t own =
      memory == MAP_FAILED ? -errno : result([&] { return fcntl(fd, F_DUPFD_CLOEXEC, 0); });
  if (own < 0) {
    if (memory != MAP_FAILED) munmap(memory, size);
    const struct tpacket_req3 none = {};
    set(fd, PACKET_RX_RING, none);
    return static_cast<int>(own);
  }
  ring->reset(new Ring(static_cast<int>(own), static_cast<uint8_t*>(memory), block_size, blocks,
                       timeout_ms));
  return 0;
}

Ring::~Ring() {
  if (stays) retire();  // its addresses stay mapped, without the memory
  else munmap(memory_, size());
  if (fd_ >= 0) close(fd_);
}

void Ring::retire() {
  if (fd_ < 0) return;
  // The mapping holds the socket open. Anonymous memory in its place lets the socket go, and reads
  // as zeros.
  if (mmap(memory_, size(), PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
    return;
  close(fd_);
  fd_ = -1;
}

void Ring::release(uint32_t index) {
  taken_ += about(index).num_pkts;
  // The kernel counts in 32 bits, which 4 million frames a second overflow in 18 minutes.
  struct timespec now = {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  if (now.tv_sec - counted_ >= kCountEvery) {
    RingCounts ignored = {};
    counts(&ignored);
    counted_ = now.tv_sec;
  }
  __atomic_store_n(status(index), static_cast<uint32_t>(TP_STATUS_KERNEL), __ATOMIC_RELEASE);
  position_ = index + 1 == blocks_ ? 0 : index + 1;
}

int Ring::counts(RingCounts* counts) {
  struct tpacket_stats_v3 now = {};
  socklen_t length = sizeof now;
  std::lock_guard<std::mutex> held(lock_);
  if (fd_ >= 0) {
    const int64_t status =
        result([&] { return getsockopt(fd_, SOL_PACKET, PACKET_STATISTICS, &now, &length); });
    if (status < 0) return static_cast<int>(status);
  }
  counts_.received += now.tp_packets - now.tp_drops;  // tp_packets counts the dropped ones too
  counts_.dropped += now.tp_drops;
  counts_.frozen += now.tp_freeze_q_cnt;
  *counts = counts_;
  return 0;
}

void prepare_frame(RingFrame* frame, uint32_t how) {
  struct tpacket3_hdr* const head = frame->head;
  const bool tagged = (head->tp_status & TP_STATUS_VLAN_VALID) != 0;
  const uint16_t tci = static_cast<uint16_t>(head->hv1.tp_vlan_tci);
  const uint16_t tpid = (head->tp_status & TP_STATUS_VLAN_TPID_VALID) != 0
                            ? head->hv1.tp_vlan_tpid
                            : static_cast<uint16_t>(ETH_P_8021Q);
  const bool reinsert = (how & kReinsert) != 0 && tagged;
  const uint32_t more = ((how & kCooked) != 0 ? kSll2 : 0) + (reinsert ? kTag : 0);
  if (head->tp_padding[0] == kPrepared || frame->data - reinterpret_cast<uint8_t*>(head) <
                                              static_cast<ptrdiff_t>(TPACKET3_HDRLEN + more))
    return;
  const struct sockaddr_ll from = *frame_address(head);
  if ((how & kCooked) != 0) {
    uint16_t protocol = ntohs(from.sll_protocol);
    uint8_t* header = frame->data - more;
    if (reinsert) {
      put16(frame->data - 4, tci);
      put16(frame->data - 2, protocol);
      protocol = tpid;
    }
    put16(header, protocol);
    put16(header + 2, 0);
    put32(header + 4, static_cast<uint32_t>(from.sll_ifindex));
    put16(header + 8, from.sll_hatype);
    header[10] = from.sll_pkttype;
    header[11] = from.sll_halen;
    memcpy(header + 12, from.sll_addr, sizeof from.sll_addr);
  } else if (reinsert) {
    if (frame->caplen < kAddresses) return;
    memmove(frame->data - kTag, frame->data, kAddresses);
    put16(frame->data + kAddresses - kTag, tpid);
    put16(frame->data + kAddresses - kTag + 2, tci);
  }
  frame->data -= more;
  frame->caplen += more;
  head->tp_mac = static_cast<uint16_t>(frame->data - reinterpret_cast<uint8_t*>(head));
  head->tp_snaplen = frame->caplen;
  head->tp_len += more;
  head->tp_padding[0] = kPrepared;
}

uint32_t Ring::prepare(uint32_t index, uint32_t how) const {
  uint32_t count = 0;
  BlockFrames frames(*this, index);
  for (RingFrame frame; frames.next(&frame); count++) prepare_frame(&frame, how);
  return count;
}

// --- for JavaScript

namespace {

/** Whether the ArrayBuffer is not where it was made any more. */
bool travelled(napi_env env, const Ring& ring, napi_value* buffer) {
  bool detached = false;
  return napi_get_reference_value(env, ring.buffer, buffer) != napi_ok || *buffer == nullptr ||
         napi_is_detached_arraybuffer(env, *buffer, &detached) != napi_ok || detached;
}

/** Whether the environment ends: it then calls the finalizers of all its buffers, though a
 * transferred one may live on in another thread. */
bool ends(napi_env env) {
  napi_value global = nullptr, ignored = nullptr;
  return napi_get_global(env, &global) != napi_ok ||
         napi_get_property_names(env, global, &ignored) != napi_ok;
}

/** Hands the memory to `mapped` as an ArrayBuffer, which keeps it mapped for as long as anybody can
 * see it. */
bool give_memory(Arguments& args, const std::shared_ptr<Ring>& ring, napi_value mapped) {
  const napi_env env = args.env();
  napi_value buffer = nullptr, global = nullptr;
  auto* held = new std::shared_ptr<Ring>(ring);
  const auto finalize = [](napi_env its, void*, void* hint) {
    auto* const done = static_cast<std::shared_ptr<Ring>*>(hint);
    Ring& ended = **done;
    ended.stays = (ended.escaped || ended.buffer != nullptr) && ends(its);
    if (ended.buffer != nullptr) napi_delete_reference(its, ended.buffer);
    ended.buffer = nullptr;
    delete done;
  };
  if (napi_create_external_arraybuffer(env, ring->memory(), ring->size(), finalize, held,
                                       &buffer) != napi_ok) {
    delete held;
    return false;
  }
  napi_create_reference(env, buffer, 0, &ring->buffer);
  napi_get_global(env, &global);
  if (napi_call_function(env, global, mapped, 1, &buffer, nullptr) == napi_ok) return true;
  napi_value thrown = nullptr;
  napi_get_and_clear_last_exception(env, &thrown);
  return false;
}

napi_value ring_open(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0), blocks = args.integer(2), timeout = args.integer(3),
            cooked = args.integer(4);
  const int block_size = args.integer(1);
  const long page = sysconf(_SC_PAGESIZE);
  if (block_size < page || block_size > (1 << 30) || block_size % page != 0) args.refuse(1);
  else if (blocks < 1 || blocks > 0x7fffffff / block_size) args.refuse(2);
  if (timeout < 1 || timeout > 60000) args.refuse(3);
  if (cooked != 0 && cooked != 1) args.refuse(4);
  const napi_value mapped = args.is_null(5) ? nullptr : args.function(5);
  if (args.bad()) return args.refusal();
  std::shared_ptr<Ring> ring;
  const int status =
      Ring::open(fd, static_cast<uint32_t>(block_size), static_cast<uint32_t>(blocks),
                 static_cast<uint32_t>(timeout), cooked != 0, &ring);
  if (status < 0) return args.answer(status);
  const int id = args.environment().add(ring);
  if (mapped == nullptr || give_memory(args, ring, mapped)) return args.answer(id);
  args.environment().drop_ring(id);
  return args.answer(-EOPNOTSUPP);
}

napi_value ring_close(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  if (args.bad()) return args.refusal();
  const std::shared_ptr<Ring> ring = args.environment().shared_ring(id);
  if (ring == nullptr) return args.answer(-EBADF);
  if (ring->recorded) return args.answer(-EBUSY);
  napi_value buffer = nullptr;
  if (ring->buffer != nullptr) {
    ring->escaped = travelled(env, *ring, &buffer);
    if (!ring->escaped) napi_detach_arraybuffer(env, buffer);
    napi_delete_reference(env, ring->buffer);
    ring->buffer = nullptr;
  }
  args.environment().drop_ring(id);
  return args.answer(0);
}

napi_value ring_position(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  if (args.bad()) return args.refusal();
  const Ring* ring = args.environment().ring(id);
  return args.answer(ring == nullptr ? -EBADF : static_cast<int64_t>(ring->position()));
}

/** Calls `act(ring, block)` with what arguments 0 and 1 name. */
template <typename Act>
napi_value on_block(Arguments& args, Act act) {
  const int id = args.integer(0);
  const uint32_t block = args.word(1);
  if (args.bad()) return args.refusal();
  Ring* ring = args.environment().ring(id);
  if (ring == nullptr) return args.answer(-EBADF);
  if (ring->recorded) return args.answer(-EBUSY);
  if (block >= ring->blocks()) return args.answer(kBadArgument - 1);
  return args.answer(act(*ring, block));
}

napi_value ring_release(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  return on_block(args, [](Ring& ring, uint32_t block) -> int64_t {
    ring.release(block);
    return 0;
  });
}

napi_value ring_prepare(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const uint32_t how = args.word(2);
  return on_block(
      args, [how](Ring& ring, uint32_t block) -> int64_t { return ring.prepare(block, how); });
}

napi_value ring_copy(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Bytes out = args.bytes(2);
  return on_block(args, [&](Ring& ring, uint32_t block) -> int64_t {
    if (out.length < ring.block_size()) return kBadArgument - 2;
    if (!ring.filled(block)) return -EAGAIN;
    memcpy(out.data, ring.block(block), ring.block_size());
    return ring.block_size();
  });
}

napi_value ring_stats(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  const Bytes out = args.bytes(1);
  if (args.bad()) return args.refusal();
  RingCounts counts = {};
  if (out.length < sizeof counts + sizeof(uint64_t)) return args.answer(kBadArgument - 1);
  Ring* ring = args.environment().ring(id);
  if (ring == nullptr) return args.answer(-EBADF);
  const int status = ring->counts(&counts);
  const uint64_t taken = ring->taken();
  if (status < 0) return args.answer(status);
  memcpy(out.data, &counts, sizeof counts);
  memcpy(out.data + sizeof counts, &taken, sizeof taken);
  return args.answer(0);
}

/** SIOCSHWTSTAMP: the adapter is to stamp every frame that it receives. */
napi_value hwtstamp(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int fd = args.integer(0);
  const std::string name = args.text(1, IFNAMSIZ - 1);
  if (args.bad()) return args.refusal();
  struct hwtstamp_config config = {};
  config.rx_filter = HWTSTAMP_FILTER_ALL;
  struct ifreq request = {};
  memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  request.ifr_data = reinterpret_cast<char*>(&config);
  return args.answer(result([&] { return ioctl(fd, SIOCSHWTSTAMP, &request); }));
}

}  // namespace

const Function kRing[] = {
    {"ring_open", ring_open},
    {"ring_close", ring_close},
    {"ring_position", ring_position},
    {"ring_release", ring_release},
    {"ring_prepare", ring_prepare},
    {"ring_copy", ring_copy},
    {"ring_stats", ring_stats},
    {"hwtstamp", hwtstamp},
    {nullptr, nullptr},
};

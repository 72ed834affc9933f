// The recorder's thread: waits on its rings, walks their blocks into files, ends by a limit, a
// stop, a failure, or an interface that goes away.
#include "recorder.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <set>

#include "../arguments.h"
#include "../environment.h"
#include "../functions.h"
#include "../result.h"
#include "record_file.h"

namespace {

constexpr int64_t kForever = -1;
constexpr uint64_t kLongestMs = uint64_t{1} << 60;  // added to the clock's it does not overflow
constexpr int64_t kQuietMs = 200;  // without a frame, after which what was gathered is written

/** Makes an eventfd readable. */
void set_event(int fd) {
  const uint64_t one = 1;
  result([&] { return write(fd, &one, sizeof one); });
}

void clear_event(int fd) {
  uint64_t count = 0;
  result([&] { return read(fd, &count, sizeof count); });
}

}  // namespace

int Recorder::start(std::vector<std::shared_ptr<Ring>> rings, const Settings& settings,
                    const std::string& path, std::vector<uint8_t> header,
                    std::shared_ptr<Recorder>* recorder) {
  std::shared_ptr<Recorder> made(new Recorder());
  made->wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  made->done_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made->wake_ < 0 || made->done_ < 0) return -errno;
  made->settings_ = settings;
  made->settings_.milliseconds = std::min(settings.milliseconds, kLongestMs);
  made->target_.assign(rings.size(), 0);
  made->file_.reset(
      new RecordFile(settings, path, std::move(header), rings, made->wake_, &made->abandoned_));
  if (made->file_->failed()) return -ENOMEM;
  const int opened = made->file_->open_next();
  if (opened < 0) return opened;
  made->rings_ = std::move(rings);
  for (size_t i = 0; i < made->rings_.size(); i++) {
    RingCounts counts = {};
    const int status = made->rings_[i]->counts(&counts);
    if (status < 0) return status;
    made->rings_[i]->recorded = true;
  }
  made->started_ = monotonic_ms();
  Recorder* const self = made.get();
  const auto body = [](void* its) { static_cast<Recorder*>(its)->run(); };
  const int refused = Thread::start(body, self, &made->thread_);
  if (refused < 0) return refused;
  *recorder = std::move(made);
  return 0;
}

Recorder::~Recorder() {
  abandon();
  if (!ended_) {  // afterwards another recorder may have them
    for (const auto& ring : rings_) ring->recorded = false;
  }
  file_.reset();
  if (wake_ >= 0) close(wake_);
  if (done_ >= 0) close(done_);
}

void Recorder::stop() {
  stopping_ = true;
  if (wake_ >= 0) set_event(wake_);
}

void Recorder::abandon() {
  abandoned_ = true;
  stop();
  thread_.reset();
}

int Recorder::outcome(Counts* counts) const {
  *counts = {packets_, bytes_, files_};
  return ended_ ? status_.load() : -EAGAIN;
}

void Recorder::run() {
  int status = record();
  const int finished = file_->finish();
  if (status >= 0) status = finished;
  packets_ = file_->packets();
  bytes_ = file_->bytes();
  files_ = file_->files();
  for (const auto& ring : rings_) ring->recorded = false;
  status_ = status;
  ended_ = true;
  set_event(done_);
}

/** 0 once it is complete. */
int Recorder::record() {
  for (;;) {
    bool any = false;
    int status = take_ready(&any);
    packets_ = file_->packets();
    bytes_ = file_->bytes();
    files_ = file_->files();
    if (status < 0) return status;
    end_when_due();
    if (abandoned_ || complete()) return failure_;
    if (any) continue;
    if (failure_ == 0 && socket_error_ && (failure_ = broken()) < 0) begin_end();
    if (file_->live() && (status = file_->flush()) < 0) return status;
    if ((status = wait()) < 0) return status;
  }
}

/** The filled blocks of every ring, each block once. */
int Recorder::take_ready(bool* any) {
  for (size_t i = 0; i < rings_.size(); i++) {
    Ring& ring = *rings_[i];
    for (uint32_t round = 0; round < ring.blocks(); round++) {
      const uint32_t index = ring.position();
      if (!ring.filled(index)) break;
      *any = true;
      const int status = file_->take(ring, index, static_cast<uint32_t>(i));
      ring.release(index);
      full_ = status == RecordFile::kFull;
      if (status != 0 || abandoned_) return status < 0 ? status : 0;
    }
  }
  return 0;
}

/** Whether a limit is reached; after stop(), whether the frames received until then are written. */
bool Recorder::complete() const {
  if (full_) return true;
  if (drain_until_ == 0) return false;
  if (monotonic_ms() >= drain_until_) return true;
  for (size_t i = 0; i < rings_.size(); i++) {
    if (rings_[i]->taken() < target_[i]) return false;
  }
  return true;
}

/** Until when to wait: milliseconds of CLOCK_MONOTONIC, or kForever. */
int64_t Recorder::deadline() const {
  if (drain_until_ != 0) return drain_until_;
  return settings_.milliseconds == 0 ? kForever
                                     : started_ + static_cast<int64_t>(settings_.milliseconds);
}

/** The error of a socket that has one: ENETDOWN where its interface went down or away. */
int Recorder::broken() const {
  for (const auto& ring : rings_) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(ring->fd(), SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
    if (error != 0) return -error;
  }
  return 0;
}

/** The frames received until now are still to be written: the kernel hands the last block over when
 * its timeout has passed. */
void Recorder::begin_end() {
  int64_t longest = 0;
  for (size_t i = 0; i < rings_.size(); i++) {
    RingCounts counts = {};
    if (rings_[i]->counts(&counts) >= 0) target_[i] = counts.received;
    longest = std::max(longest, 3 * static_cast<int64_t>(rings_[i]->timeout_ms()) + 100);
  }
  drain_until_ = monotonic_ms() + longest;
}

/** After stop(), or when the time is up; also while frames come without a pause. */
void Recorder::end_when_due() {
  if (drain_until_ != 0) return;
  if (stopping_ || (settings_.milliseconds > 0 &&
                    monotonic_ms() >= started_ + static_cast<int64_t>(settings_.milliseconds)))
    begin_end();
}

int Recorder::wait() {
  const int64_t now = monotonic_ms();
  std::vector<struct pollfd> polled;
  for (const auto& ring : rings_) polled.push_back({ring->fd(), POLLIN | POLLERR, 0});
  polled.push_back({wake_, POLLIN, 0});
  const int64_t until = deadline();
  int64_t timeout =
      until == kForever ? 60000 : std::min<int64_t>(std::max<int64_t>(until - now, 0), 60000);
  if (file_->unwritten()) timeout = std::min(timeout, kQuietMs);
  const int64_t status =
      result([&] { return poll(polled.data(), polled.size(), static_cast<int>(timeout)); });
  socket_error_ = false;
  if (polled.back().revents != 0) clear_event(wake_);
  for (const struct pollfd& one : polled)
    socket_error_ = socket_error_ || (one.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  if (status == 0) return file_->flush();
  return status < 0 ? static_cast<int>(status) : 0;
}

// --- for JavaScript

namespace {

napi_value recorder_open(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const Ints ids = args.ints(0, 1);
  const Bytes settings = args.bytes(1);
  const std::string path = args.text(2, 4096);
  const Bytes header = args.bytes(3);
  Recorder::Settings how = {};
  if (!args.bad() && settings.length != sizeof how) args.refuse(1);
  if (!args.bad() && header.length > (1 << 20)) args.refuse(3);
  if (args.bad()) return args.refusal();
  memcpy(&how, settings.data, sizeof how);
  std::vector<std::shared_ptr<Ring>> rings;
  std::set<int32_t> known;
  for (size_t i = 0; i < ids.length; i++) {
    if (!known.insert(ids.data[i]).second) return args.answer(kBadArgument);
    rings.push_back(args.environment().shared_ring(ids.data[i]));
    if (rings.back() == nullptr) return args.answer(-EBADF);
    if (rings.back()->recorded) return args.answer(-EBUSY);
  }
  std::shared_ptr<Recorder> recorder;
  const std::vector<uint8_t> begin(header.data, header.data + header.length);
  const int status = Recorder::start(std::move(rings), how, path, begin, &recorder);
  return args.answer(status < 0 ? status : args.environment().add(recorder));
}

/** A descriptor that this environment owns, readable once the recorder has ended. */
napi_value recorder_fd(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  if (args.bad()) return args.refusal();
  const Recorder* recorder = args.environment().recorder(id);
  if (recorder == nullptr) return args.answer(-EBADF);
  const int64_t fd = result([&] { return fcntl(recorder->done_fd(), F_DUPFD_CLOEXEC, 0); });
  args.environment().own(fd);
  return args.answer(fd);
}

napi_value recorder_stop(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0), now = args.integer(1);
  if (args.bad()) return args.refusal();
  Recorder* recorder = args.environment().recorder(id);
  if (recorder == nullptr) return args.answer(-EBADF);
  if (now != 0) recorder->abandon();
  else recorder->stop();
  return args.answer(0);
}

napi_value recorder_counts(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  const Bytes out = args.bytes(1);
  Recorder::Counts counts = {};
  if (!args.bad() && out.length < sizeof counts) args.refuse(1);
  if (args.bad()) return args.refusal();
  const Recorder* recorder = args.environment().recorder(id);
  if (recorder == nullptr) return args.answer(-EBADF);
  const int status = recorder->outcome(&counts);
  memcpy(out.data, &counts, sizeof counts);
  return args.answer(status);
}

napi_value recorder_close(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0);
  if (args.bad()) return args.refusal();
  return args.answer(args.environment().drop_recorder(id) ? 0 : -EBADF);
}

}  // namespace

const Function kRecorder[] = {
    {"recorder_open", recorder_open},   {"recorder_fd", recorder_fd},
    {"recorder_stop", recorder_stop},   {"recorder_counts", recorder_counts},
    {"recorder_close", recorder_close}, {nullptr, nullptr},
};

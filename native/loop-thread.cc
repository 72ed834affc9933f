// LoopWatch by a thread, without any symbol of libuv: it sleeps in an epoll of its own, which holds
// the environment's epoll edge-triggered, and calls a thread-safe function.
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include <atomic>
#include <initializer_list>

#include "loop.h"
#include "platform.h"
#include "result.h"
#include "thread.h"

namespace {

class ThreadWatch final : public LoopWatch {
 public:
  ThreadWatch(napi_env env, int fd, void (*readable)(void*), void* data)
      : env_(env), readable_(readable), data_(data), inner_(fd) {}

  int start() {
    outer_ = epoll_create1(EPOLL_CLOEXEC);
    if (outer_ < 0) return -errno;
    stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stop_ < 0) return -errno;
    const int added = add(inner_, EPOLLIN | EPOLLET);
    const int status = added < 0 ? added : add(stop_, EPOLLIN);
    if (status < 0) return status;
    napi_value name = nullptr;
    napi_create_string_utf8(env_, "bsd-socket", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env_, nullptr, nullptr, name, 0, 1, this, finalize, this,
                                        call, &wake_) != napi_ok) {
      wake_ = nullptr;
      return -ENOMEM;
    }
    napi_unref_threadsafe_function(env_, wake_);
    return Thread::start([](void* self) { static_cast<ThreadWatch*>(self)->run(); }, this,
                         &thread_);
  }

  void hold(bool on) override {
    if (wake_ == nullptr) return;
    if (on) napi_ref_threadsafe_function(env_, wake_);
    else napi_unref_threadsafe_function(env_, wake_);
  }

  void close(void (*closed)(void*), void* data) override {
    closing_ = true;
    halt();
    if (wake_ == nullptr) delete this;
    else if (!refused_) napi_release_threadsafe_function(wake_, napi_tsfn_abort);
    // The function's finalizer deletes this.
    closed(data);
  }

 private:
  ~ThreadWatch() override {
    if (gone_ != nullptr) *gone_ = true;
  }

  int add(int fd, uint32_t events) const {
    struct epoll_event event = {};
    event.events = events;
    event.data.fd = fd;
    return static_cast<int>(once([&] { return epoll_ctl(outer_, EPOLL_CTL_ADD, fd, &event); }));
  }

  /** Ends the thread, waits for that, and closes its descriptors. Not the destructor's work: Deno
   * does not call the finalizer of a terminated worker's function. */
  void halt() {
    if (thread_ != nullptr) {
      const uint64_t one = 1;
      result([&] { return write(stop_, &one, sizeof one); });
      thread_.reset();
    }
    for (int* fd : {&outer_, &stop_}) {
      if (*fd >= 0) ::close(*fd);
      *fd = -1;
    }
  }

  void run() {
    for (;;) {
      struct epoll_event events[2];
      const int64_t count = result([&] { return epoll_wait(outer_, events, 2, -1); });
      if (count < 0) return;
      for (int64_t i = 0; i < count; i++) {
        if (events[i].data.fd == stop_) return;
      }
      if (!request()) return;
    }
  }

  /** Has `call` run in JavaScript's thread, once for any number of requests before it does. False
   * where the function is closing: then it must not be used any more. */
  bool request() {
    if (requested_.exchange(true, std::memory_order_acq_rel)) return true;
    const napi_status status = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
    if (status == napi_closing) refused_ = true;
    return status == napi_ok;
  }

  static void call(napi_env env, napi_value, void* context, void*) {
    ThreadWatch* const self = static_cast<ThreadWatch*>(context);
    if (env == nullptr || self->closing_) return;
    self->requested_.store(false, std::memory_order_release);
    bool gone = false;
    self->gone_ = &gone;
    self->readable_(self->data_);
    if (gone) return;  // JavaScript ended the environment
    self->gone_ = nullptr;
    if (self->closing_) return;
    // What one delivery leaves is no new edge.
    struct pollfd more = {self->inner_, POLLIN, 0};
    if (poll(&more, 1, 0) > 0) self->request();
  }

  static void finalize(napi_env, void* data, void*) {
    ThreadWatch* const self = static_cast<ThreadWatch*>(data);
    self->halt();
    self->wake_ = nullptr;
    if (self->closing_) delete self;
  }

  napi_env env_;
  void (*readable_)(void*);
  void* data_;
  const int inner_;
  int outer_ = -1, stop_ = -1;
  napi_threadsafe_function wake_ = nullptr;
  std::unique_ptr<Thread> thread_;
  std::atomic<bool> requested_{false}, refused_{false};
  bool closing_ = false;
  bool* gone_ = nullptr;  // set while JavaScript runs
};

bool has_property(napi_env env, napi_value object, const char* name, napi_value* value) {
  napi_valuetype type = napi_undefined;
  return napi_get_named_property(env, object, name, value) == napi_ok &&
         napi_typeof(env, *value, &type) == napi_ok && type != napi_undefined;
}

}  // namespace

bool LoopWatch::needs_thread(napi_env env) {
  const char* const forced = getenv("BSD_SOCKET_LOOP");
  if (forced != nullptr && strcmp(forced, "thread") == 0) return true;
  napi_value global = nullptr, process = nullptr, versions = nullptr, version = nullptr;
  return napi_get_global(env, &global) == napi_ok &&
         has_property(env, global, "process", &process) &&
         has_property(env, process, "versions", &versions) &&
         (has_property(env, versions, "bun", &version) ||
          has_property(env, versions, "deno", &version));
}

LoopWatch* LoopWatch::by_thread(napi_env env, int fd, void (*readable)(void*), void* data,
                                int* error) {
  ThreadWatch* const watch = new ThreadWatch(env, fd, readable, data);
  *error = watch->start();
  if (*error == 0) return watch;
  watch->close([](void*) {}, nullptr);
  return nullptr;
}

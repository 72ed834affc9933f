// LoopWatch by one uv_poll_t: the only file that knows libuv (uv.h and the kernel's headers do not
// go into one file).
#include "loop.h"

#include <errno.h>
#include <uv.h>

// Runtimes without libuv lack these: they load the addon, and never come here.
#pragma weak uv_poll_init
#pragma weak uv_poll_start
#pragma weak uv_close
#pragma weak uv_ref
#pragma weak uv_unref

namespace {

class PollWatch final : public LoopWatch {
 public:
  PollWatch(void (*readable)(void*), void* data) : readable_(readable), data_(data) {}
  ~PollWatch() override = default;

  int start(uv_loop_t* loop, int fd) {
    const int initialised = uv_poll_init(loop, &handle_, fd);
    if (initialised < 0) {
      delete this;
      return initialised;
    }
    handle_.data = this;
    hold(false);
    const int started = uv_poll_start(&handle_, UV_READABLE, on_poll);
    if (started < 0) close([](void*) {}, nullptr);
    return started;
  }

  void hold(bool on) override {
    if (on) uv_ref(handle());
    else uv_unref(handle());
  }

  void close(void (*closed)(void*), void* data) override {
    closed_ = closed;
    data_ = data;
    uv_close(handle(), on_close);
  }

 private:
  static void on_poll(uv_poll_t* handle, int, int) {
    const PollWatch* watch = static_cast<PollWatch*>(handle->data);
    watch->readable_(watch->data_);
  }

  static void on_close(uv_handle_t* handle) {
    PollWatch* watch = static_cast<PollWatch*>(handle->data);
    void (*closed)(void*) = watch->closed_;
    void* data = watch->data_;
    delete watch;
    closed(data);
  }

  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(&handle_); }

  uv_poll_t handle_ = {};
  void (*readable_)(void*);
  void (*closed_)(void*) = nullptr;
  void* data_;
};

}  // namespace

LoopWatch* LoopWatch::by_libuv(napi_env env, int fd, void (*readable)(void*), void* data,
                               int* error) {
  uv_loop_t* loop = nullptr;
  *error = -EOPNOTSUPP;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  PollWatch* watch = new PollWatch(readable, data);
  *error = watch->start(loop, fd);
  return *error < 0 ? nullptr : watch;
}

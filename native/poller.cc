// One epoll_wait per event-loop iteration, one call into JavaScript with the events.
#include "poller.h"

#include "arguments.h"
#include "environment.h"
#include "functions.h"
#include "platform.h"
#include "result.h"

int Poller::open(Environment& environment, napi_value ready, napi_value events) {
  const int64_t epoll = result([] { return epoll_create1(EPOLL_CLOEXEC); });
  if (epoll < 0) return static_cast<int>(epoll);
  const napi_env env = environment.env();
  Poller* poller = new Poller(env, static_cast<int>(epoll));
  int error = 0;
  LoopWatch::Open* const open_watch =
      environment.has_loop_thread() ? LoopWatch::by_thread : LoopWatch::by_libuv;
  poller->watch_ = open_watch(
      env, poller->epoll_, [](void* data) { static_cast<Poller*>(data)->deliver(); }, poller,
      &error);
  if (poller->watch_ == nullptr) {
    ::close(poller->epoll_);
    delete poller;
    return error;
  }
  napi_create_reference(env, ready, 1, &poller->ready_);
  napi_create_reference(env, events, 1, &poller->events_);
  return environment.add(poller);
}

int Poller::set(int fd, uint32_t events, uint32_t token) {
  struct epoll_event event = {};
  event.events = events | EPOLLET;
  event.data.u64 = token;
  const int64_t changed = result([&] { return epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event); });
  if (changed != -ENOENT) return static_cast<int>(changed);
  return static_cast<int>(result([&] { return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event); }));
}

int Poller::drop(int fd) {
  return static_cast<int>(result([&] { return epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }));
}

void Poller::close(void (*closed)(void*), void* data) {
  closed_ = closed;
  data_ = data;
  if (ready_ != nullptr) napi_delete_reference(env_, ready_);
  if (events_ != nullptr) napi_delete_reference(env_, events_);
  watch_->close(
      [](void* self) {
        Poller* poller = static_cast<Poller*>(self);
        ::close(poller->epoll_);
        poller->closed_(poller->data_);
        delete poller;
      },
      this);
}

void Poller::deliver() {
  const napi_env env = env_;  // the callback may end everything but the environment
  napi_handle_scope scope = nullptr;
  napi_value ready = nullptr, events = nullptr, global = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_get_reference_value(env, ready_, &ready);
  napi_get_reference_value(env, events_, &events);
  napi_get_global(env, &global);

  size_t length = 0;
  void* pairs = nullptr;
  napi_get_typedarray_info(env, events, nullptr, &length, &pairs, nullptr, nullptr);
  constexpr size_t kMost = 64;
  struct epoll_event found[kMost];
  // Where the array was detached the events are taken all the same, or the loop would spin, and the
  // callback gets a bad argument.
  const bool detached = length < 2;
  const size_t most = detached || length / 2 > kMost ? kMost : length / 2;
  int64_t count = result([&] { return epoll_wait(epoll_, found, static_cast<int>(most), 0); });
  if (detached) count = count > 0 ? kBadArgument - 1 : 0;
  for (int64_t i = 0; i < count; i++) {
    static_cast<uint32_t*>(pairs)[2 * i] = static_cast<uint32_t>(found[i].data.u64);
    static_cast<uint32_t*>(pairs)[2 * i + 1] = found[i].events;
  }
  if (count != 0) {
    const napi_value argument = answer(env, count);
    napi_value ignored = nullptr;  // Deno writes to it unasked
    if (napi_make_callback(env, nullptr, global, ready, 1, &argument, &ignored) ==
        napi_pending_exception) {
      napi_value thrown = nullptr;
      if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok)
        napi_fatal_exception(env, thrown);
    }
  }
  napi_close_handle_scope(env, scope);
}

namespace {

napi_value poller_open(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const napi_value ready = args.function(0);
  args.ints(1, 2);
  if (args.bad()) return args.refusal();
  return args.answer(Poller::open(args.environment(), ready, args.value(1)));
}

napi_value poller_set(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0), fd = args.integer(1);
  const uint32_t events = args.word(2), token = args.word(3);
  if (args.bad()) return args.refusal();
  Poller* poller = args.environment().poller(id);
  return args.answer(poller == nullptr ? -EBADF : poller->set(fd, events, token));
}

napi_value poller_drop(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0), fd = args.integer(1);
  if (args.bad()) return args.refusal();
  Poller* poller = args.environment().poller(id);
  return args.answer(poller == nullptr ? -EBADF : poller->drop(fd));
}

napi_value poller_ref(napi_env env, napi_callback_info info) {
  Arguments args(env, info);
  const int id = args.integer(0), on = args.integer(1);
  if (args.bad()) return args.refusal();
  Poller* poller = args.environment().poller(id);
  if (poller == nullptr) return args.answer(-EBADF);
  poller->hold(on != 0);
  return args.answer(0);
}

/** 1 where a thread waits for readiness, 0 where the event loop does. */
napi_value poller_thread(napi_env env, napi_callback_info info) {
  const Arguments args(env, info);
  return args.answer(args.environment().has_loop_thread());
}

}  // namespace

const Function kReadiness[] = {
    {"poller_open", poller_open}, {"poller_set", poller_set},       {"poller_drop", poller_drop},
    {"poller_ref", poller_ref},   {"poller_thread", poller_thread}, {nullptr, nullptr},
};

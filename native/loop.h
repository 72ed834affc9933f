// What wakes JavaScript when an environment's epoll has events: the event loop itself (loop-uv.cc),
// or a thread (loop-thread.cc) where the runtime has no usable uv_poll.
#ifndef BSD_SOCKET_LOOP_H
#define BSD_SOCKET_LOOP_H

#include <node_api.h>

class LoopWatch {
 public:
  /** Calls `readable(data)` in the environment's own thread whenever fd, an epoll, has events. Does
   * not hold the event loop until hold(true). nullptr, and -errno in `error`, where that fails. */
  using Open = LoopWatch*(napi_env env, int fd, void (*readable)(void*), void* data, int* error);
  static Open by_libuv, by_thread;
  /** Whether this runtime needs the thread: Bun (uv_poll_init ends the process) and Deno (uv_poll
   * stops after one event); on Node.js where the environment variable BSD_SOCKET_LOOP is 'thread'.
   */
  static bool needs_thread(napi_env env);

  virtual void hold(bool on) = 0;
  /** Ends the watch, deletes it, and calls `closed` in this thread, at once or later. */
  virtual void close(void (*closed)(void*), void* data) = 0;

 protected:
  virtual ~LoopWatch() = default;
};

#endif

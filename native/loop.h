// The event loop's side of readiness: what tells an environment that its epoll has something.
#ifndef BSD_SOCKET_LOOP_H
#define BSD_SOCKET_LOOP_H

#include <node_api.h>

class LoopWatch {
 public:
  /** Watches fd on the environment's own loop, without holding it; `readable` is called there.
   * nullptr, and -errno in `error`, where that fails. */
  static LoopWatch* open(napi_env env, int fd, void (*readable)(void*), void* data, int* error);

  virtual void hold(bool on) = 0;
  /** Ends the watch, deletes it, and calls `closed` on the loop afterwards. */
  virtual void close(void (*closed)(void*), void* data) = 0;

 protected:
  virtual ~LoopWatch() = default;
};

#endif

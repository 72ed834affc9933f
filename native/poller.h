// Readiness: a private epoll holds the descriptors that are waited on, and one loop handle watches
// that epoll. One of them an environment, and one more for each further copy of the package in it
// (a module registry of its own, as test runners make).
#ifndef BSD_SOCKET_POLLER_H
#define BSD_SOCKET_POLLER_H

#include <node_api.h>
#include <stdint.h>

#include "loop.h"

class Environment;

class Poller {
 public:
  /** Opens one more poller of the environment: its number or -errno. */
  static int open(Environment& environment, napi_value ready, napi_value events);

  /** Edge-triggered; adds or changes. 0 or -errno. */
  int set(int fd, uint32_t events, uint32_t token);
  int drop(int fd);
  void hold(bool on) { watch_->hold(on); }
  /** Closes everything, deletes the poller, and calls `closed` when the loop is done with it. */
  void close(void (*closed)(void*), void* data);

 private:
  Poller(napi_env env, int epoll)
      : env_(env),
        epoll_(epoll),
        watch_(nullptr),
        ready_(nullptr),
        events_(nullptr),
        closed_(nullptr),
        data_(nullptr) {}
  ~Poller() = default;
  void deliver();

  napi_env env_;
  int epoll_;
  LoopWatch* watch_;
  napi_ref ready_;
  napi_ref events_;
  void (*closed_)(void*);
  void* data_;
};

#endif

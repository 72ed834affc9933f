// Look-ups of names in threads of their own: they hold neither the event loop nor the exit of the
// process, and never wait for libuv's pool (nor files for them).
#ifndef BSD_SOCKET_LOOKUPS_H
#define BSD_SOCKET_LOOKUPS_H

#include <node_api.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "loop.h"

/** Returns 0 and the bytes found, or why not. It runs in any thread, and uses nothing but its own
 * copies. */
using Lookup = std::function<int64_t(std::string& found)>;

class Environment;

/** What the threads share with an environment: it outlives both. */
struct LookupInbox;

/** The look-ups of one environment. */
class Lookups {
 public:
  /** nullptr, and -errno in `error`, where that fails. */
  static Lookups* open(const Environment& environment, int* error);

  /** Runs a look-up in a thread, and calls done(status, bytes or null) on the loop: 0 or -errno. */
  int start(napi_value done, Lookup lookup);
  /** Drops all results, deletes this, and calls `closed` when the loop is done with it. */
  void close(void (*closed)(void*), void* data);

 private:
  explicit Lookups(napi_env env) : env_(env) {}
  ~Lookups() = default;
  void deliver();

  napi_env env_;
  LoopWatch* watch_ = nullptr;
  std::shared_ptr<LookupInbox> inbox_;
  std::map<int64_t, napi_ref> waiting_;
  int64_t last_ = 0;
  void (*closed_)(void*) = nullptr;
  void* data_ = nullptr;
};

#endif

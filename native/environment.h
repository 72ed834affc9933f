// What one JavaScript environment (the main thread, or one worker) holds: the descriptors it owns,
// its poller, its end.
#ifndef BSD_SOCKET_ENVIRONMENT_H
#define BSD_SOCKET_ENVIRONMENT_H

#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

#include <map>
#include <memory>
#include <vector>

class Lookups;
class Poller;
class Recorder;
class Ring;

class Environment {
 public:
  /** Makes the environment's state and hooks its end; nullptr where that fails. Node-API deletes it
   * last. */
  static Environment* create(napi_env env);

  napi_env env() const { return env_; }
  /** Whether a thread waits for readiness, because the runtime's event loop cannot: loop.h. */
  bool has_loop_thread() const { return has_loop_thread_; }

  /** This environment owns fd, which the kernel has just made, under a new generation: whoever held
   * that number before has lost it. */
  void own(int64_t fd);
  /** Owns a pair that the kernel has just made, and writes its numbers to `fds`. */
  void own_pair(const int (&pair)[2], int32_t* fds);
  /** Takes over an open fd: 0, -EBADF where nothing is open, -EBUSY where another environment owns
   * it, or it is an event loop's epoll or io_uring. */
  int adopt(int fd);
  /** Forgets fd, and removes it from the pollers: 0, or -EBADF where it was not owned under that
   * generation (0: any), or others have closed it and opened another file there. */
  int release(int fd, int64_t generation = 0);
  bool owns(int fd) const;
  /** The generation (> 0) under which this environment owns fd, or -EBADF. */
  int64_t generation(int fd) const;
  size_t owned() const;
  /** Puts an owned fd into transit between environments: its ticket, or -EBADF as in release(). */
  int64_t transfer(int fd, int64_t generation = 0);
  /** Takes an fd out of transit: the fd, -ENOENT where no such ticket is open, -EBADF where others
   * have closed it meanwhile. */
  int redeem(int64_t ticket);

  const std::vector<Poller*>& pollers() const { return pollers_; }
  /** nullptr where there is none of that number. */
  Poller* poller(int id) const {
    return id >= 0 && static_cast<size_t>(id) < pollers_.size() ? pollers_[static_cast<size_t>(id)]
                                                                : nullptr;
  }
  /** Its number. */
  int add(Poller* poller);
  /** Its look-ups of names, opened at the first; nullptr, and -errno in `error`, where that fails.
   */
  Lookups* lookups(int* error);

  /** The rings and recorders of this environment, by number; nullptr where there is none of that
   * number. */
  Ring* ring(int id) const;
  std::shared_ptr<Ring> shared_ring(int id) const;
  int add(const std::shared_ptr<Ring>& ring);
  /** Retires a ring and forgets it. False where there is none. */
  bool drop_ring(int id);
  Recorder* recorder(int id) const;
  int add(const std::shared_ptr<Recorder>& recorder);
  /** Ends a recorder and forgets it. False where there is none. */
  bool drop_recorder(int id);

 private:
  Environment(napi_env env, bool has_loop_thread)
      : env_(env), has_loop_thread_(has_loop_thread), hook_(nullptr) {}
  bool verify(int fd, int64_t generation);
  bool owned_under(int fd, int64_t generation) const;
  std::vector<int> forget_all();
  static void end(napi_async_cleanup_hook_handle hook, void* data);
  static void end_at_once(void* data);
  static void destroy(napi_env env, void* data, void* hint);

  napi_env env_;
  const bool has_loop_thread_;
  napi_async_cleanup_hook_handle hook_;
  std::vector<Poller*> pollers_;
  Lookups* lookups_ = nullptr;
  std::map<int, std::shared_ptr<Ring>> rings_;
  std::map<int, std::shared_ptr<Recorder>> recorders_;
  int last_ = 0;
};

#endif

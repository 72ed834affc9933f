// Job threads by libuv, which comes with node: glibc's own pthread_create would ask for glibc 2.34.
#include "job_threads.h"

#include <signal.h>
#include <uv.h>

#include <deque>

namespace {

constexpr int kMostThreads = 8;

/** The queue that all environments share. It is never destroyed: a thread may outlive main(). */
class Jobs {
 public:
  static Jobs& all() {
    static Jobs* const jobs = new Jobs;
    return *jobs;
  }

  int add(std::function<void()> job) {
    uv_mutex_lock(&lock_);
    int status = 0;
    if (idle_ <= static_cast<int>(waiting_.size()) && threads_ < kMostThreads) {
      status = start();
      if (status == 0) threads_++;
    }
    // without a new thread another one takes it, if there is any
    if (status == 0 || threads_ > 0) {
      status = 0;
      waiting_.push_back(std::move(job));
      uv_cond_signal(&added_);
    }
    uv_mutex_unlock(&lock_);
    return status;
  }

 private:
  Jobs() {
    uv_mutex_init(&lock_);
    uv_cond_init(&added_);
  }

  /** A new thread inherits the mask: signals are for the main thread. */
  static int start() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    uv_thread_t thread;
    const int status = uv_thread_create(
        &thread, [](void* jobs) { static_cast<Jobs*>(jobs)->run(); }, &Jobs::all());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return status;
  }

  [[noreturn]] void run() {
    uv_mutex_lock(&lock_);
    for (;;) {
      while (waiting_.empty()) {
        idle_++;
        uv_cond_wait(&added_, &lock_);
        idle_--;
      }
      const std::function<void()> job = std::move(waiting_.front());
      waiting_.pop_front();
      uv_mutex_unlock(&lock_);
      job();
      uv_mutex_lock(&lock_);
    }
  }

  uv_mutex_t lock_;
  uv_cond_t added_;
  std::deque<std::function<void()>> waiting_;
  int threads_ = 0;
  int idle_ = 0;
};

}  // namespace

int run_in_thread(std::function<void()> job) { return Jobs::all().add(std::move(job)); }

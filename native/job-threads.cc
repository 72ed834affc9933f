// Job threads: they sleep in read(2) of one eventfd, which counts the jobs that wait.
#include "job-threads.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "platform.h"
#include "result.h"
#include "thread.h"

namespace {

constexpr size_t kMostThreads = 8;

/** The queue that all environments share. It is never destroyed: a thread may outlive main(). */
class Jobs {
 public:
  static Jobs& all() {
    static Jobs* const jobs = new Jobs;
    return *jobs;
  }

  int add(std::function<void()> job) {
    const std::lock_guard<std::mutex> held(lock_);
    if (count_ < 0) count_ = static_cast<int>(result([] { return eventfd(0, kFlags); }));
    if (count_ < 0) return count_;
    if (threads_.size() - busy_ <= waiting_.size() && threads_.size() < kMostThreads) {
      std::unique_ptr<Thread> thread;
      const int status =
          Thread::start([](void* jobs) { static_cast<Jobs*>(jobs)->run(); }, this, &thread);
      // without a new one the others take the job, if there are any
      if (status < 0 && threads_.empty()) return status;
      if (status == 0) threads_.push_back(std::move(thread));
    }
    waiting_.push_back(std::move(job));
    const uint64_t one = 1;
    return static_cast<int>(
        std::min<int64_t>(result([&] { return ::write(count_, &one, sizeof one); }), 0));
  }

 private:
  static constexpr int kFlags = EFD_CLOEXEC | EFD_SEMAPHORE;

  void run() {
    for (uint64_t one = 0;;) {
      if (result([&] { return ::read(count_, &one, sizeof one); }) < 0) return;
      take()();
      const std::lock_guard<std::mutex> held(lock_);
      busy_--;
    }
  }

  std::function<void()> take() {
    const std::lock_guard<std::mutex> held(lock_);
    busy_++;
    std::function<void()> job = std::move(waiting_.front());
    waiting_.pop_front();
    return job;
  }

  std::mutex lock_;
  int count_ = -1;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::unique_ptr<Thread>> threads_;
  size_t busy_ = 0;
};

}  // namespace

int run_in_thread(std::function<void()> job) { return Jobs::all().add(std::move(job)); }

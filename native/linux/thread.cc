// Thread by libuv, which comes with node: glibc's own pthread_create would ask for glibc 2.34. uv.h
// and the kernel's headers do not go into one file.
#include "thread.h"

#include <uv.h>

namespace {

class UvThread final : public Thread {
 public:
  ~UvThread() override {
    if (started_) uv_thread_join(&thread_);
  }
  int begin(void (*body)(void* argument), void* argument) {
    const int status = uv_thread_create(&thread_, body, argument);
    started_ = status == 0;
    return status;
  }

 private:
  uv_thread_t thread_ = {};
  bool started_ = false;
};

}  // namespace

int Thread::start(void (*body)(void* argument), void* argument, std::unique_ptr<Thread>* thread) {
  auto* const made = new UvThread();
  thread->reset(made);
  return made->begin(body, argument);
}

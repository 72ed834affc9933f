// Thread by pthreads, whose functions are found by name: glibc 2.34 moved them into libc under a
// new version, and the addon must load on older ones too.
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "linux/library.h"

namespace {

class PosixThread final : public Thread {
 public:
  ~PosixThread() override {
    if (started_) join_(thread_, nullptr);
  }

  int begin(void (*body)(void* argument), void* argument) {
    decltype(&pthread_create) create = nullptr;
    decltype(&pthread_sigmask) mask = nullptr;
    find_in_process("pthread_create", &create);
    find_in_process("pthread_join", &join_);
    find_in_process("pthread_sigmask", &mask);
    if (create == nullptr || join_ == nullptr || mask == nullptr) return -ENOSYS;
    body_ = body;
    argument_ = argument;
    sigset_t all, before;
    sigfillset(&all);
    mask(SIG_SETMASK, &all, &before);
    const int error = create(&thread_, nullptr, run, this);
    mask(SIG_SETMASK, &before, nullptr);
    started_ = error == 0;
    return -error;
  }

 private:
  static void* run(void* data) {
    const PosixThread* const self = static_cast<PosixThread*>(data);
    self->body_(self->argument_);
    return nullptr;
  }

  pthread_t thread_ = {};
  decltype(&pthread_join) join_ = nullptr;
  void (*body_)(void*) = nullptr;
  void* argument_ = nullptr;
  bool started_ = false;
};

}  // namespace

int Thread::start(void (*body)(void* argument), void* argument, std::unique_ptr<Thread>* thread) {
  auto* const made = new PosixThread();
  thread->reset(made);
  const int status = made->begin(body, argument);
  if (status < 0) thread->reset();
  return status;
}

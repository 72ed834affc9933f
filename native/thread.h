// A thread of our own, whose start can fail and report it (std::thread would end the process).
#ifndef BSD_SOCKET_THREAD_H
#define BSD_SOCKET_THREAD_H

#include <memory>

class Thread {
 public:
  /** Runs `body(argument)` in a new thread, which takes no signals: 0 or -errno. */
  static int start(void (*body)(void* argument), void* argument, std::unique_ptr<Thread>* thread);
  /** Waits for its end. */
  virtual ~Thread() = default;
};

#endif

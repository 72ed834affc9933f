// Libraries of the system that are opened at first use: libpcap, libz, libzstd. Success is
// remembered for the life of the process, failure is not.
#ifndef BSD_SOCKET_LINUX_LIBRARY_H
#define BSD_SOCKET_LINUX_LIBRARY_H

#include <initializer_list>
#include <mutex>

class Library {
 public:
  /** Opens the first of these names that the system has. */
  explicit Library(std::initializer_list<const char*> names);

  /** 0; -ELIBACC where the system has no such library, or one that lacks a function; else the
   * errno that kept it from being opened now (EMFILE, ENOMEM ...). */
  int status() const { return status_; }
  /** Sets `function` to the function of that name. */
  template <typename Function>
  void find(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(symbol(name));
  }

 private:
  void* symbol(const char* name);
  void* handle_;
  int status_;
};

/** A function of this process's own libraries by its name, in whichever version it has; or nullptr.
 */
void* symbol_in_process(const char* name);
template <typename Function>
void find_in_process(const char* name, Function** function) {
  *function = reinterpret_cast<Function*>(symbol_in_process(name));
}

/**
 * The functions of a library, opened at the first call that succeeds: 0 or -errno as in
 * Library::status(). `Functions` has a member `int status`, and finds its functions when made.
 */
template <typename Functions>
int open_library(const Functions** functions) {
  static std::mutex lock;
  static const Functions* opened = nullptr;
  const std::lock_guard<std::mutex> held(lock);
  if (opened == nullptr) {
    const Functions found;
    if (found.status < 0) return found.status;
    opened = new Functions(found);
  }
  *functions = opened;
  return 0;
}

#endif

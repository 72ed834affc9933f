// Libraries of the system that are opened at first use and never closed: libpcap, libz, libzstd.
// Where one is absent, what needs it says so.
#ifndef BSD_SOCKET_LINUX_LIBRARY_H
#define BSD_SOCKET_LINUX_LIBRARY_H

#include <initializer_list>

class Library {
 public:
  /** Opens the first of these names that there is. */
  explicit Library(std::initializer_list<const char*> names);

  bool opened() const { return handle_ != nullptr; }
  /** Sets `function` to what goes by that name; a library that lacks it counts as absent. */
  template <typename Function>
  void find(const char* name, Function** function) {
    void* const found = opened() ? symbol(name) : nullptr;
    if (found == nullptr) handle_ = nullptr;
    *function = reinterpret_cast<Function*>(found);
  }

 private:
  void* symbol(const char* name) const;
  void* handle_;
};

#endif

// Memory of a size that the caller chose: where it cannot be had the call returns -ENOMEM. (A C++
// container would end the process.)
#ifndef BSD_SOCKET_MEMORY_H
#define BSD_SOCKET_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

/** An array of `count` zeroed elements. */
template <typename T>
class Memory {
 public:
  explicit Memory(size_t count)
      : data_(static_cast<T*>(calloc(count == 0 ? 1 : count, sizeof(T)))), count_(count) {}
  ~Memory() { free(data_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  bool failed() const { return data_ == nullptr; }
  T* data() const { return data_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) const { return data_[i]; }

 private:
  T* const data_;
  const size_t count_;
};

#endif

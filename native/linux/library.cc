// dlopen and dlsym, by the names that an old C library has too.
#include "library.h"

#include <dlfcn.h>
#include <stddef.h>

#include "../platform.h"

#ifdef GLIBC_OLDEST
__asm__(".symver dlopen, dlopen@" GLIBC_OLDEST);
__asm__(".symver dlsym, dlsym@" GLIBC_OLDEST);
#endif

Library::Library(std::initializer_list<const char*> names) : handle_(nullptr) {
  for (const char* name : names) {
    if (handle_ == nullptr) handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
}

void* Library::symbol(const char* name) const { return dlsym(handle_, name); }

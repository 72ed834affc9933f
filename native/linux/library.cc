// dlopen and dlsym, by the names that an old C library has too.
#include "library.h"

#include <dlfcn.h>
#include <stddef.h>

// glibc 2.34 moved these two into libc under a new version, and would be the oldest that this addon loads on.
#if defined(__GLIBC__) && defined(__x86_64__)
#define OLDEST "GLIBC_2.2.5"
#elif defined(__GLIBC__) && defined(__aarch64__)
#define OLDEST "GLIBC_2.17"
#elif defined(__GLIBC__) && defined(__arm__)
#define OLDEST "GLIBC_2.4"
#endif
#ifdef OLDEST
__asm__(".symver dlopen, dlopen@" OLDEST);
__asm__(".symver dlsym, dlsym@" OLDEST);
#endif

Library::Library(std::initializer_list<const char*> names) : handle_(nullptr) {
  for (const char* name : names) {
    if (handle_ == nullptr) handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
}

void* Library::symbol(const char* name) const { return dlsym(handle_, name); }

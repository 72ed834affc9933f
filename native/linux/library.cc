// dlopen and dlsym, by the names that an old C library has too.
#include "library.h"

#include <dlfcn.h>
#include <stddef.h>

#include "../platform.h"

#ifdef GLIBC_OLDEST
__asm__(".symver dlopen, dlopen@" GLIBC_OLDEST);
__asm__(".symver dlsym, dlsym@" GLIBC_OLDEST);
#endif

namespace {

// Node.js exports the zlib and zstd that it is built with: a library whose calls of itself ended
// there would be two versions in one. Sanitizers refuse the flag.
#if defined(RTLD_DEEPBIND) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr int kOwnSymbolsFirst = RTLD_DEEPBIND;
#else
constexpr int kOwnSymbolsFirst = 0;
#endif

}  // namespace

Library::Library(std::initializer_list<const char*> names) : handle_(nullptr) {
  for (const char* name : names) {
    if (handle_ == nullptr) handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL | kOwnSymbolsFirst);
  }
}

void* Library::symbol(const char* name) const { return dlsym(handle_, name); }

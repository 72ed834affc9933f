// dlopen, dlsym and dlerror, by the names that an old C library has too.
#include "library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "../platform.h"

#ifdef GLIBC_OLDEST
__asm__(".symver dlopen, dlopen@" GLIBC_OLDEST);
__asm__(".symver dlsym, dlsym@" GLIBC_OLDEST);
__asm__(".symver dlerror, dlerror@" GLIBC_OLDEST);
#endif

namespace {

// Node.js exports the zlib and zstd that it is built with: a library whose calls of itself ended
// there would be two versions in one. Sanitizers refuse the flag.
#if defined(RTLD_DEEPBIND) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr int kOwnSymbolsFirst = RTLD_DEEPBIND;
#else
constexpr int kOwnSymbolsFirst = 0;
#endif

/** Why the last dlopen failed. dlerror(3) gives a text only, which ends with that of the errno. */
int reason() {
  const char* const text = dlerror();
  const size_t length = text == nullptr ? 0 : strlen(text);
  for (const int error : {EMFILE, ENFILE, ENOMEM, EACCES, EPERM, EIO, EAGAIN, EINTR}) {
    const char* const end = strerror(error);
    const size_t size = strlen(end);
    if (length >= size && strcmp(text + length - size, end) == 0) return -error;
  }
  return -ELIBACC;
}

}  // namespace

Library::Library(std::initializer_list<const char*> names) : handle_(nullptr), status_(-ELIBACC) {
  for (const char* name : names) {
    handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL | kOwnSymbolsFirst);
    status_ = handle_ != nullptr ? 0 : reason();
    if (status_ != -ELIBACC) return;
  }
}

void* Library::symbol(const char* name) {
  if (status_ < 0) return nullptr;
  void* const found = dlsym(handle_, name);
  if (found == nullptr) status_ = -ELIBACC;
  return found;
}

void* symbol_in_process(const char* name) { return dlsym(RTLD_DEFAULT, name); }

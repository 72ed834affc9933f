// Functions that this compiler's headers call, and older libraries lack (glibc before 2.34,
// libstdc++ before GLIBCXX_3.4.23): defined here, so that the addon loads there too.
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <new>

#include "platform.h"

#ifdef __GLIBCXX__
namespace std {
/** Called for an allocation of more than half the address space; without exceptions there is
 * nothing to throw. */
[[noreturn]] void __throw_bad_array_new_length();
void __throw_bad_array_new_length() { abort(); }
}  // namespace std
#endif

#ifdef __GLIBCXX__
// std::shared_ptr reads it before it counts atomically (glibc 2.32 has it): this process always has
// several threads.
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;
#endif

#ifdef SYS_fstat64  // machines of 32 bits
#define KERNEL_FSTAT SYS_fstat64
#else
#define KERNEL_FSTAT SYS_fstat
#endif

#if defined(BSD_SOCKET_GLIBC)
// A function of its own since glibc 2.33; the kernel's struct is the C library's struct stat64.
extern "C" __attribute__((visibility("hidden"))) int fstat64(int fd,
                                                             struct stat64* about) noexcept {
  return static_cast<int>(syscall(KERNEL_FSTAT, fd, about));
}
#endif

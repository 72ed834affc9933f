// Keeps the floor low: what this compiler's C++ headers call, and an older libstdc++
// (GLIBCXX_3.4.22) does not have yet.
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
// What std::shared_ptr asks before it counts atomically (glibc 2.32 has it): there are always more
// threads than one here.
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;
#endif

#if defined(BSD_SOCKET_GLIBC) && defined(SYS_fstat)
// A function of its own since glibc 2.33; on machines of 64 bits the kernel's struct is the C
// library's.
extern "C" __attribute__((visibility("hidden"))) int fstat64(int fd,
                                                             struct stat64* about) noexcept {
  return static_cast<int>(syscall(SYS_fstat, fd, about));
}
#endif

// Keeps the floor low: what this compiler's C++ headers call, and an older libstdc++ (GLIBCXX_3.4.22) does not have yet.
#include <cstdlib>
#include <new>

#ifdef __GLIBCXX__
namespace std {
/** Called for an allocation of more than half the address space; without exceptions there is nothing to throw. */
[[noreturn]] void __throw_bad_array_new_length();
void __throw_bad_array_new_length() { abort(); }
}  // namespace std
#endif

#ifdef __GLIBCXX__
// What std::shared_ptr asks before it counts atomically (glibc 2.32 has it): there are always more threads than one here.
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;
#endif

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

// The numbers of constants.def: checked by the compiler, and handed over where this target differs.
#include "functions.h"
#include "platform.h"
#include "result.h"

// Targets that an addon is published for, and those with the same numbers: lib/constants.ts is then
// right as it stands, and nothing of it is made at load.
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__arm__) || \
    defined(__riscv) || defined(__loongarch__)
// Not by one macro for all kinds: that would expand the name before it becomes text.
#define CONSTANT(name, number, text) static_assert(static_cast<int64_t>(name) == number, #name);
#define FAMILY(name, number) static_assert(static_cast<int64_t>(name) == number, #name);
#define OPTION(name, number) static_assert(static_cast<int64_t>(name) == number, #name);
#define ERRNO(name, number) static_assert(static_cast<int64_t>(name) == number, #name);
#define VARIES(name, number, text)
#define OPTION_VARIES(name, number)
#include "constants.def"
#undef CONSTANT
#undef FAMILY
#undef OPTION
#undef ERRNO
#undef VARIES
#undef OPTION_VARIES
#endif

/** The constants whose number here is not that of constants.def: mostly none. */
napi_value constants(napi_env env) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
#define DIFFERS(name, number, label)                  \
  if constexpr (static_cast<int64_t>(name) != number) \
    napi_set_named_property(env, object, label, answer(env, static_cast<int64_t>(name)));
#define CONSTANT(name, number, text) DIFFERS(name, number, #name)
#define VARIES(name, number, text) DIFFERS(name, number, #name)
#define FAMILY(name, number) DIFFERS(name, number, #name)
#define OPTION(name, number) DIFFERS(name, number, #name)
#define OPTION_VARIES(name, number) DIFFERS(name, number, #name)
#define ERRNO(name, number) DIFFERS(name, number, #name)
#include "constants.def"
  return object;
}

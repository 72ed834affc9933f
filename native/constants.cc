// The numbers of constants.def, as the compiler knows them.
#include "functions.h"
#include "platform.h"
#include "result.h"

namespace {

struct Constant {
  const char* name;
  int64_t value;
};

const Constant kConstants[] = {
#define CONSTANT(name) {#name, static_cast<int64_t>(name)},
#define ERRNO(name) \
  {#name, static_cast<int64_t>(name)},  // not by CONSTANT: that would expand the name first
#include "constants.def"
#undef ERRNO
#undef CONSTANT
};

}  // namespace

napi_value constants(napi_env env) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  for (const Constant& constant : kConstants)
    napi_set_named_property(env, object, constant.name, answer(env, constant.value));
  return object;
}

// The layouts of layouts.def, as the compiler knows them.
#include <stddef.h>

#include "functions.h"
#include "linux/message.h"
#include "linux/recorder.h"
#include "linux/structs.h"
#include "platform.h"
#include "result.h"

namespace abi {
namespace {

/** A struct (member is nullptr), or a member of the struct above it. */
struct Row {
  const char* type;
  const char* member;
  size_t offset;
  size_t size;
};

const Row kRows[] = {
#define STRUCT(type) {#type, nullptr, 0, sizeof(type)},
#define FIELD(type, member) \
  {#type, #member, offsetof(type, member), sizeof(static_cast<type*>(nullptr)->member)},
#define PART(type, member, path) \
  {#type, #member, offsetof(type, path), sizeof(static_cast<type*>(nullptr)->path)},
#define FLEX(type, member) {#type, #member, offsetof(type, member), 0},
#define BITS(type, member, offset, size) {#type, #member, offset, size},
#include "layouts.def"
#undef BITS
#undef FLEX
#undef PART
#undef FIELD
#undef STRUCT
};

}  // namespace
}  // namespace abi

napi_value layouts(napi_env env) {
  napi_value all = nullptr;
  napi_value fields = nullptr;
  napi_create_object(env, &all);
  for (const abi::Row& row : abi::kRows) {
    if (row.member == nullptr) {
      napi_value layout = nullptr;
      napi_create_object(env, &layout);
      napi_create_object(env, &fields);
      napi_set_named_property(env, layout, "size", answer(env, static_cast<int64_t>(row.size)));
      napi_set_named_property(env, layout, "fields", fields);
      napi_set_named_property(env, all, row.type, layout);
    } else {
      napi_value place = nullptr;
      napi_create_array_with_length(env, 2, &place);
      napi_set_element(env, place, 0, answer(env, static_cast<int64_t>(row.offset)));
      napi_set_element(env, place, 1, answer(env, static_cast<int64_t>(row.size)));
      napi_set_named_property(env, fields, row.member, place);
    }
  }
  return all;
}

// The layouts of layouts.def, as the compiler has them.
#include <stddef.h>

#include <iterator>

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

namespace {

/** The layout of the struct whose row `first` is: {size, fields: {name: [offset, size]}}. */
napi_value layout(napi_env env, const abi::Row* first) {
  napi_value object = nullptr;
  napi_value fields = nullptr;
  napi_create_object(env, &object);
  napi_create_object(env, &fields);
  napi_set_named_property(env, object, "size", answer(env, static_cast<int64_t>(first->size)));
  napi_set_named_property(env, object, "fields", fields);
  for (const abi::Row* row = first + 1; row != std::end(abi::kRows) && row->member; row++) {
    napi_value place = nullptr;
    napi_create_array_with_length(env, 2, &place);
    napi_set_element(env, place, 0, answer(env, static_cast<int64_t>(row->offset)));
    napi_set_element(env, place, 1, answer(env, static_cast<int64_t>(row->size)));
    napi_set_named_property(env, fields, row->member, place);
  }
  return object;
}

/** The getter of a struct's property: its first use puts the layout in the getter's place. */
napi_value first_use(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, &data);
  const auto* row = static_cast<const abi::Row*>(data);
  napi_property_descriptor property{};
  property.utf8name = row->type;
  property.value = layout(env, row);
  property.attributes = static_cast<napi_property_attributes>(napi_enumerable | napi_configurable);
  napi_define_properties(env, self, 1, &property);
  return property.value;
}

}  // namespace

napi_value layouts(napi_env env) {
  napi_value all = nullptr;
  napi_create_object(env, &all);
  for (const abi::Row& row : abi::kRows) {
    if (row.member != nullptr) continue;
    napi_property_descriptor property{};
    property.utf8name = row.type;
    property.getter = first_use;
    property.attributes =
        static_cast<napi_property_attributes>(napi_enumerable | napi_configurable);
    property.data = const_cast<abi::Row*>(&row);
    napi_define_properties(env, all, 1, &property);
  }
  return all;
}

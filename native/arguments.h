// From JavaScript to C: checks every argument, converts nothing, runs no JavaScript. The leftmost
// bad argument is reported.
#ifndef BSD_SOCKET_ARGUMENTS_H
#define BSD_SOCKET_ARGUMENTS_H

#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

#include <string>

#include "environment.h"
#include "result.h"

/** Memory of a Uint8Array, valid until the call returns. `data` is nullptr for null only: an empty
 * array still has an address. */
struct Bytes {
  uint8_t* data;
  size_t length;
};

/** Memory of an Int32Array; `data` is nullptr for null only. */
struct Ints {
  int32_t* data;
  size_t length;
};

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env), environment_(nullptr), bad_(-1) {
    size_t count = kMost;
    void* data = nullptr;
    napi_get_cb_info(env, info, &count, values_, nullptr, &data);
    environment_ = static_cast<Environment*>(data);
  }

  napi_env env() const { return env_; }
  Environment& environment() const { return *environment_; }
  napi_value value(int index) const { return values_[index]; }

  bool bad() const { return bad_ >= 0; }
  /** The result of a call with a bad argument. */
  napi_value refusal() const { return ::answer(env_, kBadArgument - bad_); }
  napi_value answer(int64_t number) const { return ::answer(env_, number); }
  /** Marks argument `index` as bad; the leftmost one counts. */
  void refuse(int index) {
    if (bad_ < 0 || index < bad_) bad_ = index;
  }

  /** A C int. */
  int integer(int index) { return static_cast<int>(exact(index, -2147483648.0, 2147483647.0)); }
  /** 32 bits that C may take as int or as unsigned: flags, requests, lengths that may be
   * negative. */
  uint32_t word(int index) {
    return static_cast<uint32_t>(static_cast<int64_t>(exact(index, -2147483648.0, 4294967295.0)));
  }
  int flags(int index) { return static_cast<int>(word(index)); }
  /** A C long or off_t, as far as a number is exact. */
  int64_t wide(int index) {
    return static_cast<int64_t>(exact(index, -9007199254740991.0, 9007199254740991.0));
  }
  /** The same, or `otherwise` where the argument is left out. */
  int64_t wide_or(int index, int64_t otherwise) {
    return type_of(values_[index]) == napi_undefined ? otherwise : wide(index);
  }
  size_t size(int index) { return static_cast<size_t>(exact(index, 0, 9007199254740991.0)); }

  Bytes bytes(int index) { return bytes(index, values_[index]); }
  /** A Uint8Array that stands for argument `index` (an element of it, say). */
  Bytes bytes(int index, napi_value value) {
    Bytes bytes = {nullptr, 0};
    if (!view(value, &bytes)) refuse(index);
    return bytes;
  }
  Bytes bytes_or_null(int index) { return bytes_or_null(index, values_[index]); }
  /** null is checked last, because that costs, and is rare. */
  Bytes bytes_or_null(int index, napi_value value) {
    Bytes bytes = {nullptr, 0};
    if (!view(value, &bytes) && !is_null(value)) refuse(index);
    return bytes;
  }

  /** The part of a Uint8Array given by arguments index + 1 (offset) and index + 2 (length),
   * checked against its present length. Of null: NULL. */
  Bytes span(int index) {
    const size_t offset = size(index + 1);
    const size_t length = size(index + 2);
    const Bytes whole = bytes_or_null(index);
    if (bad()) return {nullptr, 0};
    if (whole.data == nullptr) return {nullptr, length};
    if (offset > whole.length) refuse(index + 1);
    else if (length > whole.length - offset) refuse(index + 2);
    return bad() ? Bytes{nullptr, 0} : Bytes{whole.data + offset, length};
  }

  /** A Uint8Array that stands for argument `index`, or a number: so many bytes at NULL. */
  Bytes bytes_or_length(int index, napi_value value) {
    Bytes bytes = {nullptr, 0};
    if (view(value, &bytes)) return bytes;
    return {nullptr, static_cast<size_t>(exact(index, value, 0, 9007199254740991.0))};
  }

  /** An Int32Array with at least `least` elements. */
  Ints ints(int index, size_t least) {
    Ints ints = {nullptr, 0};
    if (!view(values_[index], least, &ints)) refuse(index);
    return ints;
  }
  Ints ints_or_null(int index, size_t least) {
    Ints ints = {nullptr, 0};
    if (!view(values_[index], least, &ints) && !is_null(index)) refuse(index);
    return ints;
  }

  /** A string without NUL, of at most `most` bytes in UTF-8. */
  std::string text(int index, size_t most) {
    size_t length = 0;
    if (napi_get_value_string_utf8(env_, values_[index], nullptr, 0, &length) != napi_ok ||
        length > most) {
      refuse(index);
      return {};
    }
    std::string text(length, '\0');
    napi_get_value_string_utf8(env_, values_[index], &text[0], length + 1, &length);
    if (text.find('\0') != std::string::npos) refuse(index);
    return text;
  }

  bool is_null(int index) const { return is_null(values_[index]); }
  bool is_null(napi_value value) const { return type_of(value) == napi_null; }
  napi_value function(int index) {
    if (type_of(values_[index]) != napi_function) refuse(index);
    return values_[index];
  }

 private:
  static constexpr size_t kMost = 8;

  napi_valuetype type_of(napi_value value) const {
    napi_valuetype type = napi_undefined;
    napi_typeof(env_, value, &type);
    return type;
  }

  /** False, and nothing written, where the value is no Uint8Array. */
  bool view(napi_value value, Bytes* bytes) const {
    napi_typedarray_type type = napi_float64_array;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != napi_uint8_array)
      return false;
    *bytes = {length == 0 ? nowhere() : static_cast<uint8_t*>(data), length};
    return true;
  }

  /** False, and nothing written, where the value is no Int32Array of `least` elements. */
  bool view(napi_value value, size_t least, Ints* ints) const {
    napi_typedarray_type type = napi_float64_array;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
        type != napi_int32_array || length < least)
      return false;
    *ints = {length == 0 ? reinterpret_cast<int32_t*>(nowhere()) : static_cast<int32_t*>(data),
             length};
    return true;
  }

  double exact(int index, double least, double most) {
    return exact(index, values_[index], least, most);
  }
  double exact(int index, napi_value value, double least, double most) {
    double number = 0;
    if (napi_get_value_double(env_, value, &number) != napi_ok ||
        !(number >= least && number <= most) ||
        number != static_cast<double>(static_cast<int64_t>(number))) {
      refuse(index);
      return 0;
    }
    return number;
  }

  /** The address of an empty array. */
  static uint8_t* nowhere() {
    alignas(8) static uint8_t place[8];
    return place;
  }

  napi_env env_;
  Environment* environment_;
  int bad_;
  napi_value values_[kMost];
};

#endif

// The one place where errno becomes -errno, and the only EINTR loop.
#ifndef BSD_SOCKET_RESULT_H
#define BSD_SOCKET_RESULT_H

#include <errno.h>
#include <node_api.h>
#include <stdint.h>

constexpr int kBadArgument = -4096;  // -(4096 + i): argument i is not what the signature says
constexpr int kDenied = -8191;       // reachable in another form only, or not at all
constexpr int kGaiFailure = -8192;   // -(8192 + n): EAI number -n, or h_errno n

/** A number for JavaScript: small ones cost nothing there. */
inline napi_value answer(napi_env env, int64_t number) {
  napi_value value = nullptr;
  if (number == static_cast<int32_t>(number)) {
    napi_create_int32(env, static_cast<int32_t>(number), &value);
  } else {
    napi_create_double(env, static_cast<double>(number), &value);
  }
  return value;
}

/** The result of a call that is made once: close, whose fd is gone after EINTR, and connect, which
 * goes on by itself. */
template <typename Call>
inline int64_t once(Call call) {
  const int64_t result = static_cast<int64_t>(call());
  return result < 0 ? -errno : result;
}

/** The result of a call that is made again while a signal interrupts it (EINTR). */
template <typename Call>
inline int64_t result(Call call) {
  int64_t result;
  do {
    result = once(call);
  } while (result == -EINTR);
  return result;
}

#endif

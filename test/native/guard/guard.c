// For tests only: memory that ends at a page nobody may touch, and the bare getsockopt, to show
// what it does with such memory.
#include <errno.h>
#include <node_api.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void unmap(napi_env env, void* data, void* hint) {
  (void)env, (void)data;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  munmap(hint, 2 * page);
}

/** fenced(length): an ArrayBuffer of at most a page, right before a page with PROT_NONE. */
static napi_value fenced(napi_env env, napi_callback_info info) {
  size_t count = 1, page = (size_t)sysconf(_SC_PAGESIZE);
  napi_value length_value, buffer = NULL;
  uint32_t length = 0;
  napi_get_cb_info(env, info, &count, &length_value, NULL, NULL);
  napi_get_value_uint32(env, length_value, &length);
  uint8_t* map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED || length > page) return NULL;
  mprotect(map + page, page, PROT_NONE);
  napi_create_external_arraybuffer(env, map + page - length, length, unmap, map, &buffer);
  return buffer;
}

/** getsockopt(fd, level, name, bytes, optlen): the bare call, which answers the length or -errno.
 */
static napi_value bare_getsockopt(napi_env env, napi_callback_info info) {
  size_t count = 5, size = 0;
  napi_value args[5], result = NULL;
  int32_t fd = -1, level = 0, name = 0, optlen = 0;
  void* data = NULL;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  napi_get_value_int32(env, args[0], &fd);
  napi_get_value_int32(env, args[1], &level);
  napi_get_value_int32(env, args[2], &name);
  napi_get_typedarray_info(env, args[3], NULL, &size, &data, NULL, NULL);
  napi_get_value_int32(env, args[4], &optlen);
  socklen_t length = (socklen_t)optlen;
  int answer = getsockopt(fd, level, name, data, &length) < 0 ? -errno : (int)length;
  napi_create_int32(env, answer, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function = NULL;
  napi_create_function(env, "fenced", NAPI_AUTO_LENGTH, fenced, NULL, &function);
  napi_set_named_property(env, exports, "fenced", function);
  napi_create_function(env, "getsockopt", NAPI_AUTO_LENGTH, bare_getsockopt, NULL, &function);
  napi_set_named_property(env, exports, "getsockopt", function);
  return exports;
}

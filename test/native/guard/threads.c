// For tests only: threads that block signals.
#include <node_api.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static sem_t started;
static long id;

static void* wait_for_ever(void* raw) {
  prctl(PR_SET_NAME, raw == NULL ? "blocks-all" : "blocks-raw");
  uint64_t all = ~(uint64_t)0;
  sigset_t set;
  sigfillset(&set);
  if (raw == NULL) pthread_sigmask(SIG_SETMASK, &set, NULL);
  else syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
  id = syscall(SYS_gettid);
  sem_post(&started);
  for (;;) pause();
  return NULL;
}

/** blocking(raw): the id of a new thread that blocks all signals; with `raw` past the C library,
 * those that it keeps for itself too. */
static napi_value blocking(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value arg, result = NULL;
  bool raw = false;
  pthread_t thread;
  napi_get_cb_info(env, info, &count, &arg, NULL, NULL);
  napi_get_value_bool(env, arg, &raw);
  sem_init(&started, 0, 0);
  if (pthread_create(&thread, NULL, wait_for_ever, raw ? &id : NULL) != 0) return NULL;
  sem_wait(&started);
  napi_create_int64(env, id, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function = NULL;
  napi_create_function(env, "blocking", NAPI_AUTO_LENGTH, blocking, NULL, &function);
  napi_set_named_property(env, exports, "blocking", function);
  return exports;
}

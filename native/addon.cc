// The entry: one Environment, the constants, the layouts, and every function of the tables.
#include <napi.h>

#include "environment.h"
#include "functions.h"

namespace {

const Function* const kTables[] = {kLifecycle,   kOptions, kTransfer,   kMessage,   kBatch,
                                   kDescriptors, kNames,   kInterfaces, kReadiness, kRing,
                                   kRecorder,    kPcap,    kPrivileges};

Napi::Object start(Napi::Env env, Napi::Object exports) {
  Environment* environment = Environment::create(env);
  if (environment == nullptr) {
    Napi::Error::New(env, "bsd-socket: this environment is ending").ThrowAsJavaScriptException();
    return exports;
  }
  exports.Set("constants", Napi::Value(env, constants(env)));
  exports.Set("layouts", Napi::Value(env, layouts(env)));
  for (const Function* table : kTables) {
    for (const Function* row = table; row->name != nullptr; row++) {
      napi_value function = nullptr;
      napi_create_function(env, row->name, NAPI_AUTO_LENGTH, row->call, environment, &function);
      exports.Set(row->name, Napi::Value(env, function));
    }
  }
  return exports;
}

}  // namespace

NODE_API_MODULE(bsd_socket, start)

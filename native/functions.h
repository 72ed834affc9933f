// The registration tables: each file under syscalls/ lists the functions it gives to JavaScript.
#ifndef BSD_SOCKET_FUNCTIONS_H
#define BSD_SOCKET_FUNCTIONS_H

#include <node_api.h>

struct Function {
  const char* name;
  napi_callback call;
};

// Each table ends with an empty row.
extern const Function kLifecycle[];
extern const Function kOptions[];
extern const Function kTransfer[];
extern const Function kMessage[];
extern const Function kBatch[];
extern const Function kDescriptors[];
extern const Function kNames[];
extern const Function kInterfaces[];
extern const Function kReadiness[];
extern const Function kRing[];
extern const Function kRecorder[];
extern const Function kPcap[];
extern const Function kPrivileges[];

/** An object with the compiler's number of every name in constants.def. */
napi_value constants(napi_env env);
/** An object with the compiler's layout of every struct in layouts.def. */
napi_value layouts(napi_env env);

#endif

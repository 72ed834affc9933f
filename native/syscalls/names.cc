#include "../functions.h"
const Function kNames[] = {{nullptr, nullptr}};

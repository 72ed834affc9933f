#include "../functions.h"
const Function kInterfaces[] = {{nullptr, nullptr}};

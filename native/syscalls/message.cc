#include "../functions.h"
const Function kMessage[] = {{nullptr, nullptr}};

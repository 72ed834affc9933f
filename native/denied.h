// Whether, by denied.def, an option or control message may cross as raw bytes.
#ifndef BSD_SOCKET_DENIED_H
#define BSD_SOCKET_DENIED_H

#include "platform.h"

enum class Direction { GET, SET, SET_PROGRAM, CMSG };

/** A comparison for each row of that direction; the other rows are gone once compiled. */
template <Direction asked>
inline bool denied(int level, int name) {
#define DENIED(of, first, last, direction, reason)                                         \
  if (Direction::direction == asked && level == (of) && (first) <= name && name <= (last)) \
    return true;
#include "denied.def"
#undef DENIED
  return false;
}

#endif

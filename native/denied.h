// Asks denied.def whether an option or control message may cross as raw bytes.
#ifndef BSD_SOCKET_DENIED_H
#define BSD_SOCKET_DENIED_H

#include "platform.h"

enum class Direction { GET, SET, SET_PROGRAM, CMSG };

inline bool denied(int level, int name, Direction direction) {
  struct Row {
    int level, first, last;
    Direction direction;
  };
  static constexpr Row kRows[] = {
#define DENIED(level, first, last, direction, reason) {level, first, last, Direction::direction},
#include "denied.def"
#undef DENIED
  };
  for (const Row& row : kRows) {
    if (row.level == level && row.first <= name && name <= row.last && row.direction == direction) return true;
  }
  return false;
}

#endif

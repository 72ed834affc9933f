// Errors: what other modules import.
export {
  badRange,
  badState,
  badType,
  checkedOptions,
  checkMembers,
  integer,
  membersOf,
  namesOf,
  nearestNames,
  unknownName,
} from './arguments';
export { check, fail, socketError } from './fail';
export { GaiError, gaiError, hostError } from './gai';
export { privilege } from './hints';
export {
  type Detail,
  errorcode,
  errors,
  type HintContext,
  isErrno,
  type OptionRef,
  SocketError,
  type SocketErrorClass,
} from './socket-error';
export { ERRNO_NAMES, type Errno, type ErrnoAlias, type ErrnoName, type GaiCode } from './table';

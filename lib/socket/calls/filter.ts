// attachFilter(): a socket's classic BPF program.
import { SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER, SOL_SOCKET } from '../../constants';
import { membersOf } from '../../errors';
import { type BpfProgram, setOption } from '../../options';
import { openFd, type State } from '../state';

/** SO_ATTACH_FILTER, or SO_DETACH_FILTER for null; then SO_LOCK_FILTER with `lock`. */
export function attachFilter(
  state: State,
  program: BpfProgram | null,
  o: { lock?: boolean } = {},
): void {
  const fd = openFd(state, 'setsockopt');
  const { lock } = membersOf(o, 'attachFilter', ['lock']);
  if (program === null) setOption(fd, SOL_SOCKET, SO_DETACH_FILTER, 1);
  else setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, program);
  if (lock) setOption(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
}

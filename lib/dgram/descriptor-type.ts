// What a descriptor is, in the words of node's ERR_INVALID_FD_TYPE.
import * as fs from 'node:fs';
import * as tty from 'node:tty';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_DOMAIN,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants';
import { native } from '../native';

const int = new Int32Array(1);
const bytes = new Uint8Array(int.buffer);

function ask(fd: number, option: number): number {
  return native.getsockopt(fd, SOL_SOCKET, option, bytes, bytes.length) < 0
    ? -1
    : (int[0] as number);
}

/** 'UDP', 'TCP', 'PIPE', 'TTY', 'FILE' or 'UNKNOWN'. */
export function descriptorType(fd: number): string {
  if (tty.isatty(fd)) return 'TTY';
  try {
    const stat = fs.fstatSync(fd);
    if (stat.isFIFO()) return 'PIPE';
    if (stat.isFile() || stat.isCharacterDevice()) return 'FILE';
  } catch {
    return 'UNKNOWN';
  }
  const domain = ask(fd, SO_DOMAIN);
  const type = ask(fd, SO_TYPE);
  if (domain === AF_UNIX && (type === SOCK_STREAM || type === SOCK_DGRAM)) return 'PIPE';
  if (domain !== AF_INET && domain !== AF_INET6) return 'UNKNOWN';
  return type === SOCK_STREAM ? 'TCP' : type === SOCK_DGRAM ? 'UDP' : 'UNKNOWN';
}

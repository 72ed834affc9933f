// getsockopt(2) and setsockopt(2) on bytes, and the typed forms of the options that carry a BPF
// program.
import { type Bytes, toBytes } from '../bytes';
import { native } from '../native';
import { bytesOrNull } from './memory';
import { refuse } from './refuse';

/**
 * getsockopt(2). Returns the length that the kernel reported, which may exceed what it wrote.
 * `optlen` is the length passed to the kernel (default: all of `buf`); null is a NULL length pointer.
 * Where it is more than `buf` holds, or is negative, what fits comes back.
 */
export function getsockopt(
  fd: number,
  level: number,
  name: number,
  buf: Bytes | null,
  optlen?: number | null,
): number {
  const bytes = bytesOrNull(buf, 'getsockopt: buf');
  const size = optlen === undefined ? (bytes === null ? 0 : bytes.length) : optlen;
  const result = native.getsockopt(fd, level, name, bytes, size);
  return result >= -4095 ? result : refuse('getsockopt', result, fd, level, name, buf, size);
}

/**
 * setsockopt(2). `optlen` (default: all of `buf`) may be longer than `buf`, the rest is zero; a
 * negative one reaches the kernel.
 */
export function setsockopt(
  fd: number,
  level: number,
  name: number,
  buf: Bytes | null,
  optlen?: number,
): number {
  const bytes = bytesOrNull(buf, 'setsockopt: buf');
  const size = optlen === undefined ? (bytes === null ? 0 : bytes.length) : optlen;
  const result = native.setsockopt(fd, level, name, bytes, size);
  return result >= -4095 ? result : refuse('setsockopt', result, fd, level, name, buf, size);
}

/**
 * setsockopt(2) with a struct sock_fprog: SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF,
 * PACKET_FANOUT_DATA. `program` is struct sock_filter instructions of 8 bytes each, `count` how
 * many of them (default: all).
 */
export function attach_filter(
  fd: number,
  level: number,
  name: number,
  program: Bytes | null,
  count?: number,
): number {
  const bytes = bytesOrNull(program, 'attach_filter: program');
  const instructions = count ?? (bytes === null ? 0 : bytes.length >>> 3);
  const result = native.setsockopt_fprog(fd, level, name, bytes, instructions);
  return result >= -4095
    ? result
    : refuse('attach_filter', result, fd, level, name, program, instructions);
}

/**
 * getsockopt(2) SO_GET_FILTER: fills `program` with as many instructions as it has space for, and
 * returns how many the filter has. null only counts.
 */
export function get_filter(fd: number, program: Bytes | null): number {
  const result = native.getsockopt_filter(
    fd,
    program === null ? null : toBytes(program, 'get_filter: program'),
  );
  return result >= -4095 ? result : refuse('get_filter', result, fd, program);
}

/**
 * getsockopt(2) of IP_MSFILTER (struct ip_msfilter) and MCAST_MSFILTER (struct group_filter): the
 * count inside `filter` is how many sources there is space for, and must agree with its length. Returns
 * the kernel's length.
 */
export function get_source_filter(fd: number, level: number, name: number, filter: Bytes): number {
  const result = native.getsockopt_msfilter(
    fd,
    level,
    name,
    toBytes(filter, 'get_source_filter: filter'),
  );
  return result >= -4095 ? result : refuse('get_source_filter', result, fd, level, name, filter);
}

/**
 * getsockopt(2) TCP_AO_GET_KEYS: `size` is that of one struct tcp_ao_getsockopt, and nkeys in the
 * first of `keys` is how many there is space for.
 * @internal
 */
export function get_ao_keys(fd: number, keys: Bytes, size: number): number {
  const result = native.getsockopt_ao_keys(fd, toBytes(keys, 'get_ao_keys: keys'), size);
  return result >= -4095 ? result : refuse('get_ao_keys', result, fd, keys, size);
}

/**
 * getsockopt(2) IPT_SO_GET_INFO, IPT_SO_GET_REVISION_MATCH and their like of arptables and
 * ip6tables: `table` is the whole struct, with the name in it, in and out.
 * @internal
 */
export function get_table(fd: number, level: number, name: number, table: Bytes): number {
  const result = native.getsockopt_table(fd, level, name, toBytes(table, 'get_table: table'));
  return result >= -4095 ? result : refuse('get_table', result, fd, level, name, table);
}

/**
 * getsockopt(2) of any option, asked for all of `buf` (4096 bytes at most) with nothing but zeros
 * going in: no count or pointer in them leads anywhere.
 * @internal
 */
export function get_blank(fd: number, level: number, name: number, buf: Bytes): number {
  const result = native.getsockopt_blank(fd, level, name, toBytes(buf, 'get_blank: buf'));
  return result >= -4095 ? result : refuse('get_blank', result, fd, level, name, buf);
}

// Addresses against the kernel: what we encode it binds and sends to, what it answers we decode.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as lib from '../../lib/address';
import { type Address, type AddressLike, decodeAddress, encodeAddress } from '../../lib/address';
import * as c from '../../lib/constants';
import { native } from '../../lib/native';
import { temporaryFolder } from '../tools';

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) native.close(fd);
});

function socket(family: number, type: number, protocol = 0): number {
  const fd = native.socket(family, type | c.SOCK_CLOEXEC, protocol);
  expect(fd).toBeGreaterThanOrEqual(0);
  open.push(fd);
  return fd;
}

function bind(fd: number, family: number, address: AddressLike<Address>): void {
  const sockaddr = encodeAddress(family, address);
  expect(native.bind(fd, sockaddr, sockaddr.length)).toBe(0);
}

function name(fd: number, family: number): Address {
  const sockaddr = new Uint8Array(128);
  const length = Int32Array.of(128);
  expect(native.getsockname(fd, sockaddr, length)).toBe(0);
  return decodeAddress(sockaddr, length[0], family);
}

function bound(family: number, type: number, address: AddressLike<Address>, protocol = 0): Address {
  const fd = socket(family, type, protocol);
  bind(fd, family, address);
  return name(fd, family);
}

/** The address that the next datagram on fd comes from. */
function sender(fd: number, family: number): Address {
  const sockaddr = new Uint8Array(128);
  const length = Int32Array.of(128);
  expect(
    native.recvfrom(fd, new Uint8Array(16), 0, 16, 0, sockaddr, length),
  ).toBeGreaterThanOrEqual(0);
  return decodeAddress(sockaddr, length[0], family);
}

function send(fd: number, family: number, address: AddressLike<Address>): void {
  const sockaddr = encodeAddress(family, address);
  expect(native.sendto(fd, Uint8Array.of(1), 0, 1, 0, sockaddr, sockaddr.length)).toBe(1);
}

test.each([
  [c.AF_INET, '127.0.0.1'],
  [c.AF_INET6, '::1'],
] as const)('datagrams of family %i name their sender', (family, host) => {
  const a = socket(family, c.SOCK_DGRAM);
  const b = socket(family, c.SOCK_DGRAM);
  bind(a, family, [host, 0]);
  bind(b, family, [host, 0]);
  const to = name(b, family);
  send(a, family, to);
  expect(sender(b, family)).toEqual(name(a, family));
  expect((to as lib.InetAddress).address).toBe(host);
  expect((to as lib.InetAddress).port).toBeGreaterThan(0);
});

test("'' is the wildcard of both", () => {
  expect(bound(c.AF_INET, c.SOCK_DGRAM, ['', 0])).toMatchObject({ address: '0.0.0.0' });
  expect(bound(c.AF_INET6, c.SOCK_DGRAM, ['', 0])).toMatchObject({
    address: '::',
    scopeId: 0,
    flowinfo: 0,
  });
});

test('a scope is an interface index', () => {
  const fd = socket(c.AF_INET6, c.SOCK_DGRAM);
  const sockaddr = encodeAddress(c.AF_INET6, ['fe80::1%lo', 50009]);
  expect(decodeAddress(sockaddr, 28)).toMatchObject({ scopeId: native.if_nametoindex('lo') });
  // known scope, nobody's address: not EINVAL
  expect(native.bind(fd, sockaddr, sockaddr.length)).toBe(-c.EADDRNOTAVAIL);
});

describe('AF_UNIX', () => {
  const folder = temporaryFolder();

  test('a path, as text and as bytes that are not UTF-8', () => {
    const file = path.join(folder, 'socket');
    expect(bound(c.AF_UNIX, c.SOCK_DGRAM, file)).toEqual({
      family: 'unix',
      path: file,
      abstract: false,
    });
    const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe)]);
    expect(bound(c.AF_UNIX, c.SOCK_DGRAM, odd)).toEqual({
      family: 'unix',
      path: odd,
      abstract: false,
    });
    expect(fs.readdirSync(folder, 'buffer').length).toBe(2);
  });

  test('108 bytes fill sun_path and are bound', () => {
    const file = path.join(folder, 'x'.repeat(108 - folder.length - 1));
    expect(file.length).toBe(108);
    expect(bound(c.AF_UNIX, c.SOCK_DGRAM, file)).toEqual({
      family: 'unix',
      path: file,
      abstract: false,
    });
  });

  test('an abstract name keeps every byte, is a peer, and is in no folder', () => {
    const a = socket(c.AF_UNIX, c.SOCK_DGRAM);
    const b = socket(c.AF_UNIX, c.SOCK_DGRAM);
    const given = `\0bsd-socket-${process.pid}\0`;
    bind(a, c.AF_UNIX, given);
    expect(name(a, c.AF_UNIX)).toEqual({ family: 'unix', path: given.slice(1), abstract: true });
    send(b, c.AF_UNIX, name(a, c.AF_UNIX) as lib.UnixAddress);
    expect(sender(a, c.AF_UNIX)).toEqual({ family: 'unix', path: '', abstract: false });
  });

  test("'' asks the kernel for a name; a socket that was never bound has none", () => {
    expect(bound(c.AF_UNIX, c.SOCK_DGRAM, '')).toEqual({
      family: 'unix',
      path: expect.stringMatching(/^[0-9a-f]{5}$/),
      abstract: true,
    });
    expect(name(socket(c.AF_UNIX, c.SOCK_STREAM), c.AF_UNIX)).toEqual({
      family: 'unix',
      path: '',
      abstract: false,
    });
  });
});

test('AF_NETLINK: a port id of ours and groups', () => {
  const fd = socket(c.AF_NETLINK, c.SOCK_RAW, c.NETLINK_ROUTE);
  bind(fd, c.AF_NETLINK, { groups: c.RTMGRP_LINK });
  expect(name(fd, c.AF_NETLINK)).toEqual({
    family: 'netlink',
    pid: expect.any(Number),
    groups: c.RTMGRP_LINK,
  });
  expect(bound(c.AF_NETLINK, c.SOCK_RAW, [0x12345678, 0], c.NETLINK_ROUTE)).toEqual({
    family: 'netlink',
    pid: 0x12345678,
    groups: 0,
  });
});

const probe = native.socket(c.AF_PACKET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0);
if (probe >= 0) native.close(probe);
const itRaw = probe >= 0 || process.env.CI ? test : test.skip;

itRaw('AF_PACKET: interface and protocol of bind, both directions of a frame on lo', () => {
  const fd = socket(c.AF_PACKET, c.SOCK_DGRAM);
  bind(fd, c.AF_PACKET, ['lo', c.ETH_P_IP]);
  const lo = {
    family: 'packet',
    ifindex: native.if_nametoindex('lo'),
    ifname: 'lo',
    protocol: c.ETH_P_IP,
    hatype: c.ARPHRD_LOOPBACK,
    address: '00:00:00:00:00:00',
  };
  expect(name(fd, c.AF_PACKET)).toEqual({ ...lo, pkttype: 'host' });
  const udp = socket(c.AF_INET, c.SOCK_DGRAM);
  bind(udp, c.AF_INET, ['127.0.0.1', 0]);
  send(udp, c.AF_INET, name(udp, c.AF_INET) as lib.InetAddress);
  // others send on lo too: a frame arrives as 'host' here, its way out belongs to ETH_P_ALL sockets
  // alone
  expect(sender(fd, c.AF_PACKET)).toEqual({ ...lo, pkttype: 'host' });
  const all = socket(c.AF_PACKET, c.SOCK_DGRAM);
  bind(all, c.AF_PACKET, ['lo', c.ETH_P_ALL]);
  send(udp, c.AF_INET, name(udp, c.AF_INET) as lib.InetAddress);
  const kinds = [sender(all, c.AF_PACKET), sender(all, c.AF_PACKET)].map(
    (address) => (address as lib.PacketAddress).pkttype,
  );
  expect(new Set(kinds)).toEqual(new Set(['outgoing', 'host']));
});

test('AF_VSOCK, AF_ALG and AF_CAN where the kernel has them, and verbatim addresses anywhere', () => {
  const has = (family: number, type: number) => {
    const fd = native.socket(family, type | c.SOCK_CLOEXEC, family === c.AF_CAN ? 1 : 0);
    if (fd >= 0) open.push(fd);
    return fd >= 0;
  };
  if (has(c.AF_VSOCK, c.SOCK_STREAM)) {
    expect(bound(c.AF_VSOCK, c.SOCK_STREAM, { port: 7777 })).toEqual({
      family: 'vsock',
      cid: c.VMADDR_CID_ANY,
      port: 7777,
    });
  }
  if (has(c.AF_CAN, c.SOCK_RAW))
    expect(bound(c.AF_CAN, c.SOCK_RAW, '', 1)).toEqual({ family: 'can', ifname: '' });
  if (has(c.AF_ALG, c.SOCK_SEQPACKET)) {
    const bytes = Buffer.alloc(88);
    bytes.set(new Uint8Array(Uint16Array.of(c.AF_ALG).buffer));
    bytes.write('hash', 2);
    bytes.write('sha256', 24);
    bind(socket(c.AF_ALG, c.SOCK_SEQPACKET), c.AF_ALG, {
      family: 'other',
      af: c.AF_ALG,
      bytes,
    });
  }
  const loopback = Buffer.from(encodeAddress(c.AF_INET, ['127.0.0.1', 0]));
  expect(
    bound(c.AF_INET, c.SOCK_DGRAM, { family: 'other', af: c.AF_INET, bytes: loopback }),
  ).toMatchObject({ address: '127.0.0.1' });
});

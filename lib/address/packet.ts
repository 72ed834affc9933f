// AF_PACKET: struct sockaddr_ll.

import * as c from '../constants';
import { badRange, badType, integer } from '../errors/arguments';
import { i32, u16, u16be } from '../structs';
import { sockaddr_ll } from '../structs/sockaddr';
import { blank, type FamilyCodec } from './family';
import { indexOf, nameOf } from './interface';
import { named } from './named';
import type { PacketAddress } from './types';

const AT = sockaddr_ll.offsets;
const MAX_ADDR_LEN = 32; // of linux/netdevice.h: InfiniBand's 20 bytes go past the struct's end

/** In the order of their PACKET_ numbers, 0 … 7. */
const PKTTYPES: readonly PacketAddress['pkttype'][] = [
  'host',
  'broadcast',
  'multicast',
  'otherhost',
  'outgoing',
  'loopback',
  'user',
  'kernel',
];

const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** 'aa:bb:cc:dd:ee:ff' of the bytes in [start, end). */
export function hardwareText(from: Uint8Array, start: number, end: number): string {
  if (start >= end) return '';
  let text = HEX[from[start]];
  for (let i = start + 1; i < end; i++) text += `:${HEX[from[i]]}`;
  return text;
}

/** The bytes of 'aa:bb:cc:dd:ee:ff' (or with '-'); '' is none. */
export function hardwareBytes(what: string, text: unknown): Uint8Array {
  if (typeof text !== 'string') throw badType(what, "text such as 'aa:bb:cc:dd:ee:ff'", text);
  if (text === '') return new Uint8Array(0);
  const parts = text.split(text.includes('-') ? '-' : ':');
  if (parts.length > MAX_ADDR_LEN || !parts.every((part) => /^[0-9a-fA-F]{1,2}$/.test(part)))
    throw badRange(what, "such as 'aa:bb:cc:dd:ee:ff'", text);
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}

export const packet: FamilyCodec = {
  encode(input) {
    const {
      ifname,
      ifindex,
      protocol = 0,
      hatype = 0,
      pkttype = 'host',
      address = '',
    } = named('AF_PACKET', 'packet', ['ifname', 'protocol', 'address'], 1, input);
    const hardware = hardwareBytes('the address of an AF_PACKET address', address);
    const type = PKTTYPES.indexOf(pkttype as PacketAddress['pkttype']);
    if (type < 0) throw badRange('pkttype', `one of ${PKTTYPES.join(', ')}`, pkttype);
    const sockaddr = blank(Math.max(sockaddr_ll.size, AT.addr + hardware.length), c.AF_PACKET);
    u16be.write(
      sockaddr,
      AT.protocol,
      protocol as number,
      'the protocol of an AF_PACKET address (host order)',
    );
    u16.write(sockaddr, AT.hatype, hatype as number, 'hatype');
    // A decoded address has both: the number is what the kernel said, the name was looked up.
    const index = ifindex
      ? integer('ifindex', ifindex, 0, 0x7fffffff)
      : indexOf('the ifname of an AF_PACKET address', ifname ?? '');
    i32.write(sockaddr, AT.ifindex, index, 'ifindex');
    sockaddr[AT.pkttype] = type;
    sockaddr[AT.halen] = hardware.length;
    sockaddr.set(hardware, AT.addr);
    return sockaddr;
  },
  // recvfrom gives 20 bytes, getsockname 12 + halen.
  decode(from, length) {
    if (length < AT.addr) return null;
    const pkttype = PKTTYPES[from[AT.pkttype]];
    const ifindex = i32.read(from, AT.ifindex);
    if (pkttype === undefined || ifindex < 0) return null;
    return {
      family: 'packet',
      ifindex,
      ifname: nameOf(ifindex),
      protocol: u16be.read(from, AT.protocol),
      hatype: u16.read(from, AT.hatype),
      pkttype,
      address: hardwareText(
        from,
        AT.addr,
        Math.min(AT.addr + Math.min(from[AT.halen], MAX_ADDR_LEN), length),
      ),
    };
  },
};

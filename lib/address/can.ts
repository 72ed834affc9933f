// AF_CAN: struct sockaddr_can, with the ids of ISO-TP. J1939's addresses are given verbatim.
import { badRange, badType, bytes, i32, struct, u16, u32 } from '../codec';
import * as c from '../constants';
import { blank, type FamilyCodec } from './family';
import { indexOf, nameOf } from './interface';

const SOCKADDR = struct('sockaddr_can', { family: u16, ifindex: i32, addr: bytes(16) }, 'can_');
const IFINDEX = SOCKADDR.offsets.ifindex;
const RX_ID = SOCKADDR.offsets.addr;
const TX_ID = RX_ID + u32.size;

export const can: FamilyCodec = {
  encode(input) {
    const { ifname = '', rxId = 0, txId = 0 } = given(input);
    const sockaddr = blank(SOCKADDR.size, c.AF_CAN);
    i32.write(sockaddr, IFINDEX, indexOf('the ifname of an AF_CAN address', ifname), 'ifindex');
    u32.write(sockaddr, RX_ID, rxId as number, 'rxId');
    u32.write(sockaddr, TX_ID, txId as number, 'txId');
    return sockaddr;
  },
  // CAN_RAW answers with the interface alone, 8 bytes.
  decode(from, length) {
    if (length < RX_ID) return null;
    const ifname = nameOf(i32.read(from, IFINDEX));
    if (length < TX_ID + u32.size) return { family: 'can', ifname };
    return { family: 'can', ifname, rxId: u32.read(from, RX_ID), txId: u32.read(from, TX_ID) };
  },
};

function given(input: unknown): Record<string, unknown> {
  if (typeof input === 'string') return { ifname: input };
  if (Array.isArray(input)) {
    if (input.length < 1 || input.length > 3) throw badRange('an AF_CAN address', '[ifname, rxId?, txId?]', `an array of ${input.length}`);
    return { ifname: input[0], rxId: input[1], txId: input[2] };
  }
  if (typeof input !== 'object' || input === null)
    throw badType('an AF_CAN address', "the name of an interface ('' is every one), [ifname, rxId?, txId?] or {ifname, rxId, txId}", input);
  const given = input as Record<string, unknown>;
  if (given.family !== undefined && given.family !== 'can') throw badRange('the family of an AF_CAN address', "'can'", given.family);
  return given;
}

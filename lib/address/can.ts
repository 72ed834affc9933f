// AF_CAN: struct sockaddr_can, with the ids of ISO-TP. J1939's addresses are given verbatim.

import * as c from '../constants';
import { i32, u32 } from '../structs';
import { sockaddr_can } from '../structs/sockaddr';
import { blank, type FamilyCodec } from './family';
import { indexOf, nameOf } from './interface';
import { named } from './named';

const IFINDEX = sockaddr_can.offsets.ifindex;
const RX_ID = sockaddr_can.offsets.addr;
const TX_ID = RX_ID + u32.size;

export const can: FamilyCodec = {
  encode(input) {
    const {
      ifname = '',
      rxId = 0,
      txId = 0,
    }: Record<string, unknown> = typeof input === 'string'
      ? { ifname: input }
      : named('AF_CAN', 'can', ['ifname', 'rxId', 'txId'], 1, input);
    const sockaddr = blank(sockaddr_can.size, c.AF_CAN);
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

// AF_VSOCK: struct sockaddr_vm.

import * as c from '../constants';
import { struct, u8, u16, u32 } from '../structs';
import type { FamilyCodec } from './family';
import { named } from './named';

const SOCKADDR = struct(
  'sockaddr_vm',
  { family: u16, reserved1: u16, port: u32, cid: u32, flags: u8 },
  'svm_',
);

export const vsock: FamilyCodec = {
  // What is left out is ANY, which isn't 0: context id 0 is the hypervisor.
  encode(input) {
    const { cid = c.VMADDR_CID_ANY, port = c.VMADDR_PORT_ANY } = named(
      'AF_VSOCK',
      'vsock',
      ['cid', 'port'],
      2,
      input,
    );
    return SOCKADDR.pack({ family: c.AF_VSOCK, cid: cid as number, port: port as number });
  },
  decode(from, length) {
    if (length < SOCKADDR.size) return null;
    return {
      family: 'vsock',
      cid: u32.read(from, SOCKADDR.offsets.cid),
      port: u32.read(from, SOCKADDR.offsets.port),
    };
  },
};

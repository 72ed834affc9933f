// AF_VSOCK: struct sockaddr_vm.

import * as c from '../constants';
import { u32 } from '../structs';
import { sockaddr_vm } from '../structs/sockaddr';
import type { FamilyCodec } from './family';
import { named } from './named';

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
    return sockaddr_vm.pack({ family: c.AF_VSOCK, cid: cid as number, port: port as number });
  },
  decode(from, length) {
    if (length < sockaddr_vm.size) return null;
    return {
      family: 'vsock',
      cid: u32.read(from, sockaddr_vm.offsets.cid),
      port: u32.read(from, sockaddr_vm.offsets.port),
    };
  },
};

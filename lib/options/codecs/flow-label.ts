// IPV6_FLOWLABEL_MGR: struct in6_flowlabel_req, with the words of the man page for its numbers.

import { badType, demand } from '../../errors/arguments';
import { native } from '../../native';
import { in6_flowlabel_req } from '../../structs/inet';
import type { Codec } from '../row';

const ACTIONS = { get: 0, put: 1, renew: 2 } as const;
const SHARES = { none: 0, exclusive: 1, process: 2, user: 3, any: 255 } as const;

/** `label` 0 with flags IPV6_FL_F_CREATE lets the kernel choose. Times in seconds. */
export interface FlowLabelRequest {
  action: keyof typeof ACTIONS;
  dst: string;
  label?: number;
  share?: keyof typeof SHARES;
  /** IPV6_FL_F_CREATE 1, EXCL 2, REFLECT 4, REMOTE 8. */
  flags?: number;
  expires?: number;
  linger?: number;
}
/** struct in6_flowlabel_req, as IPV6_FLOWLABEL_MGR returns it. */
export interface FlowLabel {
  label: number;
  dst: string;
  share: keyof typeof SHARES | number;
  flags: number;
  expires: number;
  linger: number;
}

export const flowLabel: Codec<FlowLabel, FlowLabelRequest> = {
  type: '{ action, dst, label … } (struct in6_flowlabel_req)',
  size: in6_flowlabel_req.size,
  sample: { action: 'get', dst: '::1', label: 0x12345, share: 'any', flags: 1 },
  decode(bytes) {
    const { flrDst, flrLabel, flrShare, flrFlags, flrExpires, flrLinger } =
      in6_flowlabel_req.unpack(bytes);
    const share =
      (Object.keys(SHARES) as (keyof typeof SHARES)[]).find((name) => SHARES[name] === flrShare) ??
      flrShare;
    return {
      label: flrLabel,
      dst: flrDst,
      share,
      flags: flrFlags,
      expires: flrExpires,
      linger: flrLinger,
    };
  },
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ action, dst, label }', value);
    if (!Object.hasOwn(ACTIONS, value.action))
      throw badType(`${what}.action`, "'get', 'put' or 'renew'", value.action);
    demand(what, value, 'dst');
    const { action, dst, label, share = 'none', flags, expires, linger } = value;
    if (!Object.hasOwn(SHARES, share))
      throw badType(`${what}.share`, Object.keys(SHARES).join(', '), share);
    const fields = {
      flrDst: dst,
      flrLabel: label,
      flrAction: ACTIONS[action],
      flrShare: SHARES[share],
      flrFlags: flags,
      flrExpires: expires,
      flrLinger: linger,
    };
    return in6_flowlabel_req.pack(fields, what);
  },
  get(fd, level, option) {
    const bytes = Buffer.alloc(in6_flowlabel_req.size);
    const got = native.getsockopt(fd, level, option, bytes, bytes.length);
    return got < 0 ? got : { value: this.decode(bytes) };
  },
};

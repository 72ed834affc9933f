// What a multicast routing daemon tells the kernel: virtual interfaces and forwarding entries, of
// both families.

import { AF_INET6 } from '../../constants';
import { badType, demand, integer } from '../../errors/arguments';
import { array, i32, u8 } from '../../structs';
import { MAXVIFS, mf6cctl, mfcctl, mif6ctl, vifctl } from '../../structs/multicast-routing';
import type { Codec } from '../row';
import { ifindex } from './interfaces';

/** VIFF_USE_IFINDEX: lcl_addr holds an index. */
const USE_IFINDEX = 8;
/** struct vifctl: a virtual interface of IPv4 multicast routing. */
export interface Vif {
  vifi: number;
  interface: string | number;
  flags?: number;
  threshold?: number;
  rateLimit?: number;
}
const object = (value: unknown, what: string, shape: string): void => {
  if (typeof value !== 'object' || value === null) throw badType(what, shape, value);
};

export const vif4: Codec<never, Vif> = {
  type: '{ vifi, interface … } (struct vifctl)',
  size: vifctl.size,
  sample: { vifi: 0, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    object(value, what, '{ vifi, interface }');
    demand(what, value, 'vifi', 'interface');
    const { vifi, flags = 0, threshold = 1, rateLimit } = value;
    const out = vifctl.pack({ vifi, flags: flags | USE_IFINDEX, threshold, rateLimit }, what);
    // The union holds the index as a host-order int.
    i32.write(out, vifctl.offsets.lclAddr, ifindex(value.interface, `${what}.interface`), what);
    return out;
  },
};
export const vifIndex: Codec<never, number> = {
  type: 'number of a virtual interface (struct vifctl)',
  size: vifctl.size,
  sample: 0,
  decode: undefined as never,
  encode: (value, what) => vifctl.pack({ vifi: integer(what, value, 0, 31) }),
};

/** `ttls[i]`: the least time to live that virtual interface i lets out; 0 keeps it in. */
export interface Mfc {
  origin: string;
  group: string;
  parent: number;
  ttls: readonly number[];
}
export const mfc4: Codec<never, Mfc> = {
  type: '{ origin, group, parent, ttls } (struct mfcctl)',
  size: mfcctl.size,
  sample: { origin: '192.0.2.1', group: '239.1.2.3', parent: 0, ttls: [1] },
  decode: undefined as never,
  encode(value, what) {
    object(value, what, '{ origin, group, parent, ttls }');
    demand(what, value, 'origin', 'group', 'parent');
    const ttls = Buffer.alloc(MAXVIFS);
    array(u8, MAXVIFS).write(ttls, 0, value.ttls, `${what}.ttls`);
    const { origin, group: mcastgrp, parent } = value;
    return mfcctl.pack({ origin, mcastgrp, parent, ttls }, what);
  },
};

/** struct mif6ctl: a virtual interface of IPv6 multicast routing. */
export interface Mif {
  mifi: number;
  interface: string | number;
  flags?: number;
  threshold?: number;
  rateLimit?: number;
}
export const mif6: Codec<never, Mif> = {
  type: '{ mifi, interface … } (struct mif6ctl)',
  size: mif6ctl.size,
  sample: { mifi: 0, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    object(value, what, '{ mifi, interface }');
    demand(what, value, 'mifi', 'interface');
    const pifi = ifindex(value.interface, `${what}.interface`);
    return mif6ctl.pack(
      {
        mif6cMifi: value.mifi,
        mif6cFlags: value.flags,
        vifcThreshold: value.threshold ?? 1,
        mif6cPifi: pifi,
        vifcRateLimit: value.rateLimit,
      },
      what,
    );
  },
};

/** `interfaces`: the virtual interfaces that packets leave by. */
export interface Mfc6 {
  origin: string;
  group: string;
  parent: number;
  interfaces: readonly number[];
}
export const mfc6: Codec<never, Mfc6> = {
  type: '{ origin, group, parent, interfaces } (struct mf6cctl)',
  size: mf6cctl.size,
  sample: { origin: '2001:db8::1', group: 'ff05::1234', parent: 0, interfaces: [1] },
  decode: undefined as never,
  encode(value, what) {
    object(value, what, '{ origin, group, parent, interfaces }');
    demand(what, value, 'origin', 'group', 'parent');
    if (!Array.isArray(value.interfaces))
      throw badType(
        `${what}.interfaces`,
        'an array of virtual interface numbers',
        value.interfaces,
      );
    const ifset = new Array<number>(8).fill(0);
    for (const mif of value.interfaces) {
      const bit = integer(`${what}.interfaces`, mif, 0, 255);
      ifset[bit >> 5] = (ifset[bit >> 5] | (1 << (bit & 31))) >>> 0;
    }
    const family = AF_INET6;
    return mf6cctl.pack(
      {
        origin: { family, addr: value.origin },
        mcastgrp: { family, addr: value.group },
        parent: value.parent,
        ifset,
      },
      what,
    );
  },
};

// Payloads of packet sockets, of cryptography sockets and of hardware: auxiliary data,
// initialisation vectors, netlink attributes.
import { type Bytes, isBytes, toBytes } from '../bytes';
import { TP_STATUS_VLAN_TPID_VALID, TP_STATUS_VLAN_VALID } from '../constants';
import { badType } from '../errors/arguments';
import { u32 } from '../structs';
import { nlattr } from '../structs/netlink';
import { tpacket_auxdata } from '../structs/packet';
import { scm_timestamping } from '../structs/socket';
import { mapped, type Payload, payload } from './payload';

/**
 * struct tpacket_auxdata. `len` is the frame's length on the wire, `snaplen` what was kept of it;
 * the offsets are of its headers.
 */
export interface AuxData {
  status: number;
  len: number;
  snaplen: number;
  mac: number;
  net: number;
  vlanTci?: number;
  vlanTpid?: number;
}

export const auxdata: Payload<AuxData, Partial<AuxData>> = mapped(
  payload(tpacket_auxdata),
  ({ status, len, snaplen, mac, net, vlanTci, vlanTpid }) => {
    const aux: AuxData = { status, len, snaplen, mac, net };
    if (status & TP_STATUS_VLAN_VALID) aux.vlanTci = vlanTci;
    if (status & TP_STATUS_VLAN_TPID_VALID) aux.vlanTpid = vlanTpid;
    return aux;
  },
  (aux) => aux,
);

const NS = 1_000_000_000n;

/** Nanoseconds since the epoch: what the kernel measured, and what the network card did. */
export interface Timestamps {
  software?: bigint;
  hardware?: bigint;
}

export const timestamping: Payload<Timestamps> = mapped(
  payload(scm_timestamping),
  ({ ts }) => {
    const stamps: Timestamps = {};
    const [software, hardware] = [ts[0] * NS + ts[1], ts[4] * NS + ts[5]];
    if (software !== 0n) stamps.software = software;
    if (hardware !== 0n) stamps.hardware = hardware;
    return stamps;
  },
  ({ software = 0n, hardware = 0n }) => ({
    ts: [software / NS, software % NS, 0n, 0n, hardware / NS, hardware % NS],
  }),
);

const IV_HEAD = 4;

/** struct af_alg_iv: the initialisation vector, its length before it. */
export const ivBytes: Payload<Buffer, Bytes> = {
  least: IV_HEAD,
  decode: (data) => Buffer.from(data.subarray(IV_HEAD, IV_HEAD + u32.read(data, 0))),
  encode(value, what) {
    if (!isBytes(value)) throw badType(what, 'bytes', value);
    const iv = toBytes(value, what);
    const out = Buffer.alloc(IV_HEAD + iv.length);
    u32.write(out, 0, iv.length, what);
    out.set(iv, IV_HEAD);
    return out;
  },
};

/** One struct nlattr: TCP_NLA_* and its bytes. */
export interface Attribute {
  type: number;
  data: Buffer;
}
const align4 = (n: number): number => (n + 3) & ~3;

/** Netlink attributes; a length that lies ends the list. */
export const attributes: Payload<Attribute[]> = {
  least: 0,
  decode(data) {
    const found: Attribute[] = [];
    for (let at = 0; at + nlattr.size <= data.length; ) {
      const { len, type } = nlattr.read(data, at);
      if (len < nlattr.size || len > data.length - at) break;
      found.push({ type, data: Buffer.from(data.subarray(at + nlattr.size, at + len)) });
      at += align4(len);
    }
    return found;
  },
  encode(list, what) {
    if (!Array.isArray(list)) throw badType(what, 'an array of { type, data }', list);
    const parts = list.map(({ type, data }, i) => {
      const len = nlattr.size + data.length;
      const out = Buffer.alloc(align4(len));
      nlattr.write(out, 0, { len, type }, `${what}[${i}]`);
      out.set(data, nlattr.size);
      return out;
    });
    return Buffer.concat(parts);
  },
};

// Headers read where they lie: a view is a cursor over somebody's bytes, moved from packet to
// packet, that allocates nothing for a number.
import { type Bytes, toBytes } from '../bytes';
import { badRange } from '../errors/arguments';
import type { Field, InOf, Struct, Values } from '../structs';
import { ARP, ETHERNET, ICMP_ECHO_HEADER, IPV4, IPV6, TCP, UDP, VLAN } from '../structs/headers';

type Members = Readonly<Record<string, Field<unknown, never>>>;

/**
 * The members of a row, read and written in place (addresses are text, made when asked for), and
 * where they lie.
 */
export type View<M extends Members> = Values<M> & {
  /** The bytes that the header lies in. */
  readonly bytes: Uint8Array;
  /** Where the header begins in `bytes`. */
  readonly offset: number;
  /** Moves the view; RangeError where the header does not lie whole within the bytes. */
  at(bytes: Bytes, offset?: number): View<M>;
};

const NOWHERE: Uint8Array = new Uint8Array(0);

/** The class of views over a row: `const tcp = new (viewOf(TCP))(); tcp.at(frame, 34).dport`. */
export function viewOf<M extends Members>(row: Struct<M>): new () => View<M> {
  class HeaderView {
    bytes = NOWHERE;
    offset = 0;
    at(bytes: Bytes, offset = 0): this {
      const view = toBytes(bytes, 'bytes');
      if (!Number.isInteger(offset) || offset < 0 || offset + row.size > view.length) {
        throw badRange(
          'offset',
          `one with ${row.size} bytes of ${row.name} header behind it (${view.length} bytes given)`,
          offset,
        );
      }
      this.bytes = view;
      this.offset = offset;
      return this;
    }
  }
  for (const key of Object.keys(row.members)) {
    const field: Field<unknown, never> = row.members[key];
    const at = row.offsets[key];
    const what = `${row.name}.${key}`;
    Object.defineProperty(HeaderView.prototype, key, {
      enumerable: true,
      get(this: HeaderView) {
        if (this.bytes === NOWHERE) throw unplaced(row.name);
        return field.read(this.bytes, this.offset + at);
      },
      set(this: HeaderView, value: InOf<M[string]>) {
        if (this.bytes === NOWHERE) throw unplaced(row.name);
        field.write(this.bytes, this.offset + at, value as never, what);
      },
    });
  }
  return HeaderView as unknown as new () => View<M>;
}

function unplaced(name: string): RangeError {
  return badRange(`the ${name} view`, 'moved to some bytes with at() first', 'nowhere');
}

/** An Ethernet header in place. */
export class EthernetView extends viewOf(ETHERNET) {}
/** An ARP header in place (RFC 826). */
export class ArpView extends viewOf(ARP) {}
/** An ICMP or ICMPv6 echo header in place. */
export class IcmpEchoView extends viewOf(ICMP_ECHO_HEADER) {}
/** A UDP header in place (RFC 768). */
export class UdpView extends viewOf(UDP) {}

/** A VLAN tag in place (802.1Q). */
export class VlanView extends viewOf(VLAN) {
  /** The VLAN id, 12 bits. */
  get id(): number {
    return this.tci & 0xfff;
  }
  /** The priority, 0 to 7. */
  get priority(): number {
    return this.tci >> 13;
  }
}

/** An IPv4 header in place (RFC 791). */
export class Ipv4View extends viewOf(IPV4) {
  /** The IP version, from the upper 4 bits. */
  get version(): number {
    return this.versionIhl >> 4;
  }
  /** Bytes, options included. */
  get headerLength(): number {
    return (this.versionIhl & 15) * 4;
  }
  /** Bytes. */
  get fragmentOffset(): number {
    return (this.fragment & 0x1fff) * 8;
  }
}

/** An IPv6 header in place (RFC 8200). */
export class Ipv6View extends viewOf(IPV6) {
  /** The IP version, from the upper 4 bits. */
  get version(): number {
    return this.flow >>> 28;
  }
  /** The traffic class: DSCP and ECN. */
  get trafficClass(): number {
    return (this.flow >>> 20) & 0xff;
  }
  /** The flow label, 20 bits. */
  get flowLabel(): number {
    return this.flow & 0xfffff;
  }
}

/** A TCP header in place (RFC 9293). */
export class TcpView extends viewOf(TCP) {
  /** Bytes, options included. */
  get headerLength(): number {
    return (this.dataOffset >> 4) * 4;
  }
}

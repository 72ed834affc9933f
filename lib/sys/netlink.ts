// Netlink messages and attributes in received bytes: netlink(7), rtnetlink(7).
import { type Bytes, toBytes } from '../bytes';
import { badRange, integer } from '../errors/arguments';
import { nlattr, nlmsghdr } from '../structs/netlink';

const ALIGNMENT = 4;
const aligned = (length: number): number => (length + ALIGNMENT - 1) & ~(ALIGNMENT - 1);

/** One struct nlmsghdr and what follows it. */
export interface NetlinkMessage {
  /** NLMSG_DONE, NLMSG_ERROR, RTM_NEWLINK ... */
  readonly type: number;
  /** NLM_F_* */
  readonly flags: number;
  readonly seq: number;
  /** The port of the sender; 0 is the kernel. */
  readonly pid: number;
  /** What follows the header, without padding: a view of the bytes. */
  readonly data: Buffer;
}

/** One struct nlattr and its value. */
export interface NetlinkAttribute {
  /** IFLA_*, IFA_* ... without the flags of its upper two bits. */
  readonly type: number;
  /** NLA_F_NESTED: the value is attributes itself. */
  readonly nested: boolean;
  /** NLA_F_NET_BYTEORDER: the value is in network order. */
  readonly networkOrder: boolean;
  /** The value, without padding: a view of the bytes. */
  readonly data: Buffer;
}

const NLA_F_NESTED = 0x8000;
const NLA_F_NET_BYTEORDER = 0x4000;
const NLA_TYPE_MASK = 0x3fff;

function viewOf(bytes: Bytes, what: string): Buffer {
  const view = toBytes(bytes, what);
  return Buffer.from(view.buffer, view.byteOffset, view.length);
}

/** The bytes of one record, after its length is checked against what is there. */
function recordAt(bytes: Buffer, at: number, header: number, length: number, what: string): Buffer {
  const left = bytes.length - at;
  if (length < header || length > left)
    throw badRange(`${what} at byte ${at}: its length`, `${header} … ${left}`, length);
  return bytes.subarray(at + header, at + length);
}

/**
 * The netlink messages in the bytes of one or more datagrams (NLMSG_OK, NLMSG_NEXT), each with a
 * view of its payload. Throws RangeError where a message is longer than what is there: it was cut.
 */
export function* nlmsgs(bytes: Bytes): Generator<NetlinkMessage, void, undefined> {
  const all = viewOf(bytes, 'nlmsgs: bytes');
  for (let at = 0; at < all.length; ) {
    if (all.length - at < nlmsghdr.size)
      throw badRange(`nlmsgs: header at byte ${at}`, `${nlmsghdr.size} bytes`, all.length - at);
    const { len, type, flags, seq, pid } = nlmsghdr.read(all, at);
    const data = recordAt(all, at, nlmsghdr.size, len, 'nlmsgs: message');
    yield { type, flags, seq, pid, data };
    at += aligned(len);
  }
}

/**
 * The attributes in a message's payload from byte `offset` on, where the family's own header ends
 * (16 for struct ifinfomsg, 8 for ifaddrmsg): nla_ok, nla_next. Throws RangeError where one is longer
 * than what is there.
 */
export function* attributes(
  bytes: Bytes,
  offset = 0,
): Generator<NetlinkAttribute, void, undefined> {
  const all = viewOf(bytes, 'attributes: bytes');
  for (let at = integer('attributes: offset', offset, 0, all.length); at < all.length; ) {
    if (all.length - at < nlattr.size)
      throw badRange(`attributes: header at byte ${at}`, `${nlattr.size} bytes`, all.length - at);
    const { len, type } = nlattr.read(all, at);
    const data = recordAt(all, at, nlattr.size, len, 'attributes: attribute');
    yield {
      type: type & NLA_TYPE_MASK,
      nested: (type & NLA_F_NESTED) !== 0,
      networkOrder: (type & NLA_F_NET_BYTEORDER) !== 0,
      data,
    };
    at += aligned(len);
  }
}

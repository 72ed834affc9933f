// Frames off an AF_PACKET socket, one recvmsg each: with the kernel's time, the length on the wire, and the VLAN tag that the kernel took out put back.
import { AF_PACKET, hardwareBytes, type PacketAddress } from '../address';
import { struct, u16, u32 } from '../codec';
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ARPHRD_NONE,
  ARPHRD_SIT,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
  ETH_P_ALL,
  PACKET_AUXDATA,
  PACKET_STATISTICS,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_TIMESTAMPNS_NEW,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from '../constants';
import { isErrno } from '../errors';
import { controlSpace, type Message } from '../message';
import { ETHERNET, ETHERTYPE_VLAN, LINKTYPE_ETHERNET, LINKTYPE_RAW, MAXIMUM_SNAPLEN, SLL2, VLAN } from '../packet';
import { Socket } from '../socket';
import { KERNEL_TIME_SPACE, kernelTime } from './kernel-time';

const AUXDATA = struct('tpacket_auxdata', { status: u32, len: u32, snaplen: u32, mac: u16, net: u16, vlanTci: u16, vlanTpid: u16 }, 'tp_');
const STATISTICS = struct('tpacket_stats', { packets: u32, drops: u32 }, 'tp_');
const CONTROL = KERNEL_TIME_SPACE + controlSpace(AUXDATA.size);

/** Bytes that may wait for us in the kernel. */
const RECEIVE_BUFFER = 8 << 20;

/** What begins a frame of an interface of this ARPHRD_; undefined for those that packet(7) gives no header we know. */
const LINKTYPES: Readonly<Record<number, number>> = {
  [ARPHRD_ETHER]: LINKTYPE_ETHERNET,
  [ARPHRD_LOOPBACK]: LINKTYPE_ETHERNET,
  [ARPHRD_NONE]: LINKTYPE_RAW,
  [ARPHRD_TUNNEL]: LINKTYPE_RAW,
  [ARPHRD_TUNNEL6]: LINKTYPE_RAW,
  [ARPHRD_SIT]: LINKTYPE_RAW,
};

export interface ReceivedFrame {
  /** A view into memory that the next frame overwrites. */
  data: Buffer;
  /** Bytes on the wire. */
  length: number;
  /** Nanoseconds since the epoch. */
  timestamp: bigint;
  /** Whose clock: the kernel's when the frame came, or ours when we got it. */
  clock: 'kernel' | 'receipt';
  /** A LINKTYPE_, -1 for a header that we don't know. */
  linktype: number;
  address: PacketAddress;
}

export class FrameSocket {
  readonly socket: Socket<PacketAddress>;
  readonly #memory = Buffer.alloc(MAXIMUM_SNAPLEN);
  // Frames are read behind room for a VLAN tag: putting one back moves the 12 bytes before it, not the frame.
  readonly #room = this.#memory.subarray(VLAN.size);
  readonly #packets = { received: 0, dropped: 0 };

  /** EPERM without CAP_NET_RAW, ENODEV where no interface has that name; undefined is all interfaces. */
  constructor(ifname?: string) {
    // Protocol 0 receives nothing yet: no frame of another interface slips in before bind().
    this.socket = new Socket(AF_PACKET, SOCK_RAW, 0);
    try {
      this.#option(SOL_SOCKET, SO_TIMESTAMPNS_NEW, 1);
      this.#option(SOL_PACKET, PACKET_AUXDATA, 1);
      if (!this.#option(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)) this.#option(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
      this.socket.bind({ ifname: ifname ?? '', protocol: ETH_P_ALL });
    } catch (error) {
      this.socket.close();
      throw error;
    }
  }

  /** Sets what is good to have: false where this kernel or our privileges have it not. */
  #option(level: number, option: number, value: number): boolean {
    try {
      this.socket.setsockopt(level, option, value);
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOPROTOOPT', 'EPERM', 'EINVAL')) return false;
      throw error;
    }
  }

  /** The interface's LINKTYPE_, -1 for one that we don't know. */
  get linktype(): number {
    return LINKTYPES[this.socket.getsockname().hatype] ?? -1;
  }

  /** The next frame; loopback's are given once, as they come in, though packet(7) shows them going out too. */
  async receive(signal?: AbortSignal): Promise<ReceivedFrame> {
    for (;;) {
      const frame = this.#frame(await this.socket.recvmsg([this.#room], { control: CONTROL, signal }));
      if (frame) return frame;
    }
  }

  /** The next frame, or null where none waits. */
  tryReceive(): ReceivedFrame | null {
    for (;;) {
      const message = this.socket.tryRecvmsg([this.#room], CONTROL);
      if (message === null) return null;
      const frame = this.#frame(message);
      if (frame) return frame;
    }
  }

  #frame({ data, control, address }: Message<PacketAddress>): ReceivedFrame | null {
    if (address.hatype === ARPHRD_LOOPBACK && address.pkttype === 'outgoing') return null;
    const linktype = LINKTYPES[address.hatype] ?? -1;
    const time = kernelTime(control);
    const timestamp = time ?? BigInt(Date.now()) * 1_000_000n;
    const frame: ReceivedFrame = { data, length: data.length, timestamp, clock: time === undefined ? 'receipt' : 'kernel', linktype, address };
    const auxiliary = control.find(({ level, type, data: { length } }) => level === SOL_PACKET && type === PACKET_AUXDATA && length >= AUXDATA.size);
    if (!auxiliary) return frame;
    const { status, len, vlanTci, vlanTpid } = AUXDATA.unpack(auxiliary.data);
    frame.length = Math.max(len, data.length);
    if (status & TP_STATUS_VLAN_VALID && linktype === LINKTYPE_ETHERNET && data.length >= ETHERNET.size) {
      this.#retag(frame, status & TP_STATUS_VLAN_TPID_VALID ? vlanTpid : ETHERTYPE_VLAN, vlanTci);
    }
    return frame;
  }

  #retag(frame: ReceivedFrame, tpid: number, tci: number): void {
    const addresses = ETHERNET.offsets.type;
    this.#memory.copyWithin(0, VLAN.size, VLAN.size + addresses);
    this.#memory.writeUInt16BE(tpid, addresses);
    this.#memory.writeUInt16BE(tci, addresses + 2);
    frame.data = this.#memory.subarray(0, frame.data.length + VLAN.size);
    frame.length += VLAN.size;
  }

  /** Since the socket was opened (the kernel forgets what it told): frames that came to it, and those it had no room for. */
  statistics(): { received: number; dropped: number } {
    const { packets, drops } = STATISTICS.unpack(this.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, STATISTICS.size));
    this.#packets.received += packets;
    this.#packets.dropped += drops;
    return this.#packets;
  }

  close(): void {
    this.socket.close();
  }
}

const PKTTYPES: Readonly<Partial<Record<PacketAddress['pkttype'], number>>> = { host: 0, broadcast: 1, multicast: 2, otherhost: 3, outgoing: 4 };
const LLC = 4; // what an 802.3 frame, whose type is a length, is called in a cooked header

/** The frame with a cooked header instead of its own, so that frames of different interfaces fit one file. */
export function cooked({ data, length, linktype, address }: ReceivedFrame): { data: Buffer; length: number } {
  const ethernet = linktype === LINKTYPE_ETHERNET && data.length >= ETHERNET.size;
  const skip = ethernet ? ETHERNET.size : 0;
  const type = ethernet ? data.readUInt16BE(ETHERNET.offsets.type) : address.protocol;
  const hardware = Buffer.alloc(8);
  const { ifindex, hatype, pkttype } = address;
  const source = hardwareBytes('address', address.address).subarray(0, hardware.length);
  hardware.set(source);
  const header = SLL2.pack({
    protocol: ethernet && type < 0x600 ? LLC : type,
    ifindex,
    hatype,
    pkttype: PKTTYPES[pkttype] ?? 0,
    halen: source.length,
    addressHigh: hardware.readUInt32BE(0),
    addressLow: hardware.readUInt32BE(4),
  });
  return { data: Buffer.concat([header, data.subarray(skip)]), length: length - skip + header.length };
}

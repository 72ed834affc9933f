// Opens one interface for capture: a socket that takes nothing yet, its filter, its ring, and only
// then bind(2).
import type { PacketAddress } from '../address';
import {
  AF_PACKET,
  ETH_P_ALL,
  PACKET_ADD_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_DATA,
  PACKET_TIMESTAMP,
  SO_TIMESTAMPNS_NEW,
  SOCK_DGRAM,
  SOCK_RAW,
  SOF_TIMESTAMPING_RAW_HARDWARE,
  SOL_PACKET,
  SOL_SOCKET,
} from '../constants';
import { isErrno, socketError } from '../errors';
import { badRange } from '../errors/arguments';
import { native } from '../native';
import { LINKTYPE_LINUX_SLL2 } from '../packet';
import { linktypeOf } from '../pcap/linktype';
import { Socket } from '../socket';
import { type Port, socketProgram } from './attach';
import { noDevice } from './gone';
import { MessageReader } from './messages';
import type { Settings } from './options';
import type { Look, Reader } from './reader';
import { RingReader } from './ring';

/**
 * A packet socket of an interface, bound with protocol 0: it receives nothing, and knows what the
 * interface is.
 */
function unbound(device: string, type: number): Socket<PacketAddress> {
  const socket = new Socket(AF_PACKET, type, 0);
  try {
    return socket.bind({ ifname: device, protocol: 0 });
  } catch (error) {
    socket.close();
    throw isErrno(error, 'ENODEV') ? noDevice(device) : error;
  }
}

function hardwareType(socket: Socket<PacketAddress>): number {
  try {
    return socket.getsockname().hatype;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function openSocket(device: string): { socket: Socket<PacketAddress>; port: Port } {
  let socket = unbound(device, device === '' ? SOCK_DGRAM : SOCK_RAW);
  const hatype = hardwareType(socket);
  const linktype = device === '' ? LINKTYPE_LINUX_SLL2 : linktypeOf(hatype);
  const cooked = linktype === LINKTYPE_LINUX_SLL2;
  if (cooked && device !== '') {
    socket.close();
    socket = unbound(device, SOCK_DGRAM);
  }
  return { socket, port: { device, hatype, linktype, cooked } };
}

/** The ring, or where the kernel refuses one of our own choice, recvmmsg. */
function openReader(socket: Socket<PacketAddress>, look: Look, settings: Settings): Reader {
  if (settings.ring === null) return new MessageReader(socket, look);
  try {
    return new RingReader(socket, look, settings.ring, settings.chosen);
  } catch (error) {
    if (
      settings.chosen ||
      !isErrno(
        error,
        'ENOPROTOOPT',
        'EINVAL',
        'ENOMEM',
        'EPERM',
        'EACCES',
        'ENOSYS',
        'ENOTSUP',
        'ENODEV',
      )
    )
      throw error;
    return new MessageReader(socket, look);
  }
}

export interface Opened {
  port: Port;
  reader: Reader;
}

export function openPort(device: string, settings: Settings): Opened {
  const { socket, port } = openSocket(device);
  let reader: Reader | undefined;
  try {
    const program = socketProgram(port, settings.filter, settings.direction, settings.snaplen);
    if (program !== null) socket.attachFilter(program, { lock: settings.lock });
    else if (settings.lock) throw badRange('Capture: lock', 'given with a filter', 'none');
    const look: Look = {
      linktype: port.linktype,
      cooked: port.cooked,
      vlan: settings.vlan,
      snaplen: settings.snaplen,
    };
    if (settings.timestamp === 'adapter') adapterClock(socket, device);
    reader = openReader(socket, look, settings);
    // The kernel then notes the time as a frame comes in, once for all sockets; else each ring does
    // as it gets it.
    native.setsockopt_int(socket.fileno(), SOL_SOCKET, SO_TIMESTAMPNS_NEW, 1);
    for (const type of ['promisc', 'allmulti'] as const) {
      if (type === 'promisc' ? settings.promiscuous : settings.allmulti)
        socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, { ifname: device, type });
    }
    socket.bind({ ifname: device, protocol: ETH_P_ALL });
    if (settings.fanout !== undefined) joinFanout(socket, settings.fanout);
    return { port, reader };
  } catch (error) {
    (reader ?? socket).close();
    throw error;
  }
}

function adapterClock(socket: Socket<PacketAddress>, device: string): void {
  if (device === '')
    throw badRange(
      'Capture: timestamp',
      "'host' for any interface: adapters are asked one by one",
      'adapter',
    );
  const result = native.hwtstamp(socket.fileno(), device);
  if (result < 0)
    throw socketError(result, 'ioctl', {
      hint: `${device} does not time what it receives (ethtool -T ${device} tells what it can)`,
    });
  socket.setsockopt(SOL_PACKET, PACKET_TIMESTAMP, SOF_TIMESTAMPING_RAW_HARDWARE);
}

function joinFanout(
  socket: Socket<PacketAddress>,
  { program, ...fanout }: NonNullable<Settings['fanout']>,
): void {
  socket.setsockopt(SOL_PACKET, PACKET_FANOUT, fanout);
  if (program !== undefined) socket.setsockopt(SOL_PACKET, PACKET_FANOUT_DATA, program);
}

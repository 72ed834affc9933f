// What `bsd-socket capture` prints without capturing: -D, -L, -d, --version.
import { compile, liveProgram } from '../bpf/compile';
import { image } from '../bpf/image';
import { readPcap } from '../capture';
import { AF_PACKET, SOCK_RAW } from '../constants';
import { capabilities, interfaces } from '../names';
import { LINK_NAMES, linktypeOf } from '../pcap/linktype';
import { Socket } from '../socket';
import { UsageError } from './args';
import type { CaptureArguments } from './capture-arguments';

const ETHERNET = 1;
const COOKED = 276;
const SNAPLEN = 262_144;

/** -D: the interfaces, numbered, with their flags. */
function listInterfaces(): string {
  const rows = interfaces().map(({ name, flags }) => {
    const shown = [
      flags.includes('UP') && 'Up',
      flags.includes('RUNNING') && 'Running',
      flags.includes('LOOPBACK') && 'Loopback',
      flags.includes('UP') &&
        !flags.includes('LOOPBACK') &&
        flags.includes('RUNNING') &&
        'Connected',
    ].filter((one) => one !== false);
    return `${name} [${shown.length > 0 ? shown.join(', ') : 'none'}]`;
  });
  const any = 'any (Pseudo-device that captures on all interfaces) [Up, Running]';
  return [...rows, any].map((row, i) => `${i + 1}.${row}`).join('\n');
}

/** The link type of an interface's frames. */
function linktypeOfDevice(device: string): number {
  if (device === 'any' || device === '') return COOKED;
  const socket = new Socket(AF_PACKET, SOCK_RAW, 0);
  try {
    return linktypeOf(socket.bind({ ifname: device, protocol: 0 }).getsockname().hatype);
  } finally {
    socket.close();
  }
}

/** -L. */
function listLinktypes(device: string): string {
  const type = linktypeOfDevice(device);
  return `Data link types for ${device} (use option -y to set):\n  ${LINK_NAMES[type] ?? type}`;
}

/** -d: of a file, of an interface, or of Ethernet. */
async function program(a: CaptureArguments, form: 1 | 2 | 3): Promise<string> {
  const expression = a.filter ?? '';
  const { optimize } = a;
  const snaplen = a.options.snaplen ?? SNAPLEN;
  if (a.read !== undefined) {
    for await (const { linktype, byteOrder } of readPcap(a.read))
      return image(compile(expression, { linktype, byteOrder, optimize, snaplen }), form);
  }
  const [device] = a.devices;
  if (a.linktype !== undefined || a.read !== undefined || device === 'any' || !optimize)
    return image(
      compile(expression, { linktype: a.linktype ?? ETHERNET, optimize, snaplen }),
      form,
    );
  const linktype = linktypeOfDevice(device);
  return image(liveProgram(expression, { device, linktype, cooked: false, snaplen }), form);
}

function version(): string {
  const own = (require('../../package.json') as { version: string }).version;
  const { libpcap } = capabilities();
  return `bsd-socket ${own}\n${libpcap === null ? 'no libpcap' : `libpcap version ${libpcap}`}`;
}

/** The text, or undefined where there is something to capture. */
export async function listing(a: CaptureArguments): Promise<string | undefined> {
  if (a.version) return version();
  if (a.list === 'interfaces') return listInterfaces();
  if (a.list === 'linktypes') return listLinktypes(a.devices[0] ?? 'any');
  return a.program === 0 ? undefined : program(a, a.program);
}

/** -y: a capture has the link type of its interface, or is cooked where that is not known. */
export function checkLinktype(a: CaptureArguments, linktype: number): void {
  if (a.linktype !== undefined && a.linktype !== linktype)
    throw new UsageError(
      `${a.devices.join(', ')} has ${LINK_NAMES[linktype] ?? `link type ${linktype}`}, not ${LINK_NAMES[a.linktype]}`,
    );
}

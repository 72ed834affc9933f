// Finds the addon's file for this machine and loads it. Where none loads, the package loads all the
// same, and the first call that needs the addon says what was looked for and what to do.
import * as fs from 'node:fs';

export type Libc = 'glibc' | 'musl';

/** What a file of the addon gave: the addon, or why it did not load. */
type Outcome = { readonly addon: object } | { readonly failure: NodeJS.ErrnoException };
interface Candidate {
  readonly name: string;
  readonly open: () => Outcome;
}

const failed = (failure: unknown): Outcome => ({ failure: failure as NodeJS.ErrnoException });

/**
 * Every file by a literal path in a try block of its own: so bundlers find those that are there, and
 * pass over those that are not.
 */
const BUILT: Candidate = {
  name: 'build/Release/bsd_socket.node',
  open() {
    try {
      return { addon: require('../build/Release/bsd_socket.node') };
    } catch (error) {
      return failed(error);
    }
  },
};
const PREBUILT: Readonly<Record<string, Candidate>> = {
  'linux x64 glibc': {
    name: 'prebuilds/linux-x64/bsd-socket.glibc.node',
    open() {
      try {
        return { addon: require('../prebuilds/linux-x64/bsd-socket.glibc.node') };
      } catch (error) {
        return failed(error);
      }
    },
  },
  'linux x64 musl': {
    name: 'prebuilds/linux-x64/bsd-socket.musl.node',
    open() {
      try {
        return { addon: require('../prebuilds/linux-x64/bsd-socket.musl.node') };
      } catch (error) {
        return failed(error);
      }
    },
  },
  'linux arm64 glibc': {
    name: 'prebuilds/linux-arm64/bsd-socket.glibc.node',
    open() {
      try {
        return { addon: require('../prebuilds/linux-arm64/bsd-socket.glibc.node') };
      } catch (error) {
        return failed(error);
      }
    },
  },
  'linux arm64 musl': {
    name: 'prebuilds/linux-arm64/bsd-socket.musl.node',
    open() {
      try {
        return { addon: require('../prebuilds/linux-arm64/bsd-socket.musl.node') };
      } catch (error) {
        return failed(error);
      }
    },
  },
  'linux arm glibc': {
    name: 'prebuilds/linux-arm/bsd-socket.armv7.glibc.node',
    open() {
      try {
        return { addon: require('../prebuilds/linux-arm/bsd-socket.armv7.glibc.node') };
      } catch (error) {
        return failed(error);
      }
    },
  },
};

/**
 * The C library that an ELF program is linked with: its interpreter (PT_INTERP) is the dynamic
 * loader, ld-linux-* or ld-musl-*. Undefined where the program has none or cannot be read.
 */
export function libcOf(program: string): Libc | undefined {
  let fd: number | undefined;
  try {
    fd = fs.openSync(program, 'r');
    const head = Buffer.alloc(2048);
    head.fill(0, fs.readSync(fd, head, 0, head.length, 0));
    const interpreter = interpreterIn(head, (at, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, fs.readSync(fd as number, bytes, 0, length, at));
    });
    if (interpreter === undefined) return undefined;
    return /\/ld-musl-/.test(interpreter) ? 'musl' : 'glibc';
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

const PT_INTERP = 3;

/** The text of PT_INTERP; its place is in the program headers, which follow the ELF header. */
function interpreterIn(
  head: Buffer,
  read: (at: number, length: number) => Buffer,
): string | undefined {
  if (head.readUInt32BE(0) !== 0x7f454c46) return undefined; // \x7fELF
  const wide = head[4] === 2;
  const isLittle = head[5] === 1;
  const u16 = (at: number) => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const u64 = (at: number) =>
    Number(isLittle ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at));
  const first = wide ? u64(32) : u32(28);
  const size = u16(wide ? 54 : 42);
  const count = u16(wide ? 56 : 44);
  for (let i = 0, at = first; i < count && at + size <= head.length; i++, at += size) {
    if (u32(at) !== PT_INTERP) continue;
    const offset = wide ? u64(at + 8) : u32(at + 4);
    const length = wide ? u64(at + 32) : u32(at + 16);
    return read(offset, Math.min(length, 256)).toString('latin1').replace(/\0.*$/s, '');
  }
  return undefined;
}

/** The report takes 10 ms and more, and is asked only where the program's file cannot be read. */
function reportedLibc(): Libc {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report?.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The prebuilt files to try here: that of this C library, then that of the other. */
function prebuilt(): readonly Candidate[] {
  const { platform, arch } = process;
  const both = (['glibc', 'musl'] as const).filter(
    (libc) => PREBUILT[`${platform} ${arch} ${libc}`],
  );
  if (both.length === 0) return [];
  const own = libcOf(process.execPath) ?? reportedLibc();
  return both
    .sort((a, b) => Number(b === own) - Number(a === own))
    .map((libc) => PREBUILT[`${platform} ${arch} ${libc}`]);
}

/** BSD_SOCKET_ADDON names the file where this search cannot find it. */
function named(file: string): Candidate {
  return {
    name: file,
    open() {
      try {
        const module = { exports: {} };
        process.dlopen(module, file);
        return { addon: module.exports };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** Why no socket can be had here: no file of the addon loads. */
export class AddonError extends Error {
  readonly code = 'ERR_BSD_SOCKET_ADDON';
  readonly platform: string = process.platform;
  readonly arch: string = process.arch;
  /** The files that were tried, and what came of each. */
  readonly tried: readonly string[];

  constructor(tried: readonly { name: string; failure: NodeJS.ErrnoException }[]) {
    const lines = tried.map(({ name, failure }) => `  ${name}: ${reason(failure)}`);
    super(
      [
        `bsd-socket has no native addon that loads on ${process.platform} ${process.arch}, ${runtime()}`,
        ...lines,
        remedy(tried.map(({ failure }) => failure)),
      ].join('\n'),
      { cause: tried.find(({ failure }) => !isAbsent(failure))?.failure },
    );
    this.name = 'AddonError';
    this.tried = lines.map((line) => line.trim());
  }
}

const runtime = (): string =>
  process.versions.bun
    ? `Bun ${process.versions.bun}`
    : process.versions.deno
      ? `Deno ${process.versions.deno}`
      : `Node.js ${process.version}`;

const isAbsent = ({ code }: NodeJS.ErrnoException): boolean => code === 'MODULE_NOT_FOUND';
const reason = (failure: NodeJS.ErrnoException): string =>
  isAbsent(failure) ? 'not there' : (failure.message.split('\n')[0] as string);

/** The one thing to do. */
function remedy(failures: readonly NodeJS.ErrnoException[]): string {
  const has = (code: string) => failures.some((failure) => failure.code === code);
  if (process.env.BSD_SOCKET_ADDON)
    return 'BSD_SOCKET_ADDON names a file that does not load here: correct or unset it.';
  if (process.platform !== 'linux')
    return 'Sockets of this package need Linux. Packets, capture files, BPF programs, addresses, constants and types work here without it.';
  if (has('ERR_ACCESS_DENIED'))
    return `The permission model denies reading: start node with --allow-fs-read=${__dirname.replace(/[/\\]dist.*$/, '')}/*`;
  if (has('ERR_DLOPEN_DISABLED'))
    return 'The permission model denies addons: start node with --allow-addons.';
  if (!fs.existsSync(`${__dirname}/../native`))
    return 'This is a bundle without the addon: let the bundler copy .node files, or set BSD_SOCKET_ADDON to the path of the file in prebuilds/ (docs/platforms.md).';
  return 'To build it here, install a C++ compiler (g++), make and python3, then run: npx bsd-socket build';
}

/**
 * In the addon's place: every function throws, every layout is unknown, and no constant differs from
 * Linux's own.
 */
function absent<Addon extends object>(error: () => AddonError): Addon {
  const unknown = new Proxy({}, { get: () => [Number.NaN, Number.NaN] });
  const layouts = new Proxy({}, { get: () => ({ size: Number.NaN, fields: unknown }) });
  const refuse = () => {
    throw error();
  };
  return new Proxy({ constants: {}, layouts } as unknown as Addon, {
    get: (target, name) => Reflect.get(target, name) ?? refuse,
  });
}

/** What to try, in order: what was built here, the prebuilt files. */
function candidates(): readonly Candidate[] {
  const { BSD_SOCKET_ADDON: file } = process.env;
  if (file) return [named(file)];
  // A require of what is not there takes longer than the question; a bundle has it elsewhere.
  const isBuilt = fs.existsSync(`${__dirname}/../${BUILT.name}`);
  return isBuilt ? [BUILT, ...prebuilt()] : [...prebuilt(), BUILT];
}

/** The addon for this platform and C library, or its absence. */
export function load<Addon extends object>(): Addon {
  const tried: { name: string; failure: NodeJS.ErrnoException }[] = [];
  for (const { name, open } of candidates()) {
    const outcome = open();
    if ('addon' in outcome) return outcome.addon as Addon;
    tried.push({ name, failure: outcome.failure });
  }
  return absent(() => new AddonError(tried));
}

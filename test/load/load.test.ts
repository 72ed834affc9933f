// Which file of the addon is loaded, and what is said where none is; what works without it.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { libcOf } from '../../lib/load';
import { dist, root, run, temporaryFolder } from '../tools';

const folder = temporaryFolder();
const file = (name: string) => path.join(folder, name);
const ADDON = path.join(root, 'build/Release/bsd_socket.node');

/** A directory like an installed package: dist/ and native/, and prebuilds/ with what is given. */
function installed(name: string, prebuilds: Record<string, string | Buffer> = {}): string {
  const directory = file(name);
  fs.cpSync(dist(), path.join(directory, 'dist'), { recursive: true });
  fs.mkdirSync(path.join(directory, 'native'));
  fs.copyFileSync(path.join(root, 'package.json'), path.join(directory, 'package.json'));
  for (const [to, content] of Object.entries(prebuilds)) {
    fs.mkdirSync(path.dirname(path.join(directory, 'prebuilds', to)), { recursive: true });
    if (Buffer.isBuffer(content)) fs.writeFileSync(path.join(directory, 'prebuilds', to), content);
    else fs.copyFileSync(content, path.join(directory, 'prebuilds', to));
  }
  return directory;
}

/** What a program prints, as JSON; an Error is its code and message. */
async function prints(code: string, directory: string, args: string[] = [], env = {}) {
  const program = `
    const tell = (value) => console.log(JSON.stringify(value));
    const said = (call) => { try { return call(); } catch (e) { return e.code + ' ' + e.message; } };
    ${code}`;
  const name = path.join(directory, 'program.js');
  fs.writeFileSync(name, program);
  const result = await run(process.execPath, [...args, name], {
    cwd: directory,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
const OPEN = `const S = require('./dist'); tell(said(() => S.socketpair().map((s) => s.close()).length));`;
const LOADED = `tell(Object.keys(require.cache).filter((name) => name.endsWith('.node')).map((name) => name.replace(/.*prebuilds./, '')));`;
const OWN = `linux-${process.arch}/bsd-socket.glibc.node`;
const OTHER = `linux-${process.arch}/bsd-socket.musl.node`;

/** An ELF file with one program header that is no interpreter, and one that is. */
function elf(bits: 32 | 64, isLittle: boolean, interpreter: string): Buffer {
  const out = Buffer.alloc(512);
  out.set([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, isLittle ? 1 : 2, 1]);
  const u16 = (at: number, n: number) =>
    isLittle ? out.writeUInt16LE(n, at) : out.writeUInt16BE(n, at);
  const word = (at: number, n: number) =>
    bits === 32
      ? isLittle
        ? out.writeUInt32LE(n, at)
        : out.writeUInt32BE(n, at)
      : isLittle
        ? out.writeBigUInt64LE(BigInt(n), at)
        : out.writeBigUInt64BE(BigInt(n), at);
  const type = (at: number, n: number) =>
    isLittle ? out.writeUInt32LE(n, at) : out.writeUInt32BE(n, at);
  // elf(5): e_phoff, e_phentsize, e_phnum; p_type, p_offset, p_filesz
  const [header, size] = bits === 64 ? [64, 56] : [52, 32];
  word(bits === 64 ? 32 : 28, header);
  u16(bits === 64 ? 54 : 42, size);
  u16(bits === 64 ? 56 : 44, 2);
  type(header, 6); // PT_PHDR
  const second = header + size;
  type(second, 3); // PT_INTERP
  word(second + (bits === 64 ? 8 : 4), 400);
  word(second + (bits === 64 ? 32 : 16), interpreter.length + 1);
  out.write(`${interpreter}\0`, 400, 'latin1');
  return out;
}

test('the C library is that of the interpreter in the program’s ELF header', () => {
  expect(libcOf(process.execPath)).toBe('glibc');
  for (const [bits, isLittle] of [
    [64, true],
    [64, false],
    [32, true],
    [32, false],
  ] as const) {
    fs.writeFileSync(file('program'), elf(bits, isLittle, '/lib/ld-musl-aarch64.so.1'));
    expect(libcOf(file('program'))).toBe('musl');
    fs.writeFileSync(file('program'), elf(bits, isLittle, '/lib64/ld-linux-x86-64.so.2'));
    expect(libcOf(file('program'))).toBe('glibc');
  }
  fs.writeFileSync(file('script'), '#!/bin/sh\n');
  expect(libcOf(file('script'))).toBeUndefined();
  fs.writeFileSync(file('empty'), '');
  expect(libcOf(file('empty'))).toBeUndefined();
  fs.writeFileSync(file('cut'), elf(64, true, '/lib/ld-musl-x86_64.so.1').subarray(0, 100));
  expect(libcOf(file('cut'))).toBeUndefined();
  expect(libcOf(file('absent'))).toBeUndefined();
});

test('the prebuilt file of this C library is loaded', async () => {
  const directory = installed('own', { [OWN]: ADDON, [OTHER]: Buffer.from('no addon') });
  expect(await prints(OPEN + LOADED, directory)).toEqual([2, [OWN]]);
});

test('a file that does not load gives way to the other one', async () => {
  const directory = installed('other', { [OWN]: Buffer.from('no addon'), [OTHER]: ADDON });
  expect(await prints(OPEN + LOADED, directory)).toEqual([2, [OTHER]]);
});

test('BSD_SOCKET_ADDON names the file', async () => {
  const directory = installed('named');
  expect(await prints(OPEN, directory, [], { BSD_SOCKET_ADDON: ADDON })).toEqual([2]);
  const [told] = await prints(OPEN, directory, [], { BSD_SOCKET_ADDON: '/nowhere.node' });
  expect(told).toMatch(/^ERR_BSD_SOCKET_ADDON .*\n +\/nowhere\.node: .*No such file/);
  expect(told).toMatch(/BSD_SOCKET_ADDON names a file that does not load here/);
});

test('without any file: what was looked for, and how to build it', async () => {
  const [told] = await prints(OPEN, installed('none'));
  expect(told).toMatch(/^ERR_BSD_SOCKET_ADDON bsd-socket has no native addon that loads on linux /);
  expect(told).toContain(`prebuilds/${OWN}: not there`);
  expect(told).toContain(`prebuilds/${OTHER}: not there`);
  expect(told).toMatch(/build\/Release\/bsd_socket\.node: not there\n.*npx bsd-socket build$/);
});

test('a bundle without the addon says so', async () => {
  const directory = installed('bundle');
  fs.rmdirSync(path.join(directory, 'native'));
  expect((await prints(OPEN, directory))[0]).toMatch(
    /a bundle without the addon: .*BSD_SOCKET_ADDON/,
  );
});

test('the permission model: what is to be allowed', async () => {
  const directory = installed('permission', { [OWN]: ADDON });
  const model = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const read = `--allow-fs-read=${directory}/*`;
  expect((await prints(OPEN, directory, [model, read]))[0]).toMatch(
    /^ERR_BSD_SOCKET_ADDON (?:.|\n)*start node with --allow-addons\.$/,
  );
  if (Number(process.versions.node.split('.')[0]) < 22) return; // 20 has no --allow-addons
  expect(await prints(OPEN, directory, [model, read, '--allow-addons'])).toEqual([2]);
});

for (const platform of ['darwin', 'win32', 'freebsd'])
  test(`${platform}: all but sockets works, and opening one names the platform`, async () => {
    const told = await prints(
      `Object.defineProperty(process, 'platform', { value: '${platform}' });
      const S = require('./dist'), sys = require('./dist/sys'), C = require('./dist/capture'), P = require('./dist/packet');
      tell(said(() => S.socket(S.AF_INET, S.SOCK_DGRAM)));
      tell(said(() => sys.socket(S.AF_INET, S.SOCK_DGRAM, 0)));
      tell(said(() => new C.Capture('lo0')));
      tell([S.AF_INET6, S.SO_REUSEPORT, S.IPV6_V6ONLY, S.ENOTCONN, S.errorcode[S.ECONNREFUSED]]);
      tell([S.inet_ntop(S.AF_INET6, S.inet_pton(S.AF_INET6, '2001:db8::1')), S.htons(1) === 256]);
      const program = C.assemble('ldh [12]\\njeq #0x800, yes, no\\nyes: ret #-1\\nno: ret #0');
      const frame = Buffer.concat([Buffer.alloc(12), Buffer.of(8, 0), Buffer.alloc(46)]);
      tell([C.disassemble(program).split('\\n').length, C.matches(program, frame) > 0]);
      tell(P.checksum(Buffer.of(0x45, 0, 0, 0x1c)));
      tell([typeof S.has_ipv6, S.errors.EPERM.errno]);`,
      installed(platform),
    );
    for (const refusal of told.slice(0, 3))
      expect(refusal).toMatch(
        new RegExp(`^ERR_BSD_SOCKET_ADDON .* on ${platform} (?:.|\\n)*need Linux`),
      );
    expect(told.slice(3)).toEqual([
      [10, 15, 26, 107, 'ECONNREFUSED'],
      ['2001:db8::1', true],
      [4, true],
      0xbae3, // ~(0x4500 + 0x001c)
      ['boolean', -1],
    ]);
  });

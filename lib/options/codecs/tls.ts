// TLS_TX and TLS_RX: struct tls12_crypto_info_*, one for each cipher.
import { toBytes } from '../../bytes';
import { badRange, badType } from '../../errors/arguments';
import { native } from '../../native';
import { u16 } from '../../structs';
import type { Codec } from '../row';

interface Cipher {
  /** TLS_CIPHER_* of linux/tls.h. */
  readonly number: number;
  readonly iv: number;
  readonly key: number;
  readonly salt: number;
}
const CIPHERS = {
  'aes-128-gcm': { number: 51, iv: 8, key: 16, salt: 4 },
  'aes-256-gcm': { number: 52, iv: 8, key: 32, salt: 4 },
  'aes-128-ccm': { number: 53, iv: 8, key: 16, salt: 4 },
  'chacha20-poly1305': { number: 54, iv: 12, key: 32, salt: 0 },
  'sm4-gcm': { number: 55, iv: 8, key: 16, salt: 4 },
  'sm4-ccm': { number: 56, iv: 8, key: 16, salt: 4 },
  'aria-128-gcm': { number: 57, iv: 8, key: 16, salt: 4 },
  'aria-256-gcm': { number: 58, iv: 8, key: 32, salt: 4 },
} as const satisfies Record<string, Cipher>;
const VERSIONS = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const;
const RECORD_SEQUENCE = 8;
const LONGEST = 56;

/** Keys of one direction, as the handshake left them. */
export interface TlsCryptoInfo {
  version: keyof typeof VERSIONS;
  cipher: keyof typeof CIPHERS;
  iv: Uint8Array;
  key: Uint8Array;
  salt: Uint8Array;
  recordSequence: Uint8Array;
}

const parts = (cipher: Cipher) =>
  [
    ['iv', cipher.iv],
    ['key', cipher.key],
    ['salt', cipher.salt],
    ['recordSequence', RECORD_SEQUENCE],
  ] as const;
const sample: TlsCryptoInfo = {
  version: 'TLSv1.2',
  cipher: 'aes-128-gcm',
  iv: Buffer.alloc(8),
  key: Buffer.alloc(16),
  salt: Buffer.alloc(4),
  recordSequence: Buffer.alloc(8),
};

function decode(bytes: Buffer): TlsCryptoInfo {
  const number = u16.read(bytes, 2);
  const name = (Object.keys(CIPHERS) as (keyof typeof CIPHERS)[]).find(
    (one) => CIPHERS[one].number === number,
  );
  const version = u16.read(bytes, 0) === VERSIONS['TLSv1.3'] ? 'TLSv1.3' : 'TLSv1.2';
  if (name === undefined) throw badRange('TLS cipher', Object.keys(CIPHERS).join(', '), number);
  let at = 4;
  const fields = parts(CIPHERS[name]).map(([part, length]) => [
    part,
    Buffer.from(bytes.subarray(at, (at += length))),
  ]);
  return { version, cipher: name, ...Object.fromEntries(fields) };
}

export const cryptoInfo: Codec<TlsCryptoInfo> = {
  type: '{ version, cipher, iv, key, salt, recordSequence } (struct tls12_crypto_info_*)',
  size: LONGEST,
  sample,
  decode,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ version, cipher, iv, key, salt, recordSequence }', value);
    if (!Object.hasOwn(CIPHERS, value.cipher))
      throw badType(`${what}.cipher`, Object.keys(CIPHERS).join(', '), value.cipher);
    if (!Object.hasOwn(VERSIONS, value.version))
      throw badType(`${what}.version`, Object.keys(VERSIONS).join(', '), value.version);
    const cipher = CIPHERS[value.cipher];
    const head = Buffer.alloc(4);
    u16.write(head, 0, VERSIONS[value.version], what);
    u16.write(head, 2, cipher.number, what);
    const rest = parts(cipher).map(([part, length]) => {
      const bytes = toBytes(value[part], `${what}.${part}`);
      if (bytes.length !== length)
        throw badRange(`${what}.${part}`, `${length} bytes`, bytes.length);
      return bytes;
    });
    return Buffer.concat([head, ...rest]);
  },
  /**
   * The kernel answers only to the exact length of the cipher in use, and tells which that is when
   * asked for the head alone.
   */
  get(fd, level, option) {
    const head = Buffer.alloc(4);
    const known = native.getsockopt(fd, level, option, head, head.length);
    if (known < 0) return known;
    const cipher = Object.values(CIPHERS).find((one) => one.number === u16.read(head, 2));
    const bytes = Buffer.alloc(
      cipher ? 4 + cipher.iv + cipher.key + cipher.salt + RECORD_SEQUENCE : LONGEST,
    );
    const got = native.getsockopt(fd, level, option, bytes, bytes.length);
    return got < 0 ? got : { value: decode(bytes) };
  },
};

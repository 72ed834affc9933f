// SocketError, its classes and GaiError: names, numbers, messages, aliases.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as util from 'node:util';
import { constants } from '../../lib/constants';
import {
  check,
  errorcode,
  errors,
  fail,
  GaiError,
  gaiError,
  hostError,
  isErrno,
  SocketError,
  socketError,
} from '../../lib/errors';
import { ALIASES, TEXTS } from '../../lib/errors/table';
import { BAD_ARGUMENT, DENIED, GAI_FAILURE } from '../../lib/native';
import { root } from '../tools';

const c: Readonly<Record<string, number>> = constants;
const numberOf = (name: string) => c[name] as number;

describe('classes', () => {
  it('there is one for every name of errno.h, and none besides', () => {
    const named = new Set([...Object.keys(TEXTS), ...Object.keys(ALIASES)]);
    const rows = fs.readFileSync(path.join(root, 'native/constants.def'), 'utf8');
    const known = [...rows.matchAll(/^ERRNO\((\w+)/gm)].map(([, name]) => name as string);
    expect(known.filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !(name in errors))).toEqual([]);
    expect(Object.keys(errors).length).toBeGreaterThan(130);
  });
  it.each(Object.entries(errorcode))('%i is %s', (number, code) => {
    const error = socketError(-Number(number), 'call');
    expect(error).toBeInstanceOf(errors[code]);
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toBeInstanceOf(Error);
    expect([error.code, error.errno, error.syscall]).toEqual([code, -Number(number), 'call']);
    expect(errors[code].errno).toBe(-Number(number));
    expect(error.message.startsWith(`call ${code}: ${TEXTS[code]}`)).toBe(true);
  });
  it('spells as node does', () => {
    const known = [...util.getSystemErrorMap()].filter(
      ([number, [name]]) => number > -4000 && !name.startsWith('EAI_'),
    );
    const differing = known.filter(
      ([number, [name]]) => errorcode[-number] !== undefined && errorcode[-number] !== name,
    );
    expect(differing).toEqual([]);
    expect(util.getSystemErrorName(socketError(-c.EAGAIN, 'recv').errno)).toBe('EAGAIN');
  });
  it('one class stands behind both names of a number', () => {
    expect(errors.EWOULDBLOCK).toBe(errors.EAGAIN);
    expect(errors.EOPNOTSUPP).toBe(errors.ENOTSUP);
    expect(socketError(-numberOf('EOPNOTSUPP'), 'listen').code).toBe('ENOTSUP');
  });
  it('a number without a name has its number for one', () => {
    const error = socketError(-999, 'ioctl');
    expect([error.code, error.errno, error.constructor]).toEqual(['E999', -999, SocketError]);
    expect(error.message).toBe('ioctl E999: unknown error');
  });
  it('says what kind of failure it is', () => {
    const kinds = (name: string, detail = {}) => {
      const e = socketError(-numberOf(name), 'call', detail);
      return [e.isBlocking, e.isTimeout, e.isPermission, e.isConnection];
    };
    for (const name of ['EAGAIN', 'EWOULDBLOCK', 'EINPROGRESS', 'EALREADY'])
      expect(kinds(name)).toEqual([true, false, false, false]);
    expect(kinds('ETIMEDOUT')).toEqual([false, false, false, false]); // the kernel's own
    expect(kinds('ETIMEDOUT', { timedOut: true })).toEqual([false, true, false, false]);
    for (const name of ['EPERM', 'EACCES'])
      expect(kinds(name)).toEqual([false, false, true, false]);
    for (const name of ['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'])
      expect(kinds(name)).toEqual([false, false, false, true]);
    expect(kinds('EINVAL')).toEqual([false, false, false, false]);
  });
  it('names option and address in the message, and keeps them', () => {
    const option = { level: 'SOL_SOCKET', name: 'SO_MARK' };
    const error = socketError(-c.EINVAL, 'setsockopt', { option });
    expect(error.option).toEqual(option);
    expect(error.message).toBe('setsockopt EINVAL: invalid argument (SOL_SOCKET SO_MARK)');
    const unix = { family: 'unix' as const, path: '/run/x.sock', abstract: false };
    const refused = socketError(-c.ECONNREFUSED, 'connect', { address: unix });
    expect(refused.address).toBe(unix);
    expect(refused.message).toMatch(
      /^connect ECONNREFUSED: connection refused \/run\/x\.sock - the path is there/,
    );
    expect(refused.hint).toMatch(/^the path is there/);
  });
  it('is named SocketError, and its own properties are what it knows', () => {
    const error = socketError(-c.EBADF, 'recv');
    expect(error.name).toBe('SocketError');
    expect(Object.keys(error).sort()).toEqual(['code', 'errno', 'hint', 'syscall']);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: 'EBADF',
      errno: -9,
      syscall: 'recv',
    });
  });
});

describe('isErrno', () => {
  it('takes errno 524, the ENOTSUPP of the kernel’s own headers, for EOPNOTSUPP', () => {
    const error = socketError(-524, 'setsockopt');
    expect([error.code, error.errno, error.constructor]).toEqual([
      'ENOTSUPP',
      -524,
      errors.ENOTSUPP,
    ]);
    expect(isErrno(error, 'EOPNOTSUPP')).toBe(true);
    expect(isErrno(error, 'ENOTSUP')).toBe(true);
    expect(isErrno(error, 'ENOTSUPP')).toBe(true);
    expect(isErrno(error, 'ENOPROTOOPT')).toBe(false);
    expect(isErrno(socketError(-c.EOPNOTSUPP, 'setsockopt'), 'ENOTSUPP')).toBe(false);
  });
  it('compares numbers, whatever the name', () => {
    const error = socketError(-c.EAGAIN, 'recv');
    expect(isErrno(error, 'EAGAIN')).toBe(true);
    expect(isErrno(error, 'EWOULDBLOCK')).toBe(true);
    expect(isErrno(error, 'EPERM', 'EWOULDBLOCK')).toBe(true);
    expect(isErrno(error, 'EPERM')).toBe(false);
    expect(isErrno(socketError(-c.ENOTSUP, 'listen'), 'EOPNOTSUPP')).toBe(true);
  });
  it('knows node’s own errors, and nothing that is none', () => {
    expect(
      isErrno(
        new (
          util as unknown as { _errnoException: new (n: number, s: string) => Error }
        )._errnoException(-111, 'connect'),
        'ECONNREFUSED',
      ),
    ).toBe(true);
    for (const other of [
      null,
      undefined,
      'EAGAIN',
      {},
      new Error('EAGAIN'),
      { errno: 11 },
      new GaiError('EAI_AGAIN', 'getaddrinfo'),
    ]) {
      expect(isErrno(other, 'EAGAIN')).toBe(false);
    }
  });
});

describe('from native’s answers', () => {
  const thrown = (result: number) => {
    try {
      return fail(result, 'bind');
    } catch (error) {
      return error as Error & { code: string };
    }
  };
  it('-errno is a SocketError', () => expect(thrown(-c.EINVAL)).toBeInstanceOf(errors.EINVAL));
  it('a bad argument is a TypeError that counts it', () => {
    expect(thrown(BAD_ARGUMENT - 2)).toBeInstanceOf(TypeError);
    expect(thrown(BAD_ARGUMENT - 2).message).toMatch(/^bind: argument 2 is not/);
    expect(thrown(BAD_ARGUMENT - 2).code).toBe('ERR_INVALID_ARG_TYPE');
  });
  it('a denied option is a TypeError that says why', () =>
    expect(thrown(DENIED).message).toMatch(/typed value/));
  it('a name that failed is a GaiError', () =>
    expect(thrown(GAI_FAILURE - 2)).toBeInstanceOf(GaiError));
  it('check passes on what is none', () => {
    expect(check(7, 'recv')).toBe(7);
    expect(() => check(-c.EPIPE, 'send')).toThrow(errors.EPIPE);
  });
});

describe('GaiError', () => {
  it.each([
    ['EAI_NONAME', 2],
    ['EAI_AGAIN', 3],
    ['EAI_FAMILY', 6],
    ['EAI_SERVICE', 8],
  ])('%s from -(8192 + %i)', (code, number) => {
    const error = gaiError(GAI_FAILURE - number, 'nowhere.invalid');
    expect([error.code, error.hostname, error.name]).toEqual([code, 'nowhere.invalid', 'GaiError']);
    expect(error.message).toMatch(new RegExp(`^getaddrinfo ${code}: .* nowhere\\.invalid$`));
    expect(gaiError(-number).code).toBe(code);
  });
  it('speaks of h_errno in the same words', () => {
    expect(hostError(GAI_FAILURE - 1, 'x', 'gethostbyname').code).toBe('EAI_NONAME');
    expect(hostError(GAI_FAILURE - 4, 'x', 'gethostbyname').code).toBe('EAI_NODATA');
  });
});

// Errors about arguments: unknown members are refused, with the name that was probably meant.
import * as vm from 'node:vm';
import { checkMembers, membersOf, nearestNames, unknownName } from '../../lib/errors/arguments';

const KNOWN = ['flags', 'signal', 'timeoutMs'];

describe('unknownName', () => {
  it.each([
    ['timeout', KNOWN, 'timeoutMs'],
    ['fliter', ['filter', 'snaplen'], 'filter'],
    ['reuse_port', ['reusePort', 'backlog'], 'reusePort'],
    ['TTL', ['ttl', 'tos'], 'ttl'],
    ['SO_RCVBUFF', ['SO_SNDBUF', 'SO_RCVBUF', 'SO_RCVBUFFORCE'], 'SO_RCVBUF'],
    ['bufferSize', ['size', 'count'], 'size'],
  ])('%s: the nearest name comes first', (name, known, nearest) => {
    expect(nearestNames(name, known)[0]).toBe(nearest);
    const error = unknownName('recv: option', name, known);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    expect(error.message).toContain(`'${name}' is unknown: did you mean '${nearest}'`);
  });

  it('suggests nothing that has nothing in common, and lists what is known', () => {
    expect(unknownName('recv: option', 'colour', KNOWN).message).toBe(
      "recv: option 'colour' is unknown; known are 'flags', 'signal', 'timeoutMs'",
    );
  });
});

describe('membersOf', () => {
  it('refuses a misspelt member, own or inherited', () => {
    const refusal = "recv: option 'timeout' is unknown: did you mean 'timeoutMs'?";
    expect(() => membersOf({ timeout: 50 }, 'recv', KNOWN)).toThrow(refusal);
    expect(() => membersOf({ timeout: undefined }, 'recv', KNOWN)).toThrow(refusal);
    expect(() => membersOf(Object.create({ timeout: 50 }), 'recv', KNOWN)).toThrow(refusal);
    expect(() => checkMembers({ timeout: 50 }, 'recv', KNOWN)).toThrow(refusal);
  });

  it('reads own members, inherited ones and getters of a class', () => {
    class Options {
      get timeoutMs() {
        return 5;
      }
      unrelated() {}
    }
    const instance = Object.assign(new Options(), { flags: 1 });
    expect(membersOf(instance, 'recv', KNOWN)).toEqual({ flags: 1, timeoutMs: 5 });
    expect(membersOf(Object.create({ flags: 2 }), 'recv', KNOWN)).toMatchObject({ flags: 2 });
    const bare = Object.assign(Object.create(null), { flags: 3 });
    expect(membersOf(bare, 'recv', KNOWN)).toMatchObject({ flags: 3 });
  });

  it('reads nothing from Object.prototype, and does not refuse what stands there', () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    polluted.flags = 99;
    polluted.whatever = 99;
    const members = [{}, { signal: 1 } as object].map((options) => {
      try {
        return membersOf(options, 'recv', KNOWN);
      } catch (error) {
        return error;
      }
    });
    delete polluted.flags;
    delete polluted.whatever;
    expect(members[0]).toStrictEqual({ flags: undefined, signal: undefined, timeoutMs: undefined });
    expect(members[1]).toStrictEqual({ flags: undefined, signal: 1, timeoutMs: undefined });
    const foreign = vm.runInNewContext('Object.prototype.flags = 99; ({ timeoutMs: 1 })');
    expect(membersOf(foreign, 'recv', KNOWN)).toMatchObject({ flags: undefined, timeoutMs: 1 });
  });

  it.each([5, 'text', null, undefined, () => 1])('refuses %p, which is no object', (value) => {
    expect(() => membersOf(value as unknown as object, 'recv', KNOWN)).toThrow(
      'recv: options must be an object {flags, signal, timeoutMs}, not',
    );
  });
});

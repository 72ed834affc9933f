// The surface of bsd-socket/capture: every name, and every method of Capture and PcapWriter.
import * as api from 'bsd-socket/capture';

it('exports what the table says, and nothing else', () => {
  expect(
    Object.fromEntries(Object.entries(api).map(([name, value]) => [name, typeof value])),
  ).toEqual({
    Capture: 'function',
    PcapWriter: 'function',
    LINK_NAMES: 'object',
    assemble: 'function',
    commentsOf: 'function',
    compile: 'function',
    compileAsync: 'function',
    disassemble: 'function',
    matches: 'function',
    namedOptions: 'function',
    readBlocks: 'function',
    readPcap: 'function',
    replay: 'function',
    sniff: 'function',
  });
});

it('gives the classes every method', () => {
  const has = (prototype: object, names: readonly PropertyKey[]) =>
    names.filter((name) => !(name in prototype));
  expect(
    has(api.Capture.prototype, [
      'linktype',
      'socket',
      'ring',
      'closed',
      'setFilter',
      'stats',
      'batches',
      'tryBatch',
      'onBatch',
      'stream',
      'record',
      'inject',
      'injectMany',
      'close',
      Symbol.asyncIterator,
      Symbol.asyncDispose,
      Symbol.dispose,
    ]),
  ).toEqual([]);
  expect(has(api.PcapWriter.prototype, ['write', 'statistics', 'flush', 'end'])).toEqual([]);
});

// Imports point down only, and there are no cycles: between files, nor between rooms.
import { findCycle, graph, repositoryFiles, runtimeImports } from './sources';

/** From the ground up. Rooms in one row stand side by side. */
const LAYERS = [
  ['load', 'native', 'bytes', 'lazy', 'untransferable', 'diagnostics', 'trace'],
  ['constants'],
  ['constant-named'],
  // Structs throw the argument errors of errors/, which uses no struct.
  ['errors'],
  ['structs', 'descriptors'],
  ['options', 'address', 'message'],
  ['wait'],
  ['names'],
  ['socket'],
  ['pcap'],
  ['packet'],
  ['bpf'],
  ['capture', 'conformance'],
  ['index', 'sys', 'dgram', 'cli'],
];

/** lib/socket/wait.ts -> socket; lib/native.ts -> native. */
const room = (file: string): string => (file.split('/')[1] as string).replace(/\.ts$/, '');
const rank = (file: string): number => LAYERS.findIndex((rooms) => rooms.includes(room(file)));

const sources = repositoryFiles().filter((file) => /^lib\/.*\.ts$/.test(file));
const everyImport = sources.flatMap(runtimeImports);
const imports = everyImport.filter(({ to }) => to.startsWith('lib/'));

describe('lib/', () => {
  it('has only rooms that stand in the plan', () => {
    expect(sources.filter((file) => rank(file) < 0)).toEqual([]);
    expect(sources.length).toBeGreaterThan(10);
  });

  it('imports downwards', () => {
    const upwards = imports
      .filter(({ from, to }) => rank(to) > rank(from))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(upwards).toEqual([]);
  });

  it('has no cycle of files', () => expect(findCycle(graph(imports))).toBeNull());
  it('has no cycle of rooms', () => expect(findCycle(graph(imports, room))).toBeNull());
  it('imports no file from outside but the package’s own description', () => {
    expect([
      ...new Set(everyImport.map(({ to }) => to).filter((to) => !to.startsWith('lib/'))),
    ]).toEqual(['package.json']);
  });
});

describe('the test itself', () => {
  it('finds a cycle', () => {
    const edges = graph([
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'b' },
    ]);
    expect(findCycle(edges)).toEqual(['b', 'c', 'b']);
  });
});

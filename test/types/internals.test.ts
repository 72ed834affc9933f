// What the published types offer in completion: the public API, and nothing of its inside.
import * as path from 'node:path';
import * as ts from 'typescript';
import { dist } from '../tools';

const ENTRIES = ['index', 'sys/index', 'capture/index', 'packet/index'];
const files = ENTRIES.map((entry) => dist('types', `${entry}.d.ts`));
const program = ts.createProgram(files, {
  module: ts.ModuleKind.Node20,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  noEmit: true,
});
const checker = program.getTypeChecker();

/** The exports of an entry point, and the members of its classes that completion lists. */
function offered(file: string): string[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
  return checker.getExportsOfModule(module as ts.Symbol).flatMap((exported) => {
    const alias = exported.flags & ts.SymbolFlags.Alias;
    const symbol = alias ? checker.getAliasedSymbol(exported) : exported;
    if (!(symbol.flags & ts.SymbolFlags.Class)) return [exported.name];
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return [checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol)]
      .flatMap((type) => checker.getPropertiesOfType(type))
      .filter(({ declarations }) =>
        (declarations ?? []).every((one) => !(ts.getCombinedModifierFlags(one) & hidden)),
      )
      .map((member) => `${exported.name}.${member.name}`);
  });
}
const all = new Set(files.flatMap(offered));

it('lists what is public', () => {
  for (const name of ['Socket.recv', 'MessageBatch.slab', 'OwnedFd.release', 'setsockopt'])
    expect(all).toContain(name);
});
it('lists no internals', () => {
  const internal = [
    ...['block', 'span', 'owned', 'received', 'prepare'].map((name) => `MessageBatch.${name}`),
    ...['fresh', 'handOver'].map((name) => `OwnedFd.${name}`),
    ...['get_table', 'get_blank', 'get_ao_keys'],
  ];
  expect(internal.filter((name) => all.has(name))).toEqual([]);
});
it('types of all entry points are at most 900 kB', () => {
  const size = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(path.dirname(dist('index.js'))))
    .reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  expect(size).toBeLessThan(900_000);
});
it('compile without an error', () => {
  const errors = ts.getPreEmitDiagnostics(program);
  expect(
    errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
  ).toEqual([]);
});

// Every export of every entry point, and every public member of an exported class, has a docstring.
import * as path from 'node:path';
import * as ts from 'typescript';
import { root } from '../tools';
import { languageService } from './language-service';

const ENTRIES = ['index', 'sys/index', 'capture/index', 'packet/index', 'dgram/index'];

/** Own symbols only: what a class inherits from Node's classes is documented there. */
function isOurs(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) =>
    declaration.getSourceFile().fileName.startsWith(path.join(root, 'lib')),
  );
}
const isHidden = (declaration: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(declaration) &
    (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !==
  0;

function missing(entry: string): string[] {
  const files = { 'docstrings.ts': `export * from '../../lib/${entry}';` };
  const program = languageService(files).getProgram() as ts.Program;
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path.join(root, 'lib', `${entry}.ts`)) as ts.SourceFile;
  const module = checker.getSymbolAtLocation(source) as ts.Symbol;
  const bare = (symbol: ts.Symbol) => symbol.getDocumentationComment(checker).length === 0;
  const named = (symbol: ts.Symbol) => symbol.name.replace(/^__@(\w+)@\d+$/, '[$1]');
  const report = (symbol: ts.Symbol, name: string): string => {
    const at = symbol.declarations?.[0];
    const file = at?.getSourceFile();
    const line = at && file?.getLineAndCharacterOfPosition(at.getStart()).line;
    return `${name} (${path.relative(root, file?.fileName ?? '')}:${Number(line) + 1})`;
  };
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (!isOurs(symbol)) return [];
    const found = bare(symbol) && bare(exported) ? [report(symbol, exported.name)] : [];
    if (!(symbol.flags & ts.SymbolFlags.Class)) return found;
    const members = [
      ...checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)),
      ...checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)),
    ];
    const open = members.filter(
      (member) =>
        isOurs(member) &&
        !member.name.startsWith('#') &&
        !member.name.startsWith('__#') &&
        member.name !== 'prototype' &&
        !(member.declarations ?? []).every(isHidden),
    );
    return [
      ...found,
      ...open.filter(bare).map((member) => report(member, `${exported.name}.${named(member)}`)),
    ];
  });
}

it.each(ENTRIES)('%s', (entry) => expect(missing(entry)).toEqual([]));

// What the architecture tests read: the repository's files, and who imports whom.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { root } from '../tools';

/** Every file that is or would be committed, relative to the root. */
export function repositoryFiles(): string[] {
  const args = [
    '-c',
    `safe.directory=${root}`,
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
  ];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n');
  return listed.filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
}

export const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

export interface Import {
  /** The importing file, and what it names, resolved: both relative to the root. */
  from: string;
  to: string;
}

/** The imports inside lib/ that exist at run time: `import type` and types in braces vanish. */
export function runtimeImports(file: string): Import[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && !isTypeOnly(node.importClause))
      found.push(textOf(node.moduleSpecifier));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly) {
      const names =
        node.exportClause && ts.isNamedExports(node.exportClause)
          ? node.exportClause.elements
          : undefined;
      if (!names || names.length === 0 || names.some((name) => !name.isTypeOnly))
        found.push(textOf(node.moduleSpecifier));
    } else if (
      ts.isCallExpression(node) &&
      node.arguments[0] &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      const called = node.expression;
      if (
        called.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(called) && called.text === 'require')
      )
        found.push(node.arguments[0].text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found
    .filter((name) => name.startsWith('.') && !name.endsWith('.node')) // built, not written
    .map((name) => ({ from: file, to: resolve(file, name) }));
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false; // import './x': for its effect
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    !clause.name &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((name) => name.isTypeOnly)
  );
}

const textOf = (node: ts.Expression): string => (node as ts.StringLiteral).text;

function resolve(from: string, name: string): string {
  const base = path.join(path.dirname(from), name);
  const found = [
    base,
    `${base}.ts`,
    path.join(base, 'index.ts'),
    base.replace(/\.js$/, '.ts'),
  ].find((file) => {
    const full = path.join(root, file);
    return fs.existsSync(full) && fs.statSync(full).isFile();
  });
  if (!found) throw new Error(`${from} imports ${name}, which is not there`);
  return found;
}

/** The first cycle of a directed graph as a path that ends where it starts, or null. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const walk = (node: string, trail: string[]): string[] | null => {
    const before = trail.indexOf(node);
    if (before >= 0) return [...trail.slice(before), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const cycle = walk(next, [...trail, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const cycle = walk(node, []);
    if (cycle) return cycle;
  }
  return null;
}

export function graph(
  imports: readonly Import[],
  nodeOf: (file: string) => string = (file) => file,
): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [a, b] = [nodeOf(from), nodeOf(to)];
    if (a === b && nodeOf(from) !== from) continue; // inside one room
    edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  return edges;
}

// What the bundler makes of lib/: every entry point has its names, by require and by import, one
// class is one object in all of them, no code stands twice, nothing points to what is not packed.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { dist, root, run } from '../tools';

const { exports: entries } = JSON.parse(
  fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
) as { exports: Record<string, string | { types: string; default: string }> };
const modules = Object.entries(entries).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name: name.replace('.', 'bsd-socket'), ...target }],
);
const MOST_BYTES_OF_DECLARATIONS = 900_000;

const files = (extension: string): string[] =>
  fs
    .readdirSync(dist(), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => dist(file));
const scripts = files('.js');
const text = (file: string) => fs.readFileSync(file, 'utf8');

/** What `code`, an ES module, prints as JSON. */
async function imported<T>(code: string): Promise<T> {
  const args = ['--input-type=module', '-e', code];
  return JSON.parse((await run(process.execPath, args, { cwd: root })).stdout);
}

test('each entry point has the names that its source exports, by require and by import', async () => {
  const names = await imported<[name: string, required: string[], named: string[]][]>(`
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const names = (exports) => Object.keys(exports).filter((name) => !['default', 'module.exports'].includes(name)).sort();
    const all = [];
    for (const name of ${JSON.stringify(modules.map(({ name }) => name))})
      all.push([name, names(require(name)), names(await import(name))]);
    console.log(JSON.stringify(all));`);
  expect(names.length).toBeGreaterThanOrEqual(4);
  for (const [name, required, named] of names) {
    const source = Object.keys(jest.requireActual(name)).sort();
    expect([name, required]).toEqual([name, source]);
    expect([name, named]).toEqual([name, source]);
  }
});

test('a class is one object in the whole process, by whatever entry and whichever way', async () => {
  const found = await imported<Record<string, boolean>>(`
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const found = {};
    for (const name of ${JSON.stringify(modules.map(({ name }) => name))}) {
      const required = require(name), named = await import(name);
      for (const key of Object.keys(required)) if (!Object.is(required[key], named[key])) found[name + ' ' + key] = false;
    }
    const root = require('bsd-socket'), esm = await import('bsd-socket'), { Capture } = await import('bsd-socket/capture');
    for (const name of ['Socket', 'SocketError', 'MessageBatch']) found[name] = typeof root[name] === 'function' && root[name] === esm[name];
    found.constants = (await import('bsd-socket/sys')).constants === root.constants;
    try { new Capture('no such interface'); } catch (error) { found['SocketError of capture'] = error instanceof root.SocketError; }
    const [a, b] = esm.socketpair(root.AF_UNIX, root.SOCK_DGRAM);
    found['Socket of socketpair'] = a instanceof root.Socket;
    a.sendSync('x');
    const batch = new esm.MessageBatch({ count: 1, size: 1 });
    found['MessageBatch of recvmmsg'] = b.recvmmsgSync(batch) === 1;
    a.close(); b.close();
    console.log(JSON.stringify(found));`);
  expect(found).toEqual({
    Socket: true,
    SocketError: true,
    MessageBatch: true,
    constants: true,
    'SocketError of capture': true,
    'Socket of socketpair': true,
    'MessageBatch of recvmmsg': true,
  });
});

test('no function body stands in two files', () => {
  const places = new Map<string, Set<string>>();
  for (const file of scripts) {
    const source = ts.createSourceFile(file, text(file), ts.ScriptTarget.ES2022);
    const visit = (node: ts.Node): void => {
      const body = ts.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body;
      const code = body ? body.getText(source).replace(/\s+/g, ' ') : '';
      // A body as short as this may be written twice.
      if (code.length >= 60) places.set(code, (places.get(code) ?? new Set()).add(file));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(places.size).toBeGreaterThan(1000);
  expect([...places].filter(([, where]) => where.size > 1)).toEqual([]);
});

test('all entry points require the one core, and no file of dist/ is out of reach', () => {
  const requests = (file: string): string[] =>
    [...text(file).matchAll(/\brequire\('(\.[^']*\.js)'\)/g)].map(([, to]) =>
      path.join(path.dirname(file), to as string),
    );
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const to of requests(file)) visit(to);
  };
  for (const { default: file } of modules) {
    const own = new Set<string>();
    const direct = (one: string): void => {
      if (own.has(one)) return;
      own.add(one);
      for (const to of requests(one)) direct(to);
    };
    direct(path.join(root, file));
    expect(own).toContain(dist('core.js'));
    visit(path.join(root, file));
  }
  visit(dist('cli', 'main.js'));
  expect(scripts.filter((file) => !seen.has(file))).toEqual([]);
});

test('no file points to a source map, and none is there', () => {
  expect(scripts.filter((file) => text(file).includes('sourceMappingURL'))).toEqual([]);
  expect(files('.map')).toEqual([]);
});

test('the declarations are at most 900 kB together', () => {
  const bytes = files('.d.ts').reduce((sum, file) => sum + fs.statSync(file).size, 0);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES_OF_DECLARATIONS);
});

// Bundles lib/ into what is published: one CommonJS file an entry point, one core file that all of
// them require, and a chunk for each module that lib/ requires by a call at first use.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { rollup } = require('rollup');
const { transformSync } = require('@swc/core');

const root = path.join(__dirname, '..');
const lib = path.join(root, 'lib');

/** The files of dist/ that a user names, each with its module. */
const ENTRIES = {
  index: 'index.ts',
  sys: 'sys/index.ts',
  capture: 'capture/index.ts',
  packet: 'packet/index.ts',
  dgram: 'dgram/index.ts',
  'dgram/register': 'dgram/register.ts',
  'cli/main': 'cli/main.ts',
};
const CONSTANTS = path.join(lib, 'constants.ts');
const INDEX = path.join(lib, 'index.ts');
/** What these load is the core. */
const CORE = ['index', 'sys'];

/** The file of lib/ that a relative request names, or null where it is none. */
function resolve(request, importer) {
  if (!request.startsWith('.')) return null;
  const base = path.resolve(path.dirname(importer), request);
  if (!base.startsWith(lib + path.sep)) return null;
  const found = [`${base}.ts`, path.join(base, 'index.ts')].find((file) => fs.existsSync(file));
  if (!found) throw new Error(`${path.relative(root, importer)} requests ${request}: no such file`);
  return found;
}

/**
 * Strips the types. `require('./module')` in TypeScript is a load at first use: its module becomes
 * a chunk, and the call is given that chunk's file once file names are known.
 */
const typescript = {
  name: 'typescript',
  resolveId: (request, importer) => (importer ? resolve(request, importer) : null),
  transform(source, id) {
    const { code } = transformSync(source, {
      filename: id,
      jsc: {
        parser: { syntax: 'typescript' },
        target: 'es2022',
        minify: { compress: false, mangle: false, format: { comments: false } },
      },
      module: { type: 'es6' },
      sourceMaps: false,
    });
    const linked = code.replace(/\brequire\(['"](\.[^'"]*)['"]\)/g, (call, request) => {
      const target = resolve(request, id);
      if (!target) return call;
      const name = path.relative(lib, target).replace(/(\/index)?\.ts$/, '');
      const chunk = this.emitFile({ type: 'chunk', id: target, name: name.replaceAll('/', '-') });
      return `require("chunk:${chunk}")`;
    });
    if (id === CONSTANTS) {
      // What else it exports is declared only: each name is a member of that object.
      const alone = linked.replace('Object.assign(exports, constants);', '');
      return { code: alone, map: null, syntheticNamedExports: 'constants' };
    }
    const read =
      id === INDEX ? linked : readOnce(linked, (from) => resolve(from, id) === CONSTANTS);
    const synthetic = id === INDEX && { syntheticNamedExports: 'constants' };
    return { code: read, map: null, ...synthetic };
  },
  renderChunk(code, { fileName }) {
    const whole = fileName === 'index.js' ? withConstants(code) : code;
    return whole.replace(/require\("chunk:([\w$]+)"\)/g, (_, chunk) => {
      const file = path.posix.relative(path.posix.dirname(fileName), this.getFileName(chunk));
      return `require('${file.startsWith('.') ? file : `./${file}`}')`;
    });
  },
};

/**
 * Constants that a module imports by name are read when it runs, and not at each use: a look-up
 * among two thousand names takes as long as a short function.
 */
function readOnce(code, isConstants) {
  return code.replace(/^import \{([^}]*)\} from ['"]([^'"]*)['"];/gm, (whole, list, from) => {
    if (!isConstants(from)) return whole;
    const names = list.split(',').map((name) => name.trim());
    const isObject = (name) => /^constants\b/.test(name);
    const imported = [...names.filter(isObject), 'constants as $constants'];
    const read = names.filter((name) => !isObject(name)).map((name) => name.replace(' as ', ': '));
    return `import { ${imported.join(', ')} } from '${from}';\nconst { ${read.join(', ')} } = $constants;`;
  });
}

/**
 * The package's own exports begin with every constant, copied at once. `import { SO_RCVBUF }` needs
 * the names in the text of a file: Node finds them in one that it reads, and that never runs.
 */
function withConstants(code) {
  const core = "const core = require('./core.js');\n";
  if (!code.includes(core)) throw new Error('index.js does not begin with the core');
  return code.replace(
    core,
    `${core}Object.assign(exports, core.constants);\n0 && (module.exports = require('./${NAMES}'));\n`,
  );
}
const NAMES = 'chunks/constant-names.js';
const constantNames = () =>
  [...fs.readFileSync(CONSTANTS, 'utf8').matchAll(/^export declare const (\w+)/gm)]
    .map(([, name]) => `exports.${name} = 0;`)
    .join('\n');

/** The modules that run when those entries load, but for the entries themselves. */
function coreModules(getModuleInfo) {
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const one of getModuleInfo(id)?.importedIds ?? []) visit(one);
  };
  const entries = CORE.map((name) => path.join(lib, ENTRIES[name]));
  for (const entry of entries) visit(entry);
  for (const entry of entries) seen.delete(entry);
  return seen;
}

/** Bundles into `folder`; the names of the files there. */
async function bundle(folder) {
  const build = await rollup({
    input: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, file]) => [name, path.join(lib, file)]),
    ),
    external: (id) => id.startsWith('node:'),
    plugins: [typescript],
    onLog(_level, { message }) {
      throw new Error(message);
    },
  });
  let core;
  /** Beside the core there is one chunk a directory, and what is loaded at first use. */
  const manualChunks = (id, { getModuleInfo }) => {
    core ??= coreModules(getModuleInfo);
    if (core.has(id)) return 'core';
    if (getModuleInfo(id).isEntry) return undefined;
    return path.relative(lib, id).split(path.sep)[0];
  };
  const { output } = await build.write({
    dir: folder,
    format: 'cjs',
    manualChunks,
    entryFileNames: '[name].js',
    // The core stands where lib/ does, from where the addon is found.
    chunkFileNames: ({ name }) => (name === 'core' ? 'core.js' : 'chunks/[name].js'),
    hoistTransitiveImports: false,
    strict: true,
    esModule: false,
    freeze: false,
    externalLiveBindings: false,
    interop: 'esModule',
    generatedCode: { preset: 'es2015', symbols: false },
    sourcemap: false,
  });
  await build.close();
  fs.writeFileSync(
    path.join(folder, NAMES),
    `// Read by Node for the names of exports; never run.\n${constantNames()}\n`,
  );
  return [...output.map(({ fileName }) => fileName), NAMES];
}

bundle(process.argv[2] ?? path.join(root, 'dist')).then((names) => console.log(names.join('\n')));

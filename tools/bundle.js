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
/**
 * Modules whose functions many programs never call: what others import of them are stubs, which load
 * all modules of the group at the first call.
 */
const AT_FIRST_CALL = {
  names: [
    'names/calls.ts',
    'names/capabilities.ts',
    'names/families.ts',
    'names/getaddrinfo.ts',
    'names/getnameinfo.ts',
    'names/hosts.ts',
    'names/interfaces.ts',
    'names/netns.ts',
    'names/services.ts',
  ],
  options: [
    'options/access.ts',
    'options/codecs/source-filter.ts',
    'options/define.ts',
    'options/options-of.ts',
    'options/timestamping.ts',
    'options/view.ts',
  ],
  hints: ['errors/hints.ts'],
};

/** The file of lib/ that a relative request names, or null where it is none. */
function resolve(request, importer) {
  if (!request.startsWith('.')) return null;
  const base = path.resolve(path.dirname(importer), request);
  if (!base.startsWith(lib + path.sep)) return null;
  const found = [`${base}.ts`, path.join(base, 'index.ts')].find((file) => fs.existsSync(file));
  if (!found) throw new Error(`${path.relative(root, importer)} requests ${request}: no such file`);
  return found;
}

const groupOf = (id) =>
  Object.keys(AT_FIRST_CALL).find((group) =>
    AT_FIRST_CALL[group].includes(path.relative(lib, id).replaceAll(path.sep, '/')),
  );

/** The tables and codecs of options belong to their group whole: only the group imports them. */
const isOf = (group, id) =>
  groupOf(id) === group ||
  (group === 'options' && /options\/(tables\/|codecs\/|registry)/.test(path.relative(lib, id)));

/** ES module text of TypeScript. */
const untyped = (id) =>
  transformSync(fs.readFileSync(id, 'utf8'), {
    filename: id,
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2022',
      minify: { compress: false, mangle: false, format: { comments: false } },
    },
    module: { type: 'es6' },
    sourceMaps: false,
  }).code;

/** `id?stubs` stands for a module of a group in front of all importers outside of the group. */
const stubs = {
  name: 'stubs',
  resolveId(request, importer) {
    if (request.startsWith('group:')) return request;
    const id = importer ? resolve(request, importer.replace('?stubs', '')) : null;
    const group = id && groupOf(id);
    const isInside = group && (importer.startsWith('group:') || isOf(group, importer));
    return group && !isInside ? `${id}?stubs` : null;
  },
  load(id) {
    if (id.startsWith('group:'))
      return AT_FIRST_CALL[id.slice(6)]
        .map((file) => `export * from ${JSON.stringify(path.join(lib, file))};`)
        .join('\n');
    if (!id.endsWith('?stubs')) return null;
    const file = id.replace('?stubs', '');
    const name = groupOf(file);
    const chunk = this.emitFile({
      type: 'chunk',
      id: `group:${name}`,
      name,
      preserveSignature: 'allow-extension',
    });
    const functions = this.parse(untyped(file))
      .body.filter(({ type }) => type === 'ExportNamedDeclaration')
      .flatMap(({ declaration }) => exportedFunctions(declaration));
    // require() finds a loaded module in about a microsecond: as long as a system call.
    const group = `(group ??= require("chunk:${chunk}"))`;
    return ['let group;', ...functions.map((one) => stub(one, group))].join('\n');
  },
};

/**
 * Name and parameters of the functions that a declaration exports. Nothing else of the module can be
 * had from outside of its group: rollup refuses to bundle who imports it.
 */
function exportedFunctions(declaration) {
  if (declaration.type === 'FunctionDeclaration')
    return [{ name: declaration.id.name, params: declaration.params }];
  return (declaration.declarations ?? [])
    .filter(({ init }) => init.type === 'ArrowFunctionExpression')
    .map(({ id, init }) => ({ name: id.name, params: init.params }));
}

function stub({ name, params }, group) {
  const names = params.map(({ type }, i) => (type === 'RestElement' ? `...a${i}` : `a${i}`));
  return `export function ${name}(${names}) { return ${group}.${name}(${names}); }`;
}

/**
 * Strips the types. `require('./module')` in TypeScript is a load at first use: its module becomes
 * a chunk, and the call is given that chunk's file once file names are known.
 */
const typescript = {
  name: 'typescript',
  resolveId: (request, importer) => (importer ? resolve(request, importer) : null),
  load: (id) => (id.endsWith('.ts') ? untyped(id) : null),
  transform(code, id) {
    const linked = code.replace(/\brequire\(['"](\.[^'"]*)['"]\)/g, (call, request) => {
      const target = resolve(request, id);
      if (!target) return call;
      const name = path.relative(lib, target).replace(/(\/index)?\.ts$/, '');
      const chunk = this.emitFile({
        type: 'chunk',
        id: target,
        name: name.replaceAll('/', '-'),
        preserveSignature: 'allow-extension',
      });
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

/** The modules that run when an entry loads. */
function reach(entry, getModuleInfo) {
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const one of getModuleInfo(id)?.importedIds ?? []) visit(one);
  };
  visit(path.join(lib, ENTRIES[entry]));
  return seen;
}

/**
 * In which chunk a module stands: the core is what every entry needs, `socket` what the package
 * itself needs beyond, and of the rest there is one a directory.
 */
function chunks() {
  let index;
  let sys;
  return (id, { getModuleInfo }) => {
    index ??= reach('index', getModuleInfo);
    sys ??= reach('sys', getModuleInfo);
    if (id.startsWith('group:')) return id.slice(6);
    if (Object.values(ENTRIES).includes(path.relative(lib, id))) return undefined;
    if (index.has(id)) return sys.has(id) ? 'core' : 'socket';
    const [directory] = path.relative(lib, id).split(path.sep);
    // What only an entry or a load at first use needs stands there.
    if (['sys', 'cli', 'socket'].includes(directory)) return undefined;
    return groupOf(id) ?? directory;
  };
}

/** Bundles into `folder`; the names of the files there. */
async function bundle(folder) {
  const build = await rollup({
    input: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, file]) => [name, path.join(lib, file)]),
    ),
    external: (id) => id.startsWith('node:'),
    plugins: [stubs, typescript],
    onLog(_level, { message }) {
      throw new Error(message);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format: 'cjs',
    manualChunks: chunks(),
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

// Writes lib/constants.ts: each name of native/constants.def with its number, its type and its
// docstring. An option's type and text come from its row in lib/options/tables, an errno's text
// from lib/errors/table.ts. `--check` only says whether the file is current.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { execFileSync } = require('node:child_process');
const ts = require('typescript');
require('./load-ts.js');
const { calls, facts } = require('./option-text.js');

const root = path.join(__dirname, '..');
const at = (...names) => path.join(root, ...names);
const target = at('lib/constants.ts');

/** The address type of a family; any other has OtherAddress. */
const ADDRESSES = {
  FILE: 'UnixAddress',
  LOCAL: 'UnixAddress',
  UNIX: 'UnixAddress',
  INET: 'InetAddress',
  INET6: 'Inet6Address',
  NETLINK: 'NetlinkAddress',
  ROUTE: 'NetlinkAddress',
  PACKET: 'PacketAddress',
  CAN: 'CanAddress',
  VSOCK: 'VsockAddress',
};
/** Levels of more than one name. */
const LEVEL_ALIASES = {
  SOL_IP: 'IPPROTO_IP',
  SOL_IPV6: 'IPPROTO_IPV6',
  SOL_TCP: 'IPPROTO_TCP',
  SOL_UDP: 'IPPROTO_UDP',
  SOL_UDPLITE: 'IPPROTO_UDPLITE',
  SOL_ICMPV6: 'IPPROTO_ICMPV6',
};
/** Exported as text ('127.0.0.1') by lib/address/inaddr.ts; numbers in the object only. */
const isAddress = (name) => name.startsWith('INADDR_');

/** The rows of constants.def, in order. */
function readDefinitions() {
  const text = fs.readFileSync(at('native/constants.def'), 'utf8');
  const row =
    /^(CONSTANT|FAMILY|VARIES|OPTION|OPTION_VARIES|ERRNO)\((\w+),\s*(-?\w+)(?:,\s*((?:"(?:[^"\\]|\\.)*"\s*)+))?\)$/gm;
  const rows = [...text.matchAll(row)];
  const written = text.match(/^[A-Z_]+\(/gm).length;
  if (rows.length !== written)
    throw new Error(`constants.def: read ${rows.length} rows of ${written}`);
  return rows.map(([, kind, name, number, parts]) => ({
    kind,
    name,
    number: number.replace(/[UL]+$/, ''),
    text:
      parts &&
      [...parts.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
        .map(([, part]) => JSON.parse(`"${part}"`))
        .join(''),
  }));
}

/** The tables read constants: they get the numbers of the definitions, whatever the file holds. */
function provideNumbers(definitions) {
  const module = new Module(target);
  module.exports = Object.fromEntries(
    definitions.map(({ name, number }) => [name, Number(number)]),
  );
  module.exports.constants = module.exports;
  module.loaded = true;
  require.cache[target] = module;
}

/** name -> [level, row] pairs: one, or two (MCAST_JOIN_GROUP and its like). */
function readOptions() {
  const { TABLES } = require('../lib/options/tables/index.ts');
  const options = new Map();
  for (const { level, rows } of TABLES)
    for (const [name, row] of Object.entries(rows))
      options.set(name, [...(options.get(name) ?? []), [level, row]]);
  return options;
}

/** Where the types of values are declared. */
const TYPES = [
  'lib/address/types.ts',
  'lib/bytes.ts',
  'lib/descriptors.ts',
  'lib/options/types.ts',
];
const GLOBAL = new Set(['Buffer', 'Partial', 'Pick', 'Readonly', 'Required']);
function exportedTypes(file) {
  const text = fs.readFileSync(at(file), 'utf8');
  const lists = [...text.matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, list]) =>
    list.split(',').map((name) => name.trim()),
  );
  return [
    ...[...text.matchAll(/^export (?:class|interface|type) (\w+)/gm)].map(([, name]) => name),
    ...lists,
  ];
}

/** name -> the type that the compiler infers from the rows, as text. */
function optionTypes(definitions) {
  const file = at('lib/options/option-types.ts');
  const names = definitions.map(({ name }) => name);
  const sources = new Map();
  sources.set(
    target,
    `${names.map((name) => `export declare const ${name}: number;`).join('\n')}
export declare const constants: Record<ConstantName, number>;
export type ConstantName = ${names.map((name) => `'${name}'`).join(' | ')};`,
  );
  sources.set(
    file,
    "import type { Entries } from './row';\nimport type { TABLES } from './tables';\n" +
      'export declare const options: Entries<(typeof TABLES)[number]>;\n',
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(at('tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) =>
    sources.has(name)
      ? ts.createSourceFile(name, sources.get(name), ts.ScriptTarget.ES2022, true)
      : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram(
    [file],
    { ...options, incremental: false, tsBuildInfoFile: undefined },
    host,
  );
  const checker = program.getTypeChecker();
  const at0 = program.getSourceFile(file);
  const declared = at0.statements.at(-1).declarationList.declarations[0];
  const flags =
    ts.TypeFormatFlags.NoTruncation |
    ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
    ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;
  const known = new Set(TYPES.flatMap(exportedTypes));
  const text = (type) =>
    checker.typeToString(type, undefined, flags).replaceAll('Buffer<ArrayBufferLike>', 'Buffer');
  const isPublic = (words) =>
    [...words.replace(/'[^']*'/g, '').matchAll(/\b[A-Z]\w+/g)].every(
      ([name]) => GLOBAL.has(name) || known.has(name),
    );
  // A type without a public name is written out.
  const show = (type) => {
    const words = text(type);
    if (isPublic(words)) return words;
    if (checker.isArrayType(type)) return `${show(checker.getTypeArguments(type)[0])}[]`;
    if (type.isUnion()) return type.types.map(show).join(' | ');
    return `{ ${checker
      .getPropertiesOfType(type)
      .map(
        (member) =>
          `${member.name}${member.flags & ts.SymbolFlags.Optional ? '?' : ''}: ${show(checker.getTypeOfSymbol(member))}`,
      )
      .join('; ')} }`;
  };
  return new Map(
    checker
      .getPropertiesOfType(checker.getTypeAtLocation(declared))
      .map((property) => [property.name, checker.getTypeOfSymbol(property)])
      .map(([name, type]) => {
        if (type.aliasSymbol?.name !== 'Option') throw new Error(`${name} is ${show(type)}`);
        const [level, get, set] = type.aliasTypeArguments.map(show);
        return [name, `Option<${level}, ${get}${set === get ? '' : `, ${set}`}>`];
      }),
  );
}

/** Lines of at most 100 columns. */
function wrap(text, indent) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && indent.length + line.length + 1 + word.length > 100) {
      lines.push(line);
      line = '';
    }
    line += (line && ' ') + word;
  }
  return [...lines, line].map((each) => indent + each);
}

/** A docstring of paragraphs; a paragraph of more than one line is an array. */
function docstring(paragraphs) {
  if (paragraphs.length === 1 && paragraphs[0].length < 90) return [`/** ${paragraphs[0]} */`];
  const body = paragraphs.flatMap((text, i) => [
    ...(i > 0 && !text.startsWith('- ')
      ? [' *']
      : i > 0 && !paragraphs[i - 1].startsWith('- ')
        ? [' *']
        : []),
    ...wrap(text, ' * ').map((line, j) =>
      text.startsWith('- ') && j > 0 ? ` *   ${line.slice(3)}` : line,
    ),
  ]);
  return ['/**', ...body, ' */'];
}

function optionDoc(name, levels, groups) {
  const [[, row]] = levels;
  const head = levels.map(([level, each]) => `\`${calls(level, name, each)}\``).join(' or ');
  return [
    head,
    row.doc,
    ...facts(row, groups)
      .filter(([key]) => key !== 'after')
      .map(([key, text]) => `- ${key}: ${text}`),
  ].map((text) => text.replaceAll('*/', '* /'));
}

const formatted = (text) =>
  execFileSync(
    process.execPath,
    [at('node_modules/@biomejs/biome/bin/biome'), 'format', `--stdin-file-path=${target}`],
    { cwd: root, input: text, encoding: 'utf8', maxBuffer: 1 << 26 },
  );

/** As biome sorts imports. */
function byPath(a, b) {
  const [one, other] = [a, b].map((line) => line.split(' from ')[1]);
  return one < other ? -1 : 1;
}

function generate() {
  const definitions = readDefinitions();
  provideNumbers(definitions);
  const options = readOptions();
  const { GROUPS } = require('../lib/options/row.ts');
  const { TEXTS, ALIASES } = require('../lib/errors/table.ts');
  const types = optionTypes(definitions);
  const levels = new Set([...options.values()].flatMap((all) => all.map(([level]) => level)));
  const texts = new Map(definitions.map(({ name, text }) => [name, text]));

  const typeOf = (name) => {
    const family = name.match(/^[AP]F_(\w+)$/)?.[1];
    if (types.has(name)) return types.get(name);
    if (family && family !== 'MAX') {
      const type = `Family<${ADDRESSES[family] ?? 'OtherAddress'}>`;
      return levels.has(name) ? `${type} & Level<'${name}'>` : type;
    }
    const level = LEVEL_ALIASES[name] ?? name;
    if (levels.has(level)) return `Level<'${level}'>`;
    if (/^SHUT_/.test(name)) return definitions.find((each) => each.name === name).number;
    return 'number';
  };
  const docOf = ({ kind, name, number, text }) => {
    if (options.has(name)) return optionDoc(name, options.get(name), GROUPS);
    if (kind === 'ERRNO') {
      const code =
        TEXTS[name] === undefined
          ? (ALIASES[name] ?? Object.keys(ALIASES).find((alias) => ALIASES[alias] === name))
          : name;
      return [
        `Errno ${number}: ${TEXTS[code] ?? TEXTS[ALIASES[name]]}${code === name ? '' : `; the same number as ${code}`}.`,
      ];
    }
    if (name.startsWith('PF_'))
      return [`${texts.get(name.replace('P', 'A'))} The same number as ${name.replace('P', 'A')}.`];
    if (!text) throw new Error(`${name} has no text`);
    return [text];
  };

  const exported = definitions.filter(({ name }) => !isAddress(name));
  const declarations = exported.flatMap((row) => [
    ...docstring(docOf(row)),
    `export declare const ${row.name}: ${typeOf(row.name)};`,
  ]);
  const used = new Set(
    declarations.flatMap((line) => line.match(/^export .*/)?.[0].match(/\b[A-Z]\w+/g) ?? []),
  );
  const imports = TYPES.map((file) => {
    const names = exportedTypes(file)
      .filter((name) => used.has(name))
      .sort();
    const from = file.replace(/^lib/, '.').replace(/\.ts$/, '');
    return `import type {${names.map((name) => `\n  ${name},`).join('')}\n} from '${from}';`;
  });
  return formatted(`// Generated by tools/constants.js: every constant with its number, type and docstring. Do not edit.
//
// The numbers are Linux's, the same on every target that an addon is published for, where the
// compiler holds them (native/constants.cc). Where a target has another number, the addon brings it.
${[...imports, "import { native } from './native';"].sort(byPath).join('\n')}

/** Every constant by its name. */
export const constants = {
${definitions.map(({ name, number }) => `  ${name}: ${number},`).join('\n')}
} as unknown as Constants;

Object.assign(constants, native.constants);
// What is declared below is read from that object: here for CommonJS, by the bundler for dist/.
Object.assign(exports, constants);

type Declared = typeof import('./constants');
/** The name of a constant. */
export type ConstantName = keyof Constants;
/** The type of \`constants\`: each name with its number's type. */
export type Constants = {
  readonly [K in keyof Declared as K extends 'constants' ? never : K]: Declared[K];
} & Addresses;
/** Addresses in host order; by themselves they are exported as text ('127.0.0.1'). */
type Addresses = {
${definitions
  .filter(({ name }) => isAddress(name))
  .flatMap((row) => [...docstring(docOf(row)), `readonly ${row.name}: number;`])
  .map((line) => `  ${line}`)
  .join('\n')}
};

${declarations.join('\n')}
`);
}

module.exports = { generate, target };

if (require.main === module) {
  const text = generate();
  if (!process.argv.includes('--check')) fs.writeFileSync(target, text);
  else if (fs.readFileSync(target, 'utf8') !== text) {
    console.error('lib/constants.ts is not current: run node tools/constants.js');
    process.exitCode = 1;
  }
}

// Writes docs/socket.md, the reference page of Socket, from the docstrings and signatures of
// lib/socket/socket.ts. `generate()` returns its text, which a test compares.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const root = path.join(__dirname, '..');
const file = path.join(root, 'lib/socket/socket.ts');

const INTRODUCTION = `# Socket

\`Socket\` is a socket of the kernel. Calls that may wait come in three forms:

| form | waits | where C returns EAGAIN |
|---|---|---|
| \`await s.recv(n)\` | in the event loop; \`{ timeoutMs, signal }\` end the wait | waits |
| \`s.recvSync(n)\` | blocks this thread, as long as \`settimeout()\` says | waits; throws EAGAIN with a timeout of 0 |
| \`s.tryRecv(n)\` | never | returns null |

Errors are \`SocketError\`s with \`code\`, \`errno\`, \`syscall\` and, where there is something to do about it, \`hint\`. Addresses are described in
[addresses](addresses.md), options in [options](options/README.md), control messages and batches in [messages](messages.md).
`;

const CLOSING = `Next: [options](options/README.md), [messages and metadata](messages.md), [sockets that change hands](hand-over.md).
`;

/** The headings of the sections of the class, which begin with \`// --- title\`. */
const TITLES = {
  '': 'Create',
  'what it is': 'What it is',
  'names and connections': 'Names and connections',
  receiving: 'Receive',
  sending: 'Send',
  consuming: 'Iterate, wait, stream',
  options: 'Options and timeouts',
  'the descriptor': 'The descriptor and its owner',
};

/** recv, recvSync and tryRecv stand under one heading. */
function family(name) {
  const plain = name.replace(/^try(?=[A-Z])/, '').replace(/Sync$/, '');
  return plain[0].toLowerCase() + plain.slice(1);
}

function signature(source, member) {
  const end = member.body ? member.body.getStart(source) : member.getEnd();
  return source.text
    .slice(member.getStart(source), end)
    .trim()
    .replace(/;$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\( /g, '(')
    .replace(/,? \)/g, ')');
}

function docstring(member) {
  const [doc] = member.jsDoc ?? [];
  return doc ? String(ts.getTextOfJSDocComment(doc.comment)).replace(/\s*\n\s*/g, ' ') : '';
}

function members() {
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2022,
    true,
  );
  const socket = source.statements.find(
    (one) => ts.isClassDeclaration(one) && one.name.text === 'Socket',
  );
  let section = '';
  const found = [];
  for (const member of socket.members) {
    const leading = source.text.slice(member.getFullStart(), member.getStart(source));
    section = leading.match(/\/\/ --- (.*)/)?.[1] ?? section;
    const { name } = member;
    if (ts.isPropertyDeclaration(member) || (name && ts.isPrivateIdentifier(name))) continue;
    if (ts.isSetAccessor(member)) continue;
    const title = ts.isConstructorDeclaration(member) ? 'new Socket' : name.getText(source);
    found.push({ section, title, member, source });
  }
  return found;
}

/** What is shown of a member: overloads without their implementation. */
function shown(all) {
  return all.filter(({ title, member }) => {
    const overloads = all.filter((one) => one.title === title);
    return overloads.length === 1 || !member.body || ts.isGetAccessor(member);
  });
}

function generate() {
  const lines = [INTRODUCTION];
  let section;
  const groups = new Map();
  for (const one of shown(members())) {
    const isSymbol = one.title.startsWith('[');
    const key = isSymbol || one.title === 'new Socket' ? one.title : family(one.title);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first.section !== section) {
      section = first.section;
      if (!TITLES[section]) throw new Error(`socket.ts has a section without a title: ${section}`);
      lines.push(`## ${TITLES[section]}\n`);
    }
    const titles = [...new Set(group.map(({ title }) => `\`${title}\``))];
    lines.push(`### ${titles.join(', ')}\n`);
    lines.push('```ts');
    for (const { member, source } of group) lines.push(signature(source, member));
    lines.push('```\n');
    for (const { title, member } of group) {
      const text = docstring(member);
      if (text === '') continue;
      lines.push(titles.length > 1 ? `- \`${title}\`: ${text}` : text);
    }
    lines.push('');
  }
  lines.push(CLOSING);
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

module.exports = { generate };

if (require.main === module) fs.writeFileSync(path.join(root, 'docs/socket.md'), generate());

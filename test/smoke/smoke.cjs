// Every public function of every entry point at least once, in plain JavaScript for any runtime:
//   node test/smoke/smoke.cjs [SECTION ...]   (also bun, deno run -A; BSD_SOCKET_LOOP=thread)
// Each section runs alone; the last line says how many passed. Traffic stays on the loopback
// interface: run it in a network namespace of its own.
'use strict';
const { readdirSync } = require('node:fs');
const path = require('node:path');
const { S, covered, exempt, missing } = require('./tracked.cjs');

const SECTION_MS = 30_000;

const folder = path.join(__dirname, 'sections');
const sections = readdirSync(folder)
  .filter((file) => file.endsWith('.cjs'))
  .sort()
  .flatMap((file) => Object.entries(require(path.join(folder, file))));

/** What a section cannot have here: not a failure, but said. */
class Absent extends Error {}
const absent = (what, names = []) => {
  exempt(names);
  throw new Absent(what);
};

async function one(name, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${SECTION_MS} ms`)), SECTION_MS);
  });
  try {
    await Promise.race([body({ absent }), late]);
    return true;
  } catch (error) {
    if (error instanceof Absent) {
      console.log(`absent ${name}: ${error.message}`);
      return true;
    }
    console.log(`failed ${name}: ${error.stack ?? error}`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function main(names) {
  const unknown = names.filter((name) => !sections.some(([other]) => other === name));
  if (unknown.length > 0) throw new Error(`no such section: ${unknown.join(', ')}`);
  const chosen = sections.filter(([name]) => names.length === 0 || names.includes(name));
  let passed = 0;
  for (const [name, body] of chosen) if (await one(name, body)) passed++;
  let all = chosen.length;
  if (names.length === 0) {
    all++;
    const left = missing();
    if (left.length === 0) passed++;
    else console.log(`failed coverage: never called: ${left.join(', ')}`);
    console.log(`${covered()} public functions`);
  }
  const { bun, deno } = process.versions;
  const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node.js ${process.version}`;
  const { backend } = S.capabilities();
  console.log(`${runtime}, ${backend}: ${passed} / ${all} sections passed`);
  process.exitCode = passed === all ? 0 : 1;
}

main(process.argv.slice(2));

// docs/socket.md is what the docstrings of Socket make, and names every public method.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Socket } from 'bsd-socket';
import { root } from '../tools';

const page = fs.readFileSync(path.join(root, 'docs/socket.md'), 'utf8');

it('docs/socket.md is current: node tools/socket-docs.js', () => {
  const code = "process.stdout.write(require('./tools/socket-docs.js').generate())";
  expect(execFileSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' })).toBe(page);
});

it('every public member of Socket has its heading', () => {
  const members = Object.getOwnPropertyNames(Socket.prototype).concat(
    Object.getOwnPropertyNames(Socket).filter((name) => !/^(length|name|prototype)$/.test(name)),
  );
  expect(members.length).toBeGreaterThan(60);
  const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading).join(' ');
  expect(
    members.filter((name) => name !== 'constructor' && !headings.includes(`\`${name}\``)),
  ).toEqual([]);
});

// A file uploaded both ways against Python: text and binary, empty and of several megabytes,
// byte-identical.
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolder } from '../tools';
import { PAIRS, runExample, startServer } from './programs';

const folder = temporaryFolder();

const FILES: Record<string, Buffer> = {
  'notes.txt': Buffer.from('line one\r\nline two\nno newline at the end, but a £ and a 😀'),
  'empty.bin': Buffer.alloc(0),
  'every byte.bin': Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  'large.bin': randomBytes(5 * 1024 * 1024 + 13),
};

for (const [name, content] of Object.entries(FILES))
  fs.writeFileSync(path.join(folder, name), content);

describe.each(PAIRS)('%s server, %s client', (server, client) => {
  test.each(Object.keys(FILES))('%s', async (name) => {
    const content = FILES[name];
    const into = fs.mkdtempSync(path.join(folder, 'into-'));
    const upload = await startServer(server, 'file_upload_server', [into, 0, '127.0.0.1']);
    const { stdout } = await runExample(client, 'file_upload_client', [
      path.join(folder, name),
      upload.port,
      '127.0.0.1',
    ]);
    const hash = createHash('sha256').update(content).digest('hex');
    expect(stdout).toBe(`Sent ${content.length} bytes, SHA-256 ${hash}\n`);
    const ended = await upload.done;
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(fs.readFileSync(path.join(into, name)).equals(content)).toBe(true);
  });
});

test('a name cannot leave the directory', async () => {
  const into = fs.mkdtempSync(path.join(folder, 'into-'));
  const upload = await startServer('node', 'file_upload_server', [into, 0, '127.0.0.1']);
  const net = await import('node:net');
  const name = Buffer.from('../escaped.txt');
  const head = Buffer.alloc(10);
  head.writeUInt16BE(name.length, 0);
  head.writeBigUInt64BE(2n, 2);
  const client = net.connect(upload.port, '127.0.0.1');
  client.end(Buffer.concat([head, name, Buffer.from('hi')]));
  client.resume();
  expect((await upload.done).status).toBe(0);
  expect(fs.existsSync(path.join(folder, 'escaped.txt'))).toBe(false);
  expect(fs.readFileSync(path.join(into, 'escaped.txt'), 'utf8')).toBe('hi');
});

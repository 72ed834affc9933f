// docs/packet.md: its examples run as written, and print what their comments say.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { hasNetns, itNeeds, type Netns, netns } from '../tools';

const text = fs.readFileSync(path.join(__dirname, '../../docs/packet.md'), 'utf8');
const examples = [...text.matchAll(/```js\n([^`]*)```/g)].map((match) => match[1]);
let own: Netns;
beforeAll(() => {
  if (hasNetns() || process.env.CI) own = netns();
});
afterAll(() => own?.remove());

itNeeds('netns')('the examples run, and print what they say', async () => {
  expect(examples.length).toBe(2);
  const printed = await Promise.all(examples.map(async (code) => (await own.runNode(code)).stdout));
  expect(printed).toEqual([
    'IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 7, seq 1, length 13\n',
    '80\n8 20\n',
  ]);
  for (const line of printed.join('').trimEnd().split('\n')) expect(text).toContain(`// ${line}`);
});

// bsd-socket/dgram beside node:dgram: the same programs see the same.
import * as nodeDgram from 'node:dgram';
import * as bsdDgram from 'bsd-socket/dgram';
import { type Dgram, scenarios } from './scenarios';

/** Options that this Node.js does not have are tried by `npm run consumers` on a newer one. */
const needs: Record<string, number> = { 'block lists': 22 };
const major = Number(process.versions.node.split('.')[0]);

for (const [name, scenario] of Object.entries(scenarios)) {
  const run = major >= (needs[name] ?? 0) ? it : it.skip;
  run(name, async () => {
    const ours = await scenario(bsdDgram as unknown as Dgram);
    expect(ours).toEqual(await scenario(nodeDgram));
  });
}

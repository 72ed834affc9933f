// `bsd-socket interfaces`: what there is to capture on.
import { interfaces as list } from '../index';
import { parse } from './args';

export function interfaces(args: string[]): number {
  const { values } = parse({ args, options: { json: { type: 'boolean' } } });
  const all = list();
  if (values.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...all.map(({ name }) => name.length), 3);
  for (const { index, name, flags, mtu, mac, addresses } of all) {
    const where = addresses.map(({ address, prefix }) => `${address}/${prefix}`).join(' ');
    process.stdout.write(
      `${String(index).padStart(3)} ${name.padEnd(width)}  mtu ${String(mtu).padEnd(5)} ${mac.padEnd(17)} ${flags.join(',')}${where && `  ${where}`}\n`,
    );
  }
  process.stdout.write(`    ${'any'.padEnd(width)}  all of them together\n`);
  return 0;
}

// Every C struct is declared once, and lies where the compiler puts it.
import * as path from 'node:path';
import { native } from '../../lib/native';
import { i32, type Members, rows, type Struct, struct, u16 } from '../../lib/structs';
import { repositoryFiles } from '../architecture/sources';
import { root } from '../tools';

for (const file of repositoryFiles())
  if (/^lib\/.*\.ts$/.test(file) && !/^lib\/cli\/main/.test(file)) require(path.join(root, file));

type Row = Struct<Members>;
const structs = rows.filter((row) => row.isNative);

it('no struct and no header is declared twice', () => {
  const names = rows.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(structs.length).toBeGreaterThan(70);
});

/** What differs between a row and the compiler's layout, in words. */
function differences(row: Row): string[] {
  const layout = native.layouts[row.name];
  if (layout === undefined) return ['not in native/layouts.def'];
  const found = row.size === layout.size ? [] : [`size ${row.size}, not ${layout.size}`];
  for (const [key, field] of Object.entries(row.members)) {
    const member = layout.fields[row.cName(key)];
    if (member === undefined) found.push(`no member ${row.cName(key)}`);
    else if (row.offsets[key] !== member[0])
      found.push(`${row.cName(key)} at ${row.offsets[key]}, not at ${member[0]}`);
    else if (field.size !== member[1])
      found.push(`${row.cName(key)} of ${field.size} bytes, not of ${member[1]}`);
  }
  return found;
}

it.each(structs.map((row) => [row.name, row] as const))(
  'struct %s has the size, the offsets and the member sizes of the compiler',
  (_name, row) => expect(differences(row)).toEqual([]),
);

it('the comparison finds a wrong size, order, width and name', () => {
  const of = (members: Row['members'], prefix = 'l_') =>
    differences(struct('linger', members, prefix) as unknown as Row);
  expect(of({ onoff: i32 })).toEqual(['size 4, not 8']);
  expect(of({ linger: i32, onoff: i32 })).toEqual([
    'l_linger at 0, not at 4',
    'l_onoff at 4, not at 0',
  ]);
  expect(of({ onoff: u16, pad: u16, linger: i32 })).toEqual([
    'l_onoff of 2 bytes, not of 4',
    'no member l_pad',
  ]);
  expect(of({ on: i32, linger: i32 })).toEqual(['no member l_on']);
});

// Run as a program: every native function, every argument, every hostile value. Prints one JSON
// line: how many calls, and what was not as it should.
import { EBADF, EINVAL } from '../../lib/constants';
import { BAD_ARGUMENT, DENIED, native } from '../../lib/native';
import { accepts, HOSTILE } from './hostile';
import { CLOSED, SIGNATURES, sample } from './signatures';

type Call = (...args: unknown[]) => number;
const functions = native as unknown as Record<string, Call>;
const wrong: string[] = [];
let calls = 0;

function expectRefusal(name: string, args: unknown[], index: number, what: string): void {
  calls++;
  let answer: unknown;
  try {
    answer = functions[name]?.(...args);
  } catch (error) {
    answer = `thrown ${String(error)}`;
  }
  if (answer !== BAD_ARGUMENT - index)
    wrong.push(`${name}, argument ${index}, ${what}: ${String(answer)}`);
}

const ON_CLOSED: Record<string, number> = {
  dup3: -EINVAL, // the same number twice
  owns: 0,
  getsockopt_msfilter: DENIED, // not a filter option
  getsockopt_table: DENIED, // not a table
  setsockopt_fprog: DENIED, // not an option that takes a program
  getsockopt_ao_keys: BAD_ARGUMENT - 2, // keys of size 0
};

for (const [name, kinds] of Object.entries(SIGNATURES)) {
  kinds.forEach((kind, index) => {
    for (const hostile of HOSTILE) {
      const value = hostile.make();
      if (accepts(kind, value)) continue;
      const args = kinds.map((other, i) => (i === index ? value : sample(other)));
      // What a length must fit in depends on the bytes before it: bad bytes are then what is wrong
      // first.
      expectRefusal(name, args, index, hostile.name);
    }
    if (!accepts(kind, undefined))
      expectRefusal(name, kinds.slice(0, index).map(sample), index, 'missing');
  });
  // A closed descriptor: the kernel's own answer, unless a function looks at something else first.
  const answer = ON_CLOSED[name] ?? (kinds[0] === 'fd' ? -EBADF : undefined);
  if (answer === undefined) continue;
  calls++;
  const given = functions[name]?.(...kinds.map(sample));
  if (given !== answer) wrong.push(`${name} on the closed descriptor ${CLOSED}: ${given}`);
}

console.log(JSON.stringify({ calls, wrong, owned: native.owned() }));

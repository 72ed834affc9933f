// The project's own conformance cases all pass, none is skipped but those on the list, and the
// runner tells the truth about failures.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.join(__dirname, '../..');
const table = path.join(__dirname, 'cases');
const inexpressible = JSON.parse(
  fs.readFileSync(path.join(__dirname, 'inexpressible.json'), 'utf8'),
) as Record<string, string>;

interface Case {
  id: string;
  steps: { call: string; args?: object; expect: object }[];
}

const cases = fs
  .readdirSync(table)
  .flatMap((name) => JSON.parse(fs.readFileSync(path.join(table, name), 'utf8')) as Case[]);

function run(...files: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(root, 'tools/cases.js'), ...files],
    {
      encoding: 'utf8',
      timeout: 110_000,
    },
  );
  return { lines: stdout.trim().split('\n'), stderr, status };
}

/** Runs made-up cases. */
function runThese(made: Partial<Case>[]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'made-'));
  const file = path.join(folder, 'made.json');
  fs.writeFileSync(file, JSON.stringify({ cases: made }));
  try {
    return run(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('the table is whole, and the list short', () => {
  expect(cases.length).toBeGreaterThanOrEqual(609);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(Object.keys(inexpressible).length).toBeLessThanOrEqual(17);
  for (const reason of Object.values(inexpressible)) expect(reason.length).toBeGreaterThan(20);
});

/** Some facts are about root and other users: the machine's own, not those of a user namespace. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot(
  'all cases pass but those on the list',
  () => {
    const { lines, stderr, status } = run();
    const failures = lines.filter((line) => line.startsWith('FAIL'));
    expect({ failures, stderr, status }).toEqual({ failures: [], stderr: '', status: 0 });
    const needs = lines.filter((line) => /^skip \S+: this kernel /.test(line)).length;
    const skipped = Object.keys(inexpressible).length + needs;
    expect(lines.at(-1)).toBe(`${cases.length - skipped} passed, 0 failed, ${skipped} skipped`);
  },
  120_000,
);

describe('the runner', () => {
  const open = {
    call: 'socket',
    args: { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 },
    save: 'f',
    expect: { ok: true },
  };

  test('counts a wrong expectation, an unknown word and a bad pointer for what they are', () => {
    const { lines, status } = runThese([
      { id: 'right', steps: [open] },
      { id: 'wrong', steps: [{ ...open, expect: { errno: 'EPERM' } }] },
      { id: 'unknown-call', steps: [{ call: 'nonesuch', expect: { ok: true } }] },
      { id: 'unknown-expectation', steps: [{ ...open, expect: { nonesuch: 1 } }] },
      {
        id: 'unknown-constant',
        steps: [{ ...open, args: { domain: 'AF_NONESUCH', type: 1, protocol: 0 } }],
      },
      {
        id: 'bad',
        steps: [
          open,
          { call: 'send', args: { fd: '$f', data: 'bad' }, expect: { errno: 'EFAULT' } },
        ],
      },
    ]);
    expect(lines.at(-1)).toBe('1 passed, 4 failed, 1 skipped');
    expect(status).toBe(1);
    expect(lines.find((line) => line.startsWith('FAIL wrong'))).toMatch(
      /^FAIL wrong step 1 socket: the result expected -EPERM, got \d+$/,
    );
    expect(lines.find((line) => line.startsWith('skip bad'))).toMatch(
      /step 2: send\.data is a bad pointer/,
    );
  });

  test('fails a word that it does not know, wherever it stands, and an expectation that looks at nothing', () => {
    const on = (args: object, call = 'bind') => [
      open,
      { call, args: { fd: '$f', ...args }, expect: { ok: true } },
    ];
    const made: Case['steps'][] = [
      [{ ...open, args: { ...open.args, nonesuch: 1 } }],
      [{ ...open, nonesuch: 1 } as never],
      [{ ...open, save: ['a', 'b'] } as never],
      [{ ...open, saveAddr: 'A' } as never],
      on({ addr: { family: 'AF_INET', adr: '127.0.0.1' } }),
      on({ level: 1, name: 12, value: { int: 1, ints: [2] } }, 'setsockopt'),
      on({ level: 1, name: 12, value: { int: { plus: [1, 2], times: [1, 2] } } }, 'setsockopt'),
      on({ iov: ['x'], control: [{ level: 0, type: 1, nonesuch: 1 }] }, 'sendmsg'),
      on({ msgs: [{ iov: ['x'], nonesuch: 1 }] }, 'sendmmsg'),
      ...[
        { ok: false },
        { addr: {} },
        { at: {} },
        { atNonZero: [] },
        { flagsLack: 0 },
        { reventsHave: 0 },
        { ipChecksumOk: false },
      ].map((expected) => [{ ...open, expect: expected }]),
      [open, { call: 'getsockname', args: { fd: '$f' }, expect: { addr: { prt: 0 } } }],
    ];
    const { lines } = runThese(made.map((steps, i) => ({ id: `made-${i}`, steps })));
    expect(lines.at(-1)).toBe(`0 passed, ${made.length} failed, 0 skipped`);
  });

  test('reads lists that are empty, and whole numbers of any size; says what it cannot read', () => {
    expect(runThese([])).toMatchObject({ lines: ['0 passed, 0 failed, 0 skipped'], status: 0 });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'made-'));
    const file = (name: string, text: string) => {
      fs.writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    try {
      const big = '18446744073709551615';
      const steps = `{"call":"socketpair","args":{"domain":"AF_UNIX","type":"SOCK_DGRAM"},"save":["a","b"]},{"call":"send","args":{"fd":"$a","data":
        {"cat":[{"text":"a,${big}]"},{"u64":${big}}]}}},{"call":"recv","args":{"fd":"$b"},"expect":{"data":{"cat":["a,${big}]",{"hex":"ffffffffffffffff"}]}}}`;
      const right = file('right.json', `{"meta":{},"cases":[{"id":"big","steps":[${steps}]}]}`);
      const twice = run(right, right);
      expect({ stderr: twice.stderr, status: twice.status, end: twice.lines.at(-1) }).toEqual({
        stderr: '',
        status: 0,
        end: '2 passed, 0 failed, 0 skipped',
      });
      const none = path.join(folder, 'none.json');
      for (const [bad, why] of [
        [none, /none\.json: ENOENT/],
        [file('text.json', 'text'), /text\.json is not JSON: /],
        [file('other.json', '{"x":1}'), /other\.json: neither an array of cases nor/],
        [file('number.json', '[1]'), /number\.json: case 1 is not \{id, steps/],
      ] as const) {
        const { stderr, status, lines } = run(right, bad);
        expect({ stderr, status, lines }).toEqual({
          stderr: expect.stringMatching(why),
          status: 2,
          lines: [''],
        });
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('ends a case that blocks, and goes on with the next', () => {
    const { lines, status } = runThese([
      {
        id: 'blocks',
        steps: [open, { call: 'recv', args: { fd: '$f', len: 1, flags: 0 }, expect: { ok: true } }],
      },
      { id: 'next', steps: [open] },
    ]);
    expect(lines.find((line) => line.startsWith('FAIL blocks'))).toMatch(/no end after 8 s/);
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(status).toBe(1);
  });

  asRoot('gives a case that drops privileges a process of its own', () => {
    const raw = {
      ...open,
      args: { domain: 'AF_INET', type: 'SOCK_RAW', protocol: 'IPPROTO_ICMP' },
    };
    const { lines } = runThese([
      { id: 'before', steps: [raw] },
      {
        id: 'drops',
        steps: [
          { call: 'dropPrivileges', expect: { ok: true } },
          { ...raw, expect: { errno: 'EPERM' } },
        ],
      },
      { id: 'after', steps: [raw] },
    ]);
    expect(lines.at(-1)).toBe('3 passed, 0 failed, 0 skipped');
  });

  test('keeps descriptors of one case from the next', () => {
    const bind = {
      call: 'bind',
      args: { fd: '$f', addr: { family: 'AF_INET', addr: '127.0.0.1', port: 40999 } },
      expect: { ok: true },
    };
    const { lines } = runThese([
      { id: 'leaves', steps: [open, bind] },
      { id: 'finds', steps: [open, bind, open, { ...bind, expect: { errno: 'EADDRINUSE' } }] },
    ]);
    expect(lines.at(-1)).toBe('2 passed, 0 failed, 0 skipped');
  });
});

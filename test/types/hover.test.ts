// The documentation under the cursor: constants, options and methods, in TypeScript and JavaScript.
import * as api from 'bsd-socket';
import { allEntries } from '../../lib/options/registry';
import { hover, languageService } from './language-service';

const exported: Readonly<Record<string, unknown>> = api as never;
const constants = Object.keys(exported).filter((name) => /^[A-Z][A-Za-z]*_?[A-Z0-9]/.test(name));
const numbers = constants.filter((name) => typeof exported[name] === 'number');
const methods = Object.getOwnPropertyNames(api.Socket.prototype).filter(
  (name) => name !== 'constructor',
);
const options = [...new Set(allEntries.filter((entry) => entry.readable).map(({ name }) => name))];

/** One expression a line; the offset of each line's last word. */
function program(head: string, lines: readonly string[]): [text: string, offsets: number[]] {
  let text = `${head}\n`;
  const offsets = lines.map((line) => {
    text += `${line};\n`;
    return text.length - 3;
  });
  return [text, offsets];
}

const JS_HEAD = "const S = require('bsd-socket'); const s = new S.Socket(S.AF_INET);";
const TS_HEAD = "import * as S from 'bsd-socket'; const s = new S.Socket(S.AF_INET);";

describe.each([
  ['TypeScript', 'hover.ts', TS_HEAD],
  ['JavaScript', 'hover.js', JS_HEAD],
])('%s', (_, file, head) => {
  const [text, offsets] = program(head, [
    ...numbers.map((name) => `S.${name}`),
    ...options.map((name) => `s.options.${name}`),
    ...methods.map((name) => `s.${name}`),
  ]);
  const service = languageService({ [file]: text });
  const texts = offsets.map((offset) => hover(service, file, offset).text);
  const ofConstant = new Map(numbers.map((name, i) => [name, texts[i] as string]));
  const ofOption = new Map(options.map((name, i) => [name, texts[numbers.length + i] as string]));
  const ofMethod = new Map(
    methods.map((name, i) => [name, texts[numbers.length + options.length + i] as string]),
  );

  it('every constant has a sentence', () => {
    const poor = [...ofConstant].filter(([, said]) => !/[a-z]{2}.*\./s.test(said));
    expect(poor.map(([name]) => name)).toEqual([]);
    expect(numbers.length).toBeGreaterThan(2000);
  });

  it('every option has its C call, type, access and age, as constant and as property', () => {
    for (const name of options) {
      const said = ofConstant.get(name) as string;
      expect(said).toMatch(new RegExp(`^\`[gs]etsockopt\\(fd, \\w+, ${name}, .+`));
      for (const fact of ['type', 'access', 'since', 'on']) expect(said).toContain(`- ${fact}: `);
      expect([name, ofOption.get(name)]).toEqual([name, said]);
    }
    expect(options.length).toBeGreaterThan(250);
  });

  it('every method of a socket says what it does', () => {
    expect([...ofMethod].filter(([, said]) => said === '').map(([name]) => name)).toEqual([]);
    expect(methods.length).toBeGreaterThan(60);
  });
});

it('a name imported by itself shows the same as the member', () => {
  const text =
    "import { SO_LINGER, constants } from 'bsd-socket';\nSO_LINGER; constants.SO_LINGER;";
  const service = languageService({ 'alone.ts': text });
  const [alone, member] = [text.lastIndexOf('SO_LINGER; c'), text.lastIndexOf('SO_LINGER')].map(
    (at) => hover(service, 'alone.ts', at),
  );
  expect(alone?.text).toContain('setsockopt(fd, SOL_SOCKET, SO_LINGER, struct linger)');
  expect(member?.text).toBe(alone?.text);
});

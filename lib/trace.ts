// NODE_DEBUG=bsd-socket: a line on stderr for each call of the addon, with what it returned.
import { debuglog, getSystemErrorName } from 'node:util';

const log = debuglog('bsd-socket');

function shown(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return '{...}';
  return typeof value === 'function' ? 'function' : String(value);
}

function returned(result: unknown): string {
  if (typeof result !== 'number' || result >= 0 || result <= -4096) return shown(result);
  try {
    return `-${getSystemErrorName(result)}`;
  } catch {
    return String(result);
  }
}

/** The same functions, which log each call: `recv(7, <64 bytes>, 0, 64, 64) = -EAGAIN`. */
export function traced<Addon extends object>(addon: Addon): Addon {
  const members = Object.entries(addon).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    const call = (...args: unknown[]) => {
      const result = member(...args);
      log('%s(%s) = %s', name, args.map(shown).join(', '), returned(result));
      return result;
    };
    return [name, call];
  });
  return Object.fromEntries(members) as Addon;
}

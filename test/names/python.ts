// The same questions put to CPython: what its socket module answers, or the number of its error.
import { type RunOptions, type RunResult, run } from '../tools';

export type Question = readonly [name: string, ...args: unknown[]];
export type Reply = { readonly said: unknown } | { readonly error: string; readonly errno: number | null };

const PROGRAM = `
import json, socket, sys
def tuples(x): return tuple(map(tuples, x)) if isinstance(x, list) else x
replies = []
for name, *args in json.load(sys.stdin):
    try: replies.append({'said': getattr(socket, name)(*map(tuples, args))})
    except Exception as e: replies.append({'error': type(e).__name__, 'errno': getattr(e, 'errno', None)})
print(json.dumps(replies))`;

type Runner = (file: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;

/** One reply a question; `runner` is `run`, or a namespace's. */
export async function python(questions: readonly Question[], runner: Runner = run): Promise<Reply[]> {
  return JSON.parse((await runner('python3', ['-c', PROGRAM], { input: JSON.stringify(questions) })).stdout) as Reply[];
}

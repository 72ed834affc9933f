// The life of a socket: garbage collection, what keeps the process alive, EMFILE, inheritance,
// using.
import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import {
  AF_INET,
  AF_UNIX,
  create_server,
  errors,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_STREAM,
  Socket,
  socket,
  socketpair,
} from 'bsd-socket';
import { root } from '../tools';

function node(
  code: string,
  flags: string[] = [],
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, '-e', `const S=require('bsd-socket');${code}`],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 15_000,
    },
  );
  return { status, stdout, stderr };
}

test('an idle socket does not keep the process alive, nor does a listener that nobody awaits', () => {
  const start = Date.now();
  expect(
    node(
      `const [a]=S.socketpair();a.tryRecv(1);S.create_server(['127.0.0.1',0]);console.log('done')`,
    ),
  ).toMatchObject({
    status: 0,
    stdout: 'done\n',
  });
  expect(Date.now() - start).toBeLessThan(5000);
});

test('a pending await keeps the process alive, an unref() one does not', () => {
  expect(
    node(
      `const [a,b]=S.socketpair();a.recv(1).then(d=>console.log('got',String(d)));setTimeout(()=>b.trySend('x'),100).unref();setTimeout(()=>b.trySend('x'),300)`,
    ).stdout,
  ).toBe('got x\n');
  expect(
    node(
      `const [a,b]=S.socketpair();a.unref();a.recv(1).then(d=>console.log('got'));process.on('exit',()=>console.log(typeof b))`,
    ).stdout,
  ).toBe('object\n');
});

test('a socket lost to the garbage collector is closed, with a warning', () => {
  const { stdout, stderr, status } = node(
    `const fs=require('node:fs');const count=()=>fs.readdirSync('/proc/self/fd').filter(f=>{try{return fs.readlinkSync('/proc/self/fd/'+f).startsWith('socket:')}catch{}}).length;S.socket().close();
     const before=count();(function(){for(let i=0;i<50;i++)S.socket(S.AF_INET,S.SOCK_DGRAM)})();
     const held=count()-before;let n=0;(function again(){gc();if(count()>before&&n++<100)setTimeout(again,10);else console.log(held,count()-before)})()`,
    ['--expose-gc'],
  );
  expect(status).toBe(0);
  expect(stdout).toBe('50 0\n');
  expect(stderr).toMatch(/ResourceWarning.*garbage-collected while open/);
});

test('a pending await keeps its socket, and an answer comes', () => {
  const { stdout, stderr } = node(
    `const [a,b]=S.socketpair();let bytes=b;
     (function(){const c=a;c.recv(5).then(d=>console.log(String(d)))})();
     globalThis.a=null;let n=0;(function again(){gc();if(n++<20)setTimeout(again,5);else bytes.trySend('alive')})()`,
    ['--expose-gc'],
  );
  expect(stdout).toBe('alive\n');
  expect(stderr).not.toMatch(/alive/);
});

test('EMFILE is typed, connections() pauses on it without spinning and goes on', () => {
  const code = `
    const listener=S.create_server(['127.0.0.1',0],{backlog:100});
    const clients=[];const {port}=listener.getsockname();
    (async()=>{
      for(let i=0;i<5;i++){const c=S.socket();await c.connect(['127.0.0.1',port]);clients.push(c)}
      const hogs=[];let refused;
      try{for(;;)hogs.push(S.socket())}catch(e){refused=e}
      console.log(refused.code,/ulimit -n/.test(refused.hint));
      let served=0;const cpu=process.cpuUsage();const start=Date.now();
      setTimeout(()=>{const u=process.cpuUsage(cpu);console.log('served',served,'busy',(u.user+u.system)/1000/(Date.now()-start)<0.3);for(const h of hogs)h.close()},400);
      for await(const [conn] of listener.connections()){served++;conn.close();if(served===5)break}
      console.log('served',served);listener.close();for(const c of clients)c.close();
    })()`;
  const { stdout } = spawnSync(
    'bash',
    [
      '-c',
      'ulimit -n 80; exec "$0" -e "$1"',
      process.execPath,
      `const S=require('bsd-socket');${code}`,
    ],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 15_000,
    },
  );
  expect(stdout).toBe('EMFILE true\nserved 0 busy true\nserved 5\n');
});

test('sockets are born close-on-exec and may be made inheritable', () => {
  const s = socket();
  expect(s.get_inheritable()).toBe(false);
  s.set_inheritable(true);
  expect(s.get_inheritable()).toBe(true);
  s.set_inheritable(false);
  expect(s.get_inheritable()).toBe(false);
  s.close();
});

test('Symbol.dispose and Symbol.asyncDispose close', async () => {
  const s = socket();
  s[Symbol.dispose]();
  expect(s.closed).toBe(true);
  const t = socket();
  await t[Symbol.asyncDispose]();
  expect(t.closed).toBe(true);
});

test('constructor options are applied before bind, and a failing one closes the socket', () => {
  const s = new Socket({
    family: AF_INET,
    type: SOCK_DGRAM,
    options: { SO_REUSEADDR: true, SO_BROADCAST: 1 },
  });
  expect([s.options.SO_REUSEADDR, s.options.SO_BROADCAST]).toEqual([true, true]);
  s.close();
  const count = () => require('node:fs').readdirSync('/proc/self/fd').length;
  const before = count();
  expect(() => new Socket({ family: AF_UNIX, options: { TCP_NODELAY: true } })).toThrow(
    errors.EOPNOTSUPP,
  );
  expect(count()).toBe(before);
});

test('a signal given to the constructor closes the socket', async () => {
  const controller = new AbortController();
  const s = new Socket({ type: SOCK_DGRAM, signal: controller.signal });
  const read = s.recv(1).catch((e) => e.code);
  controller.abort();
  expect(await read).toBe('EBADF');
  expect(s.closed).toBe(true);
});

test("the kernel's refusal of a type or family is a typed error", () => {
  expect(() => socket(AF_UNIX, SOCK_RDM)).toThrow(errors.ESOCKTNOSUPPORT);
  expect(() => socket(AF_INET, SOCK_STREAM, 17)).toThrow(errors.EPROTONOSUPPORT);
  expect(() => socket(255 as never, SOCK_RAW)).toThrow(errors.EAFNOSUPPORT);
  expect(() => socket('AF_INET' as never)).toThrow(TypeError);
  expect(() => socket(Number.NaN as never)).toThrow(RangeError);
  expect(() => socketpair(AF_INET as never)).toThrow(errors.ENOTSUP);
});

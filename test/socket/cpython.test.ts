// The same scenarios in CPython and here: what each Sync call answers, errno by errno.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { requireTool, root } from '../tools';

const PYTHON = `
import errno, struct, threading, time
from socket import *
import socket
def told(call):
    try: value = call()
    except socket.timeout as e: return 'timeout' if e.errno is None else errno.errorcode[e.errno]
    except gaierror as e: return 'gai'
    except OSError as e: return errno.errorcode.get(e.errno, str(e))
    except (TypeError, ValueError, OverflowError): return 'refused'
    if value is None: return 'none'
    if value is True or value is False: return str(value).lower()
    if isinstance(value, bytes): return 'bytes ' + value.decode()
    if isinstance(value, (int, float)): return 'number %g' % value
    if isinstance(value, socket.socket): return 'socket'
    return type(value).__name__ if not isinstance(value, str) else 'text ' + value
def full():
    l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(0)
    fill = []
    for i in range(3):
        s = socket.socket(); s.setblocking(False); s.connect_ex(l.getsockname()); fill.append(s)
    time.sleep(.03)
    return l, fill
`;

const NODE = `
const S=require('bsd-socket');
function told(call){let value;try{value=call()}catch(e){
  if(e instanceof TypeError||e instanceof RangeError)return 'refused';
  if(e.name==='GaiError'||/^EAI/.test(e.code))return 'gai';
  if(e.code==='ETIMEDOUT'&&/no result within/.test(e.hint))return 'timeout';
  return e.code??String(e)}
  if(value===undefined||value===null)return 'none';if(typeof value==='boolean')return String(value);if(Buffer.isBuffer(value))return 'bytes '+value;
  if(typeof value==='number')return 'number '+(Number.isInteger(value)?value:Number(value.toPrecision(6)));if(value instanceof S.Socket)return 'none';if(typeof value==='string')return 'text '+value;return Array.isArray(value)?'tuple':typeof value}
function full(){const l=S.create_server(['127.0.0.1',0],{backlog:0});const fill=[];for(let i=0;i<3;i++){const s=S.socket();s.setblocking(false);s.connect_exSync(l.getsockname());fill.push(s)}S.pollSync([],30);return [l,fill]}
`;

/**
 * Each: what Python runs, what node runs; both append to \`out\`. Their outcomes must be the same
 * words.
 */
const SCENARIOS: Record<string, [python: string, node: string]> = {
  'the timeout of a new socket, and how it is set': [
    `s=socket.socket()
for v in (0, 1.5, None, 0.25, True): out += [told(lambda: s.settimeout(v)), told(s.gettimeout), told(s.getblocking)]
for v in (-1, float('nan'), 'x', [], 1e30): out += [told(lambda: s.settimeout(v)), told(s.gettimeout)]
for v in (True, False, 1, 0): out += [told(lambda: s.setblocking(v)), told(s.gettimeout)]
s.close(); out += [told(s.gettimeout)]`,
    `const s=S.socket();for(const v of [0,1.5,null,0.25])out.push(told(()=>s.settimeout(v)),told(()=>s.gettimeout()),told(()=>s.getblocking()));
s.settimeout(1);out.push('none','number 1','true');
for(const v of [-1,NaN,'x',[],1e30])out.push(told(()=>s.settimeout(v)),told(()=>s.gettimeout()));
for(const v of [true,false,1,0])out.push(told(()=>s.setblocking(v)),told(()=>s.gettimeout()));s.close();out.push(told(()=>s.gettimeout()))`,
  ],
  'recv by timeout': [
    `a,b=socketpair()
for t in (0, .02):
    a.settimeout(t); out += [told(lambda: a.recv(1)), told(lambda: a.recvfrom(1)), told(lambda: a.recvmsg(1)), told(lambda: a.recv_into(bytearray(4)))]
b.send(b'abc'); out += [told(lambda: a.recv(2)), told(lambda: a.recv_into(bytearray(4)))]
b.close(); out += [told(lambda: a.recv(2)), told(lambda: a.recv(2)), told(lambda: a.send(b'x')), told(lambda: a.sendall(b'x'))]`,
    `const[a,b]=S.socketpair();for(const t of [0,.02]){a.settimeout(t);out.push(told(()=>a.recvSync(1)),told(()=>a.recvfromSync(1)),told(()=>a.recvmsgSync(1)),told(()=>a.recvSync(new Uint8Array(4))))}
b.sendSync('abc');out.push(told(()=>a.recvSync(2)),told(()=>a.recvSync(new Uint8Array(4))));
b.close();out.push(told(()=>a.recvSync(2)),told(()=>a.recvSync(2)),told(()=>a.sendSync('x')),told(()=>a.sendallSync('x')));a.close()`,
  ],
  'send by timeout, into full buffers': [
    `a,b=socketpair()
for t in (0, .02):
    a.settimeout(t); out += [told(lambda: a.sendall(bytes(9000000))), told(lambda: a.send(b'x')), told(lambda: a.sendmsg([b'x']))]`,
    `const[a,b]=S.socketpair();for(const t of [0,.02]){a.settimeout(t);out.push(told(()=>a.sendallSync(Buffer.alloc(9000000))),told(()=>a.sendSync('x')),told(()=>a.sendmsgSync([Buffer.from('x')])))}a.close();b.close()`,
  ],
  'accept by timeout, and of what does not listen': [
    `l=create_server(('127.0.0.1',0))
for t in (0, .02): l.settimeout(t); out += [told(l.accept)]
s=socket.socket(); s.settimeout(.02); out += [told(s.accept)]
d=socket.socket(AF_INET,SOCK_DGRAM); out += [told(d.accept), told(lambda: d.listen(1))]
c=create_connection(l.getsockname()); n,_=l.accept(); out += [told(n.gettimeout), told(n.getblocking), told(lambda: n.accept())]
setdefaulttimeout(.5); c2=create_connection(l.getsockname()); n2,_=l.accept(); out += [told(n2.gettimeout), told(c2.gettimeout)]; setdefaulttimeout(None)`,
    `const l=S.create_server(['127.0.0.1',0]);const all=[l];for(const t of [0,.02]){l.settimeout(t);out.push(told(()=>l.acceptSync()))}
const s=S.socket();s.settimeout(.02);out.push(told(()=>s.acceptSync()));const d=S.socket(S.AF_INET,S.SOCK_DGRAM);out.push(told(()=>d.acceptSync()),told(()=>d.listen(1)));
const to=['127.0.0.1',l.getsockname().port];const c=S.socket();c.connectSync(to);const[n]=l.acceptSync();out.push(told(()=>n.gettimeout()),told(()=>n.getblocking()),told(()=>n.acceptSync()));
S.setdefaulttimeout(.5);const c2=S.socket();c2.connectSync(to);const[n2]=l.acceptSync();out.push(told(()=>n2.gettimeout()),told(()=>c2.gettimeout()));S.setdefaulttimeout(null);for(const x of [l,s,d,c,n,c2,n2])x.close()`,
  ],
  'connect: refused, in progress, timed out, twice': [
    `free=socket.socket(); free.bind(('127.0.0.1',0)); nobody=free.getsockname()
for t in (None, 1, 0):
    s=socket.socket(); s.settimeout(t); out += [told(lambda: s.connect(nobody)) if t != 0 else 'skip', told(lambda: s.connect_ex(nobody)) if t != 0 else 'skip']
l,fill=full()
s=socket.socket(); s.settimeout(.05); out += [told(lambda: s.connect(l.getsockname()))]
s=socket.socket(); s.settimeout(.05); out += [told(lambda: s.connect_ex(l.getsockname()))]
s=socket.socket(); s.settimeout(0); out += [told(lambda: s.connect(l.getsockname())), told(lambda: s.connect_ex(l.getsockname())), told(lambda: s.recv(1)), told(lambda: s.send(b'x')), told(s.getpeername)]
s=socket.socket(); s.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack('ll', 0, 50000)); out += [told(lambda: s.connect(l.getsockname()))]
l2=create_server(('127.0.0.1',0)); s=socket.socket(); out += [told(lambda: s.connect(l2.getsockname())), told(lambda: s.connect(l2.getsockname())), told(lambda: s.connect_ex(l2.getsockname()))]
out += [told(lambda: l2.connect(nobody)), told(lambda: socket.socket().connect(('no-such-host.invalid', 1))), told(lambda: socket.socket().connect_ex(('no-such-host.invalid', 1)))]
out += [told(lambda: socket.socket().connect(('127.0.0.1', 70000))), told(lambda: socket.socket().connect('x')), told(lambda: socket.socket().connect(('127.0.0.1',)))]
u=socket.socket(AF_UNIX); out += [told(lambda: u.connect('/nonexistent/x')), told(lambda: u.connect_ex('/nonexistent/x')), told(lambda: u.connect('/' + 200*'x'))]`,
    `const free=S.socket().bind(['127.0.0.1',0]);const nobody=free.getsockname();for(const t of [null,1,0]){const s=S.socket();s.settimeout(t);out.push(t!==0?told(()=>s.connectSync(nobody)):'skip',t!==0?told(()=>s.connect_exSync(nobody)):'skip');s.close()}
const[l,fill]=full();const to=l.getsockname();let s=S.socket();s.settimeout(.05);out.push(told(()=>s.connectSync(to)));s.close();s=S.socket();s.settimeout(.05);out.push(told(()=>s.connect_exSync(to)));s.close();
s=S.socket();s.settimeout(0);out.push(told(()=>s.connectSync(to)),told(()=>s.connect_exSync(to)),told(()=>s.recvSync(1)),told(()=>s.sendSync('x')),told(()=>s.getpeername()));s.close();
s=S.socket();s.setsockopt(S.SOL_SOCKET,S.SO_SNDTIMEO,50);out.push(told(()=>s.connectSync(to)));s.close();
const l2=S.create_server(['127.0.0.1',0]);s=S.socket();out.push(told(()=>s.connectSync(l2.getsockname())),told(()=>s.connectSync(l2.getsockname())),told(()=>s.connect_exSync(l2.getsockname())));s.close();
const fresh=S.socket();out.push(told(()=>l2.connectSync(nobody)),told(()=>fresh.connectSync(['no-such-host.invalid',1])),told(()=>fresh.connect_exSync(['no-such-host.invalid',1])));
out.push(told(()=>fresh.connectSync(['127.0.0.1',70000])),told(()=>fresh.connectSync('x')),told(()=>fresh.connectSync(['127.0.0.1'])));
const u=S.socket(S.AF_UNIX);out.push(told(()=>u.connectSync('/nonexistent/x')),told(()=>u.connect_exSync('/nonexistent/x')),told(()=>u.connectSync('/'+'x'.repeat(200))));for(const x of [u,fresh,l2,l,free,...fill])x.close()`,
  ],
  'SO_RCVTIMEO of a socket without a timeout': [
    `a,b=socketpair(); a.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack('ll', 0, 30000)); a.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack('ll', 0, 30000))
out += [told(lambda: a.recv(1)), told(lambda: a.sendall(bytes(9000000)))]; b.send(b'ab'); out += [told(lambda: a.recv(5, MSG_WAITALL)), told(lambda: a.recv(5, MSG_WAITALL))]`,
    `const[a,b]=S.socketpair();a.setsockopt(S.SOL_SOCKET,S.SO_RCVTIMEO,30);a.setsockopt(S.SOL_SOCKET,S.SO_SNDTIMEO,30);
out.push(told(()=>a.recvSync(1)),told(()=>a.sendallSync(Buffer.alloc(9000000))));b.sendSync('ab');out.push(told(()=>a.recvSync(5,S.MSG_WAITALL)),told(()=>a.recvSync(5,S.MSG_WAITALL)));a.close();b.close()`,
  ],
  'flags: WAITALL, PEEK, TRUNC, OOB, DONTWAIT': [
    `l=create_server(('127.0.0.1',0)); c=create_connection(l.getsockname()); s,_=l.accept()
c.send(b'one'); threading.Timer(.03, lambda: c.send(b'two')).start(); out += [told(lambda: s.recv(6, MSG_WAITALL))]
c.send(b'end'); c.shutdown(SHUT_WR); out += [told(lambda: s.recv(9, MSG_WAITALL)), told(lambda: s.recv(9, MSG_WAITALL)), told(lambda: c.send(b'x'))]
a,b=socketpair(AF_UNIX,SOCK_DGRAM); b.send(b'datagram'); out += [told(lambda: a.recv(4, MSG_PEEK)), told(lambda: a.recv_into(bytearray(4), 0, MSG_PEEK|MSG_TRUNC)), told(lambda: a.recv(4)), told(lambda: a.recv(4, MSG_DONTWAIT))]
c=create_connection(l.getsockname()); s,_=l.accept(); c.send(b'abc', MSG_OOB); time.sleep(.02); out += [told(lambda: s.recv(1, MSG_OOB)), told(lambda: s.recv(9)), told(lambda: s.recv(1, MSG_OOB)), told(lambda: s.recv(1, MSG_DONTWAIT))]`,
    `const l=S.create_server(['127.0.0.1',0]);const to=['127.0.0.1',l.getsockname().port];let c=S.socket();c.connectSync(to);let[s]=l.acceptSync();
c.sendSync('one');c.sendall('two');out.push(told(()=>s.recvSync(6,S.MSG_WAITALL)));
c.sendSync('end');c.shutdown(S.SHUT_WR);out.push(told(()=>s.recvSync(9,S.MSG_WAITALL)),told(()=>s.recvSync(9,S.MSG_WAITALL)),told(()=>c.sendSync('x')));s.close();c.close();
const[a,b]=S.socketpair(S.AF_UNIX,S.SOCK_DGRAM);b.sendSync('datagram');out.push(told(()=>a.recvSync(4,S.MSG_PEEK)),told(()=>a.recvSync(new Uint8Array(4),S.MSG_PEEK|S.MSG_TRUNC)),told(()=>a.recvSync(4)),told(()=>{a.setblocking(0);return a.recvSync(4)}));
c=S.socket();c.connectSync(to);[s]=l.acceptSync();c.sendSync('abc',S.MSG_OOB);S.pollSync([],20);out.push(told(()=>s.recvSync(1,S.MSG_OOB)),told(()=>s.recvSync(9)),told(()=>s.recvSync(1,S.MSG_OOB)),told(()=>{s.setblocking(0);return s.recvSync(1)}));for(const x of [l,c,s,a,b])x.close()`,
  ],
  'datagrams: empty, too long, refused, unconnected': [
    `r=socket.socket(AF_INET,SOCK_DGRAM); r.bind(('127.0.0.1',0)); s=socket.socket(AF_INET,SOCK_DGRAM); s.settimeout(1); r.settimeout(1)
out += [told(lambda: s.send(b'x')), told(lambda: s.sendto(b'', r.getsockname())), told(lambda: r.recv(9)), told(lambda: s.sendto(bytes(65508), r.getsockname())), told(lambda: s.sendto(b'x', ('255.255.255.255', 9)))]
f=socket.socket(AF_INET,SOCK_DGRAM); f.bind(('127.0.0.1',0)); nobody=f.getsockname(); f.close(); s.connect(nobody); s.send(b'x'); time.sleep(.02); out += [told(lambda: s.recv(1)), told(lambda: s.send(b'x'))]
out += [told(lambda: r.bind(('127.0.0.1',0))), told(lambda: socket.socket(AF_INET,SOCK_DGRAM).bind(r.getsockname())), told(lambda: socket.socket().bind(('192.0.2.1',0))), told(lambda: r.shutdown(SHUT_RD)), told(lambda: socket.socket().shutdown(SHUT_RD)), told(lambda: r.getpeername()), told(lambda: socket.socket().listen(-5))]`,
    `const all=[];const mk=(t)=>{const x=S.socket(S.AF_INET,t??S.SOCK_STREAM);all.push(x);return x};const D=S.SOCK_DGRAM;const r=mk(D).bind(['127.0.0.1',0]);const s=mk(D);s.settimeout(1);r.settimeout(1);
out.push(told(()=>s.sendSync('x')),told(()=>s.sendtoSync('',r.getsockname())),told(()=>r.recvSync(9)),told(()=>s.sendtoSync(Buffer.alloc(65508),r.getsockname())),told(()=>s.sendtoSync('x',['255.255.255.255',9])));
const f=mk(D).bind(['127.0.0.1',0]);const nobody=f.getsockname();f.close();s.connectSync(nobody);s.sendSync('x');S.pollSync([],20);out.push(told(()=>s.recvSync(1)),told(()=>s.sendSync('x')));
out.push(told(()=>r.bind(['127.0.0.1',0])),told(()=>mk(D).bind(r.getsockname())),told(()=>mk().bind(['192.0.2.1',0])),told(()=>r.shutdown(0)),told(()=>mk().shutdown(0)),told(()=>r.getpeername()),told(()=>mk().listen(-5)));for(const x of all)x.close()`,
  ],
  'a closed socket': [
    `a,b=socketpair(); a.close(); a.close()
out += [told(f) for f in (a.fileno, lambda: a.recv(1), lambda: a.send(b'x'), lambda: a.sendall(b'x'), lambda: a.getsockname(), lambda: a.shutdown(0), lambda: a.dup(), lambda: a.accept(), lambda: a.listen(), lambda: a.connect('x'), lambda: a.setsockopt(1,2,1), lambda: a.getsockopt(1,2), lambda: a.bind('y'))]`,
    `const[a,b]=S.socketpair();a.close();a.close();b.close();for(const f of [()=>a.fileno(),()=>a.recvSync(1),()=>a.sendSync('x'),()=>a.sendallSync('x'),()=>a.getsockname(),()=>a.shutdown(0),()=>a.dup(),()=>a.acceptSync(),()=>a.listen(),()=>a.connectSync('x'),()=>a.setsockopt(1,2,1),()=>a.getsockopt(1,2),()=>a.bind('y')])out.push(told(f))`,
  ],
};

/**
 * Where we mean to differ from CPython: index in the scenario's outcomes, its word, ours, and why.
 */
const DIFFERENT: Record<
  string,
  readonly (readonly [index: number, python: string, ours: string, why: string])[]
> = {
  'connect: refused, in progress, timed out, twice': [
    [
      3,
      'number 103',
      'number 111',
      'asking SO_ERROR leaves the kernel in its connecting state, and the next connect is ECONNABORTED; we ask by connect',
    ],
    [
      -1,
      'AF_UNIX path too long',
      'refused',
      'a RangeError, where CPython has an OSError without a number',
    ],
  ],
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-cpython-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function run(program: string, args: string[]): string[] {
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return JSON.parse(stdout);
}

test.each(Object.entries(SCENARIOS))('%s', (name, [python, node]) => {
  const theirs = run(requireTool('python3'), [
    '-W',
    'ignore',
    '-c',
    `${PYTHON}\nout=[]\n${python}\nimport json; print(json.dumps(out))`,
  ]);
  const ours = run(process.execPath, [
    '-e',
    `${NODE};const out=[];${node};console.log(JSON.stringify(out))`,
  ]);
  for (const [index, word, meant] of DIFFERENT[name] ?? []) {
    expect([theirs.at(index), ours.at(index)]).toEqual([word, meant]);
    ours.splice(index, 1, word);
  }
  expect(ours).toEqual(theirs);
  expect(theirs.length).toBeGreaterThan(1);
});

// The native contract, points 1, 4 and 5: whatever it is given, a native function answers a number,
// and says which argument is bad.
import * as path from 'node:path';
import { native } from '../../lib/native';
import { hasNetns, root, run, runNode } from '../tools';
import { SIGNATURES } from './signatures';

const LOADER = path.join(root, 'tools', 'load-ts.js');
const CONSTANTS = JSON.stringify(path.join(root, 'lib', 'constants.ts'));
const NATIVE = JSON.stringify(path.join(root, 'lib', 'native.ts'));

/**
 * Runs a file of this folder in an own process (where it can, without the machine's network), and
 * answers the JSON that it prints last.
 */
async function program<T>(file: string, ...args: string[]): Promise<T> {
  const command = [process.execPath, '-r', LOADER, path.join(__dirname, file), ...args];
  if (hasNetns()) command.unshift('unshare', '-n');
  const { stdout } = await run(command[0] as string, command.slice(1), { timeoutMs: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as T;
}

/** Runs code with `native`, `c` and bytes at hand in an own process, which must end well. */
async function alone(code: string): Promise<string> {
  const head = `require(${JSON.stringify(LOADER)});const{native}=require(${NATIVE});const c=require(${CONSTANTS});`;
  const { stdout } = await runNode(`${head}${code}`);
  return stdout.trim();
}

it('every native function has a row in the table of signatures, and every row a function', () => {
  const functions = Object.entries(native).filter(([, value]) => typeof value === 'function');
  expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(SIGNATURES).sort());
});

it('answers -(4096 + i) to every hostile value at every argument, and the kernel its own errno', async () => {
  const { calls, wrong, owned } = await program<{ calls: number; wrong: string[]; owned: number }>(
    'matrix.ts',
  );
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(10_000);
  expect(owned).toBe(0);
}, 60_000);

it('lives through random calls', async () => {
  const { calls } = await program<{ calls: number }>('random.ts', '3000');
  expect(calls).toBeGreaterThan(1500);
}, 60_000);

describe('memory', () => {
  const pair =
    'const fds=new Int32Array(2);native.socketpair(c.AF_UNIX,c.SOCK_STREAM|c.SOCK_NONBLOCK,0,fds);const[a,b]=fds;';

  it('is taken over a SharedArrayBuffer and a length-tracking buffer that grew', async () => {
    const code = `${pair}const shared=new Uint8Array(new SharedArrayBuffer(4));const buffer=new ArrayBuffer(2,{maxByteLength:8});
      const view=new Uint8Array(buffer);buffer.resize(8);shared.set([1,2,3,4]);
      console.log(native.send(a,shared,0,4,0),native.recv(b,view,4,4,0),[...view].join());`;
    expect(await alone(code)).toBe('4 4 0,0,0,0,1,2,3,4');
  });

  it.each([
    ['offset past the end', 'native.recv(b,new Uint8Array(8),9,0,0)', -4098],
    [
      'offset and length that wrap around',
      'native.recv(b,new Uint8Array(8),0xfffffff8,16,0)',
      -4098,
    ],
    ['length past the end', 'native.recv(b,new Uint8Array(8),4,5,0)', -4099],
    ['a length of 2^53 - 1', 'native.send(a,new Uint8Array(8),1,Number.MAX_SAFE_INTEGER,0)', -4099],
    ['nothing, at the end', 'native.send(a,new Uint8Array(8),8,0,0)', 0],
  ])('%s', async (_, call, answer) => {
    expect(await alone(`${pair}console.log(${call})`)).toBe(String(answer));
  });

  it('is looked at after the getters of an array have run', async () => {
    const code = `${pair}native.send(a,Buffer.from('secret!!'),0,8,0);
      const victim=new Uint8Array(8);const iov=[victim];
      Object.defineProperty(iov,'1',{get(){structuredClone(victim.buffer,{transfer:[victim.buffer]});return new Uint8Array(8)},enumerable:true});
      console.log(native.recvmsg(b,iov,null,null,new Int32Array(3),0),victim.length);`;
    expect(await alone(code)).toBe('8 0');
  });

  it('is none where a getter closes the descriptor, shortens the array, or throws', async () => {
    const code = `${pair}const iov=[new Uint8Array(8)];
      Object.defineProperty(iov,'1',{get(){native.close(b);iov.length=1;return new Uint8Array(1)},configurable:true});
      const out=new Int32Array(3);const closed=native.recvmsg(b,iov,null,null,out,0);
      const thrown=native.recvmsg(a,Object.defineProperty([],'0',{get(){throw new Error('no')}}),null,null,out,0);
      console.log(closed,thrown);`;
    expect(await alone(code)).toBe('-9 -4097');
  });

  it('is bounded by what a grown or shrunk poll set holds', async () => {
    expect(
      await alone(
        'console.log(native.poll(new Int32Array(4),0),native.poll(new Int32Array(0),0),native.poll(new Int32Array([-1,70000,0]),0))',
      ),
    ).toBe('-4096 0 -4096');
  });

  it('ends quietly where a getter exits the process', async () => {
    const code = `${pair}native.recvmsg(b,Object.defineProperty([],'0',{get(){process.exit(0)}}),null,null,new Int32Array(3),0);console.log('alive')`;
    expect(await alone(code)).toBe('');
  });
});

describe('descriptors', () => {
  it('are closed only by who owns them', async () => {
    const code = `const{openSync,fstatSync}=require('fs');const foreign=openSync('/dev/null');
      console.log([native.close(foreign),native.close(0),native.close(-1),native.close(2**31-1),native.dup3(foreign,0,0),native.dup3(foreign,foreign+500,0)>0,
      native.release(foreign),native.adopt(foreign),native.adopt(foreign),native.owns(foreign),native.close(foreign),native.close(foreign),native.adopt(foreign)].join());fstatSync(0);`;
    expect(await alone(code)).toBe('-9,-9,-9,-9,-9,true,-9,0,0,1,0,-9,-9');
  });

  it('of an event loop cannot be adopted, in its thread or in another', async () => {
    const head = `require(${JSON.stringify(LOADER)});const{native}=require(${NATIVE});`;
    const code = `native.poller_open(()=>{},new Int32Array(2));
      const refused=()=>{const{readdirSync,readlinkSync}=require('fs');
        const name=(fd)=>{try{return readlinkSync('/proc/self/fd/'+fd)}catch{return ''}};
        const epolls=readdirSync('/proc/self/fd').map(Number).filter((fd)=>name(fd)==='anon_inode:[eventpoll]');
        return[epolls.length>=2,epolls.every((fd)=>native.adopt(fd)===-16)]};
      const inWorker=${JSON.stringify(head)}+'require("worker_threads").parentPort.postMessage(('+refused+')())';
      new(require('worker_threads').Worker)(inWorker,{eval:true})
        .on('message',(theirs)=>console.log(JSON.stringify([refused(),theirs])));`;
    expect(JSON.parse(await alone(code))).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it('that dup3 replaces stay ours where it fails', async () => {
    const code = `const a=native.dup(1),b=native.dup(1);
      console.log([native.dup3(CLOSED=900,b,0),native.owns(b),native.dup3(a,b,12345),native.owns(b),native.dup3(a,b,c.O_CLOEXEC)===b,native.owns(b),native.owned()].join())`;
    expect(await alone(`let CLOSED;${code}`)).toBe('-9,1,-22,1,true,1,2');
  });
});

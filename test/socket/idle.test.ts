// Waiting costs nothing: less than 1 % of a processor over a second, whatever state the descriptors
// are in.
import { spawnSync } from 'node:child_process';
import { itMeasures, root } from '../tools';

/**
 * Runs `setup` in a process of its own and answers the share of one second that it kept a processor
 * busy afterwards, in percent.
 */
function busy(setup: string): number {
  const code = `const S=require('bsd-socket');const sleep=(ms)=>new Promise(r=>setTimeout(r,ms));
    (async()=>{${setup};await sleep(300);gc();const before=process.cpuUsage();await sleep(1000);const{user,system}=process.cpuUsage(before);
    console.log(JSON.stringify((user+system)/10000));process.exit()})()`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', code], {
    cwd: root,
    encoding: 'utf8',
    timeout: 15_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

itMeasures('with an undrained error queue and a call that waits', () => {
  const share = busy(`
    const s=S.socket(S.AF_INET,S.SOCK_DGRAM);s.setsockopt(S.IPPROTO_IP,S.IP_RECVERR,1);
    const free=S.socket(S.AF_INET,S.SOCK_DGRAM).bind(['127.0.0.1',0]);const to=free.getsockname();free.close();
    const waiting=s.recv(10).catch((e)=>e);await s.sendto('x',to);if((await waiting).code!=='ECONNREFUSED')throw waiting;
    s.recv(10);s.recvfrom(10);if((s.tryRecvmsg(10,200,S.MSG_ERRQUEUE|S.MSG_PEEK))===null)throw new Error('the queue is empty')`);
  expect(share).toBeLessThan(1);
});

itMeasures('with a hung-up peer that nobody reads', () => {
  const share = busy(`
    const [a,b]=S.socketpair();const first=a.recv(1);await b.send('x');await first;await b.send('y');b.close();
    globalThis.keep=a;const c=S.create_server(['127.0.0.1',0]);const d=await S.create_connection(['127.0.0.1',c.getsockname().port]);
    const [e]=await c.accept();const g=d.recv(1);await e.send('z');await g;e.options.SO_LINGER=0;e.close();globalThis.keep2=d`);
  expect(share).toBeLessThan(1);
});

itMeasures('after closing a registered descriptor that has a surviving dup', () => {
  const share = busy(`
    const [a,b]=S.socketpair();const copy=a.dup();const waiting=a.recv(1).catch((e)=>e);await sleep(10);
    a.close();if((await waiting).code!=='EBADF')throw waiting;for(let i=0;i<100;i++)b.trySend('x');globalThis.keep=[copy,b]`);
  expect(share).toBeLessThan(1);
});

itMeasures('with a flood that nobody reads', () => {
  const share = busy(`
    const r=S.socket(S.AF_INET,S.SOCK_DGRAM).bind(['127.0.0.1',0]);const first=r.recv(1);const s=S.socket(S.AF_INET,S.SOCK_DGRAM);await s.connect(r.getsockname());
    await s.send('x');await first;globalThis.keep=[r,s];for(let i=0;i<1000;i++)s.trySend('x')`);
  expect(share).toBeLessThan(1);
});

// supports(): true for what can only be set, false for what is not there, and about this socket.
import * as path from 'node:path';
import * as c from '../../lib';
import { itNeeds, runNode } from '../tools';

describe('supports()', () => {
  const tcp = new c.Socket(c.AF_INET, c.SOCK_STREAM);
  afterAll(() => tcp.close());

  it('is true for an option that can be set and not read', () => {
    expect(tcp.options.supports('SO_ATTACH_FILTER')).toBe(true);
    expect(tcp.options.supports('SO_DETACH_FILTER')).toBe(true);
  });

  it('is false for an option of other sockets', () => {
    expect(tcp.options.supports('PACKET_COPY_THRESH')).toBe(false);
    expect(tcp.options.supports('UDP_SEGMENT')).toBe(false);
    expect(tcp.options.supports('IPV6_V6ONLY')).toBe(false);
  });

  it('leaves the socket and its descriptors as they were', () => {
    const before = tcp.options.dump();
    for (const name of ['SO_ATTACH_FILTER', 'TCP_REPAIR', 'TCP_MD5SIG'] as const)
      tcp.options.supports(name);
    const { TCP_INFO: _, ...after } = tcp.options.dump();
    expect(after).toEqual(expect.objectContaining({ SO_RCVBUF: before.SO_RCVBUF }));
  });

  itNeeds('root')('asks raw sockets about router alerts', () => {
    const raw = new c.Socket(c.AF_INET, c.SOCK_RAW, c.IPPROTO_ICMP);
    const raw6 = new c.Socket(c.AF_INET6, c.SOCK_RAW, c.IPPROTO_RAW);
    try {
      expect(raw.options.supports('IP_ROUTER_ALERT')).toBe(true);
      expect(raw6.options.supports('IPV6_ROUTER_ALERT')).toBe(true);
    } finally {
      raw.close();
      raw6.close();
    }
  });

  itNeeds('python3')('is true where the kernel can set it and not read it', async () => {
    // IP_ROUTER_ALERT has no getter on Linux 6.1. A filter makes one of IP_TTL here.
    const code = `const { socket } = require('bsd-socket');
      const { options } = socket();
      console.log(options.supports('IP_TTL'), options.supports('IP_TOS'));
      try { options.IP_TTL } catch (e) { console.log(e.code) }`;
    const refused = (call: string) => `${call}:1:${c.IPPROTO_IP}:2:${c.IP_TTL}=ENOPROTOOPT`;
    const under = async (...calls: string[]) => {
      const program = path.join(__dirname, '../programs/seccomp.py');
      const prefix = ['python3', program, ...calls.map(refused), '--'];
      return (await runNode(code, [], { prefix })).stdout;
    };
    expect(await under('getsockopt')).toBe('true true\nENOPROTOOPT\n');
    expect(await under('getsockopt', 'setsockopt')).toBe('false true\nENOPROTOOPT\n');
  });
});

it('the hint of an option whose getter is younger says so', () => {
  const udp = new c.Socket(c.AF_INET, c.SOCK_DGRAM);
  try {
    udp.getsockopt(c.IPPROTO_IP, c.IP_ROUTER_ALERT as never);
  } catch (error) {
    if (!c.isErrno(error, 'ENOPROTOOPT')) throw error;
    expect(error.hint).toMatch(/IP_ROUTER_ALERT can be read since Linux 6\.12/);
  } finally {
    udp.close();
  }
});

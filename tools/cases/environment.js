// The network namespace that the cases run in: how to get one, and what stands in it.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');

/**
 * lo, a pair v0 = v1 with addresses on v0 only, and d0, the end of another pair, which stays down.
 * No default route.
 */
const LINKS = `
link set lo up
link add v0 type veth peer name v1
link add d0 type veth peer name d1
`;
const ADDRESSES = `
addr add 10.9.0.1/24 dev v0
link set v0 up
link set v1 up
addr add fd09::1/64 dev v0 nodad
route add 224.0.0.0/4 dev lo
`;
const SYSCTLS = {
  'net/ipv4/ip_unprivileged_port_start': '1024',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
};

/**
 * Only this group, that of dropPrivileges, may open ICMP datagram sockets. A user namespace that
 * doesn't know the group cannot say so.
 */
function letNobodyPing() {
  try {
    sysctl('net/ipv4/ping_group_range', '65534 65534');
  } catch (error) {
    if (error.code !== 'EINVAL') throw error;
  }
}

/**
 * Commands that start a program in a new network namespace: as root, or as the root of a new user
 * namespace.
 */
const WAYS = [
  ['unshare', '-n'],
  ['unshare', '-Ur', '--map-auto', '-n'],
  ['unshare', '-Urn'],
];

/** The first of those that works here, or null. */
function wayIn() {
  return (
    WAYS.find(
      ([command, ...args]) =>
        spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0,
    ) ?? null
  );
}

function ip(batch) {
  const [command, ...args] = ['ip', '-batch', '-'];
  const done = spawnSync(command, args, { input: batch.trim(), encoding: 'utf8' });
  if (done.error)
    throw new Error(`cannot run ip (Debian: apt-get install iproute2): ${done.error.message}`);
  if (done.status !== 0) throw new Error(`ip -batch failed: ${done.stderr}${batch}`);
}

const sysctl = (path, value) => fs.writeFileSync(`/proc/sys/${path}`, value);

/** Sets up the namespace that this process is in. Never call it in the machine's own. */
function setUp() {
  if (fs.readFileSync('/proc/net/dev', 'utf8').trim().split('\n').length !== 3)
    throw new Error('the namespace has more than lo: not one of our own');
  ip(LINKS);
  sysctl('net/ipv6/conf/v1/disable_ipv6', '1');
  for (const name of ['v0', 'v1', 'd0', 'd1', 'lo']) sysctl(`net/ipv4/conf/${name}/rp_filter`, '0');
  for (const [path, value] of Object.entries(SYSCTLS)) sysctl(path, value);
  letNobodyPing();
  ip(ADDRESSES);
}

module.exports = { setUp, wayIn };

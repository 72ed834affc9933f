// The capabilities of this process by name (capabilities(7)), as proc(5) reports them.
import * as fs from 'node:fs';

// linux/capability.h: a capability's bit is its place.
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE ' +
  'NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO ' +
  'SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME ' +
  'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG ' +
  'WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** The effective or the permitted ones; a bit without a name is its number. None without proc(5). */
export function processCapabilities(set: 'CapEff' | 'CapPrm'): string[] {
  let status = '';
  try {
    status = fs.readFileSync('/proc/self/status', 'latin1');
  } catch {
    // no /proc
  }
  const hex = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0';
  const names: string[] = [];
  for (let mask = BigInt(`0x${hex}`), bit = 0; mask > 0n; mask >>= 1n, bit++)
    if (mask & 1n) names.push(`CAP_${NAMES[bit] ?? bit}`);
  return names;
}

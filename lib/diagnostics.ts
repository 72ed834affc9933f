// What a program can observe from outside: the channels of node:diagnostics_channel.
import type { Channel } from 'node:diagnostics_channel';

interface Channels {
  /** `{ fd, family, type, proto }` of each socket that is opened, accepted, received or adopted */
  readonly open: Channel;
  /** `{ fd, family, type, proto, stats }` of each that is closed or given away */
  readonly close: Channel;
  /** `{ error }` for each error of a system call */
  readonly error: Channel;
}

let channels: Channels | undefined;

/** The channels `bsd-socket:open`, `bsd-socket:close` and `bsd-socket:error`. */
export function diagnostics(): Channels {
  if (channels === undefined) {
    // Loaded with the first socket, not with the package.
    const { channel } =
      require('node:diagnostics_channel') as typeof import('node:diagnostics_channel');
    channels = {
      open: channel('bsd-socket:open'),
      close: channel('bsd-socket:close'),
      error: channel('bsd-socket:error'),
    };
  }
  return channels;
}

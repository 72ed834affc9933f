// The words of an option's row, as docstrings and docs/options both print them.
'use strict';

const ACCESS = { rw: 'read and write', ro: 'read only', wo: 'write only' };

/** The C type behind a codec: `int`, `struct linger`, `char[]`. */
function cType({ type }) {
  const named = type.match(/(?:struct|union) \w+(?:\*|\[\])?/);
  if (named) return named[0];
  if (/^unsigned 64-bit/.test(type)) return 'uint64_t';
  if (/unsigned int/.test(type)) return 'unsigned int';
  if (/u32\[\]/.test(type)) return 'uint32_t[]';
  if (/^(flag|int\b)|\(int\)|interface index/.test(type)) return 'int';
  if (/name|text/.test(type)) return 'char[]';
  if (/^address|^interface address/.test(type)) return 'struct sockaddr';
  if (/group ids/.test(type)) return 'gid_t[]';
  if (/BPF program/.test(type)) return 'struct sock_filter[]';
  return 'void *';
}

/** The calls that C makes for it. */
function calls(level, name, row) {
  const type = cType(row.codec);
  const tail = `(fd, ${level}, ${name}, ${type})`;
  if (row.access === 'rw') return `setsockopt${tail}, getsockopt`;
  return (row.access === 'ro' ? 'getsockopt' : 'setsockopt') + tail;
}

/** What a reader needs to know beside the first sentence: [head, text] pairs. */
function facts(row, groups) {
  return [
    ['type', row.unit ? `${row.codec.type}, in ${row.unit}` : row.codec.type],
    ['default', row.initial],
    [
      'access',
      ACCESS[row.access] + (row.codec.typedOnly ? '; in its typed form only, never as bytes' : ''),
    ],
    ['since', row.since === '-' ? 'ours, on any Linux' : `Linux ${row.since}`],
    ['on', groups[row.on][0]],
    ['after', row.before && Object.keys(row.before).join(', ')],
    ['needs', row.needs],
    ['reading', row.readingChanges && `${row.readingChanges}, and so \`dump()\` leaves it out`],
    ['note', row.quirk],
  ].filter(([, fact]) => fact);
}

module.exports = { calls, facts };

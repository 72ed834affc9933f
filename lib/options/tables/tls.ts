// SOL_TLS: the options of a TCP socket whose records the kernel encrypts.
import { flag, unsigned16 } from '../codecs/numbers';
import { cryptoInfo } from '../codecs/tls';
import { rw, table } from '../row';

export const tlsOptions = table('SOL_TLS', {
  TLS_TX: rw(cryptoInfo, '4.13', 'tls', 'The keys to send with.', {
    quirk: 'EBUSY once set, but for new keys of TLS 1.3.',
  }),
  TLS_RX: rw(cryptoInfo, '4.17', 'tls', 'The keys to receive with.'),
  TLS_TX_ZEROCOPY_RO: rw(
    flag,
    '5.19',
    'tls',
    'sendfile() without a copy, for files that nobody changes meanwhile.',
  ),
  TLS_RX_EXPECT_NO_PAD: rw(flag, '6.0', 'tls', 'Expects no padding in TLS 1.3 records.'),
  TLS_TX_MAX_PAYLOAD_LEN: rw(unsigned16, '6.19', 'tls', 'The longest record to send.', {
    unit: 'bytes',
    sample: 4096,
  }),
});

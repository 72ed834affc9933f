// The example of docs/conformance.md, as it stands there: a setsockopt conformance test that
import { type ConformanceReport, conformance, conformanceDiff } from 'bsd-socket';

let report: ConformanceReport;
beforeAll(() => {
  report = conformance({
    kinds: ['tcp', 'tcp-connected', 'udp'],
    options: ['SO_RCVBUF', 'SO_KEEPALIVE', 'SO_TYPE', 'TCP_NODELAY'],
  });
});

describe('setsockopt', () => {
  it('sets what exists, and reads it back', () => {
    for (const kind of report.kinds)
      expect(report.options.SO_KEEPALIVE.kinds[kind]).toMatchObject({
        set: 'ok',
        readBack: '01000000',
      });
  });

  it('doubles SO_RCVBUF, keeps it from becoming too small, and takes a negative number for the most', () => {
    const { limits } = report.options.SO_RCVBUF;
    expect(limits).toMatchObject({ '8192': 16384, '0': 2304 });
    expect(limits?.['-1']).toBe(limits?.['2147483647']);
  });

  it('is ENOPROTOOPT for what cannot be set, and on sockets of another protocol', () => {
    expect(report.options.SO_TYPE.kinds.tcp?.set).toBe('ENOPROTOOPT');
    expect(report.options.TCP_NODELAY.kinds).toMatchObject({
      tcp: { set: 'ok' },
      'tcp-connected': { set: 'ok' },
      udp: { set: 'ENOPROTOOPT' },
    });
  });

  it('names the misuse', () => {
    for (const { misuse } of Object.values(report.options)) {
      expect(misuse.closed).toEqual({ get: 'EBADF', set: 'EBADF' });
      expect(misuse.file).toEqual({ get: 'ENOTSOCK', set: 'ENOTSOCK' });
      expect(misuse.unknownName?.set).toBe('ENOPROTOOPT');
    }
    expect(report.options.SO_RCVBUF.misuse).toMatchObject({
      length1: { set: 'EINVAL' },
      nullValue: { get: 'EFAULT', set: 'EFAULT' },
    });
  });

  it('answers the same when asked again', () => {
    const again = conformance({ kinds: report.kinds, options: Object.keys(report.options) });
    expect(conformanceDiff(report, again)).toEqual([]);
  });
});

// The classic programs against the same programs in Python, in both directions.
import { PAIRS, runExample, startServer } from './programs';

// longer than one recv(1024), with bytes that are not ASCII
const MESSAGE = 'Grüße, world '.repeat(400);

describe.each(PAIRS)('%s server, %s client', (server, client) => {
  test('TCP echo', async () => {
    const echo = await startServer(server, 'tcp_echo_server');
    const { stdout } = await runExample(client, 'tcp_echo_client', [
      echo.port,
      '127.0.0.1',
      MESSAGE,
    ]);
    expect(stdout).toBe(`Received ${MESSAGE}\n`);
    const ended = await echo.done; // the classic server serves one connection
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout).toContain('Connected by 127.0.0.1');
  });

  test('UDP', async () => {
    const echo = await startServer(server, 'udp_server');
    try {
      for (const message of ['Hello, world', MESSAGE]) {
        const { stdout } = await runExample(client, 'udp_client', [
          echo.port,
          'localhost',
          message,
        ]);
        expect(stdout).toBe(`Received ${message} from 127.0.0.1:${echo.port}\n`);
      }
      await echo.output(/5600 bytes from 127\.0\.0\.1|6000 bytes from 127\.0\.0\.1/);
    } finally {
      await echo.stop();
    }
  });

  test('connected UDP', async () => {
    const echo = await startServer(server, 'udp_server');
    try {
      const { stdout } = await runExample(client, 'udp_connected_client', [
        echo.port,
        '127.0.0.1',
        MESSAGE,
      ]);
      expect(stdout).toBe(`Received ${MESSAGE}\n`);
    } finally {
      await echo.stop();
    }
    const refused = await runExample(
      client,
      'udp_connected_client',
      [echo.port, '127.0.0.1'],
      true,
    );
    expect([refused.status, refused.stdout]).toEqual([1, `Nobody listens on port ${echo.port}\n`]);
  });
});

test('every server can be told where to listen', async () => {
  const first = await startServer('node', 'udp_server', [0, '127.0.0.1']);
  await first.stop();
  const again = await startServer('node', 'udp_server', [first.port, '']);
  try {
    expect(again.port).toBe(first.port);
    const { stdout } = await runExample('node', 'udp_client', [again.port]);
    expect(stdout).toBe(`Received Hello, world from 127.0.0.1:${again.port}\n`);
  } finally {
    await again.stop();
  }
});

// The internet examples against socat, in both directions.
import { itNeeds, requireTool, run, start } from '../tools';
import { runExample, startServer } from './programs';

itNeeds('socat')('socat as TCP client', async () => {
  const echo = await startServer('node', 'tcp_echo_server');
  const { stdout } = await run(requireTool('socat'), ['-t5', '-', `TCP4:127.0.0.1:${echo.port}`], {
    input: 'x'.repeat(100_000),
  });
  expect(stdout).toBe('x'.repeat(100_000));
  expect((await echo.done).status).toBe(0);
});

itNeeds('socat')('socat as TCP server', async () => {
  const socat = start(requireTool('socat'), ['-d', '-d', 'TCP4-LISTEN:0,bind=127.0.0.1', 'PIPE']);
  try {
    const [, port] = await socat.output(/listening on AF=2 127\.0\.0\.1:(\d+)/);
    const { stdout } = await runExample('node', 'tcp_echo_client', [port, '127.0.0.1', 'to socat']);
    expect(stdout).toBe('Received to socat\n');
  } finally {
    await socat.stop();
  }
});

itNeeds('socat')('socat as UDP client', async () => {
  const echo = await startServer('node', 'udp_server');
  try {
    const { stdout } = await run(
      requireTool('socat'),
      ['-t1', '-', `UDP4:127.0.0.1:${echo.port}`],
      { input: 'a datagram' },
    );
    expect(stdout).toBe('a datagram');
  } finally {
    await echo.stop();
  }
});

itNeeds('socat')('socat as UDP server', async () => {
  // socat does not say which port it got for UDP: one that was free a moment ago has to do.
  const scout = await startServer('node', 'udp_server');
  await scout.stop();
  const socat = start(requireTool('socat'), [
    '-d',
    '-d',
    `UDP4-RECVFROM:${scout.port},bind=127.0.0.1,fork`,
    'PIPE',
  ]);
  try {
    await socat.output(/receiving on|starting|listening|recvfrom/i);
    for (const program of ['udp_client', 'udp_connected_client']) {
      const { stdout } = await runExample('node', program, [scout.port, '127.0.0.1', 'to socat']);
      expect(stdout).toMatch(/^Received to socat( from 127\.0\.0\.1:\d+)?\n$/);
    }
  } finally {
    await socat.stop();
  }
});

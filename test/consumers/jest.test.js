// jest: the package in one test file, twice, with a module registry of its own each time.
for (const round of [1, 2])
  test(`round ${round}`, async () => {
    jest.resetModules();
    const { socketpair } = require('bsd-socket');
    const [a, b] = socketpair();
    const waiting = b.recv(16);
    a.sendSync('hello');
    expect(String(await waiting)).toBe('hello');
    a.close();
    b.close();
  });

// Tests run from the TypeScript sources; the types are checked by `npm run types`.
const os = require('node:os');

module.exports = {
  testEnvironment: '<rootDir>/test/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^bsd-socket$': '<rootDir>/lib/index.ts',
    '^bsd-socket/(sys|packet|capture|dgram)$': '<rootDir>/lib/$1/index.ts',
  },
  maxWorkers: Math.max(2, os.cpus().length >> 1),
  testTimeout: 20_000,
};

// The environment of every test file: node's, and at its end it does what the file left for that
// (atEnd in test/tools.ts). jest gives tests a copy of `process` whose 'exit' never comes, and its
// afterAll hooks run too early: those of an import come first.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...given) {
    super(...given);
    this.global.leftForTheEnd = [];
  }

  async teardown() {
    for (const job of this.global.leftForTheEnd.reverse()) {
      try {
        await job();
      } catch (error) {
        console.error('at the end of a test file:', error);
      }
    }
    await super.teardown();
  }
};

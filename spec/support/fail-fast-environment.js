const { TestEnvironment } = require('jest-environment-node');

/**
 * For mutants, each of which is run by some of the specs in one large file. Skips what is left of a spec after its first failure:
 * that is enough to kill a mutant, and many never answer.
 */
module.exports = class FailFastEnvironment extends TestEnvironment {
  #failed = false;
  #stackTraceLimit;

  handleTestEvent(event) {
    const { Error } = this.global;
    if (event.name === 'setup') {
      // A pattern, with what has a meaning there escaped. For the file, which need not define all others.
      this.global.wantedTests = event.testNamePattern?.replaceAll('\\', '');
      // Where each test is defined, nobody asks; to find out takes longer than all else.
      this.#stackTraceLimit = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
    }
    if (event.name === 'run_start') Error.stackTraceLimit = this.#stackTraceLimit;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name === 'test_start' && this.#failed) event.test.mode = 'skip';
  }
};

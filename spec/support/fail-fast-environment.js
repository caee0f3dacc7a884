const { TestEnvironment } = require('jest-environment-node');

/** Skips what is left of a spec after its first failure: that is enough to kill a mutant, and many never answer. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  #failed = false;

  handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name === 'test_start' && this.#failed) event.test.mode = 'skip';
  }
};

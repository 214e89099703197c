const { appendFileSync } = require('node:fs');

/** A jest reporter that notes every failing test at once, so that a run which has to be ended is not for nothing. */
module.exports = class MutantReporter {
  /**
   * @param {unknown} _config
   * @param {{ file: string }} options
   */
  constructor(_config, { file }) {
    this.file = file;
  }

  /**
   * @param {unknown} _test
   * @param {{ status: string, ancestorTitles: string[], title: string }} result
   */
  onTestCaseResult(_test, { status, ancestorTitles, title }) {
    if (status === 'failed') appendFileSync(this.file, `${JSON.stringify([...ancestorTitles, title])}\n`);
  }
};

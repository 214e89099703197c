const nextTurnOfTheLoop = setImmediate;

/**
 * Runs after the I/O and the promises at hand, so that whatever ends meanwhile travels together. Taken at load: fake timers
 * of a test runner, put in later, must not stop the worker.
 */
export function soon(run: () => void): void {
  nextTurnOfTheLoop(run);
}

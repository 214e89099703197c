import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

/**
 * Runs a command in the repository's root, with the locally installed tools in its PATH.
 * @param {string} command
 * @param {string[]} args
 * @param {{ stdio?: import('node:child_process').StdioOptions, env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ ok: boolean, output: string, ms: number }>} `output` holds what was piped
 */
export function run(command, args, { stdio = ['ignore', 'pipe', 'pipe'], env = {}, cwd = root } = {}) {
  const started = Date.now();
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, PATH, ...env },
      stdio,
      shell: process.platform === 'win32',
    });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => void (output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => resolve({ ok: false, output: String(error), ms: Date.now() - started }));
    child.once('close', (code) => resolve({ ok: code === 0, output, ms: Date.now() - started }));
  });
}

/**
 * What a command printed; throws with it when the command failed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 */
export async function mustRun(command, args, options) {
  const result = await run(command, args, options);
  if (!result.ok) {
    const error = new Error(`${command} ${args.join(' ')} failed\n${result.output}`);
    // The output says what is wrong; our own frames only hide it.
    error.stack = error.message;
    throw error;
  }
  return result.output;
}

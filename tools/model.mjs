/**
 * The model-based part of the contract suite in its long form: stories of commands on a store, held to a model.
 *   npm run test:model -- --runs 2000                       so many stories on each engine, of a new seed
 *   npm run test:model -- --runs 1000000 --seconds 600       as many as there is time for
 *   npm run test:model -- --engine redis --seed 42          memory or redis only; the stories of a seed again
 *   npm run test:model -- --seed 42 --path 7:1 --replay A:B  a failing story alone, as the failure printed it
 */
import { parseArgs } from 'node:util';
import { run } from './run.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seconds: { type: 'string' },
    engine: { type: 'string', default: 'memory|redis' },
    seed: { type: 'string' },
    path: { type: 'string' },
    replay: { type: 'string' },
  },
});

/** @type {NodeJS.ProcessEnv} */
const env = { VIGIL_MODEL_RUNS: values.runs };
if (values.seconds !== undefined) env.VIGIL_MODEL_SECONDS = values.seconds;
if (values.seed !== undefined) env.VIGIL_MODEL_SEED = values.seed;
if (values.path !== undefined) env.VIGIL_MODEL_PATH = values.path;
if (values.replay !== undefined) env.VIGIL_MODEL_REPLAY = values.replay;

const args = ['--selectProjects', 'contract', '--runInBand', '--testPathPatterns', `(${values.engine})\\.model\\.spec`];
const { ok } = await run('jest', args, { stdio: 'inherit', env });
process.exitCode = ok ? 0 : 1;

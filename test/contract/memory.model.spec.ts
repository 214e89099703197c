import { memoryModelHarness } from './model/memory-model-harness.js';
import { modelContract } from './model/model.contract.js';

describe('the memory engine, in any order of operations', () => {
  modelContract(memoryModelHarness, { engine: 'memory', runs: 100, limitMs: 12_000 });
});

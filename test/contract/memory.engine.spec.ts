import { memoryHarness } from '../support/engine-memory-harness.js';
import { engineContract } from './engine/engine.contract.js';

engineContract('the memory engine', memoryHarness);

import { memoryLockHarness } from '../support/lock-harness.js';
import { lockContract } from './locks/lock.contract.js';

lockContract('the memory provider', memoryLockHarness);

import { postgresLockHarness } from '../support/lock-harness.js';
import { describeWithPostgres } from '../support/postgres-server.js';
import { lockContract } from './locks/lock.contract.js';

describeWithPostgres('on a real server', (postgres) => {
  lockContract('the PostgreSQL provider', () => postgresLockHarness(postgres()));
});

export { defineJob } from './core/define-job.js';
export type { ContractOptions, SchemaInput, SchemaOutput } from './core/define-job.js';
export type { JobContract, KeyPath, PayloadSchema } from './core/job-contract.js';
export type { JobPriority } from './core/priority.js';
export { VigilError } from './core/vigil.error.js';

import { Inject, Injectable } from '@nestjs/common';
import type * as Vigil from '../../../lib/index.js';
import { Job, JobClient, JobWorker } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();

/** As a library in CommonJS and an application in ES modules have it. */
async function otherCopy(): Promise<typeof Vigil> {
  let copy: typeof Vigil | undefined;
  await jest.isolateModulesAsync(async () => {
    copy = await import('../../../lib/index.js');
  });
  if (!copy) throw new Error('the copy was not loaded');
  return copy;
}

describe('two copies of the package in one process', () => {
  it('understand each other: classes to inject, contracts, jobs, listeners', async () => {
    const copy = await otherCopy();
    expect(copy.JobClient).not.toBe(JobClient);
    const greetJob = copy.defineJob<string>('greet');
    const heard: string[] = [];

    @Injectable()
    class Library {
      constructor(
        @Inject(copy.JobClient) readonly jobs: JobClient,
        @Inject(copy.JobWorker) readonly worker: JobWorker,
      ) {}

      @copy.Job({ name: 'of-the-copy' })
      async run(name: string): Promise<void> {
        await this.jobs.enqueue(greetJob, name);
      }

      @copy.OnJobEvent('job.completed')
      tell({ name }: { name: string }): void {
        heard.push(name);
      }
    }
    @Injectable()
    class Greeter {
      @Job(greetJob)
      async greet(name: string): Promise<void> {
        heard.push(`Hello ${name}`);
      }
    }

    const { app, jobs } = await start({ providers: [Library, Greeter] });
    expect(app.get(Library).jobs).toBe(jobs);
    expect(app.get(Library).worker).toBe(app.get(JobWorker));
    await jobs.enqueue(Library, 'run', 'Ada');
    await eventually(() => expect([...heard].sort()).toEqual(['Hello Ada', 'greet', 'of-the-copy']));
  });
});

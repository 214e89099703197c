import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type ts from 'typescript';
import { promisedButHidden, shownButHidden, surfaceOf, undocumented } from './rules/public-symbols.js';
import { createProgram, entries, exportsOf } from './support/program.js';

const record = join(__dirname, 'public-surface.txt');

describe('the public surface', () => {
  let program: ts.Program;
  beforeAll(() => {
    program = createProgram(Object.values(entries));
  });

  it('is what public-surface.txt says; VIGIL_UPDATE_SURFACE=1 writes it anew', () => {
    const surface = surfaceOf(program).join('\n') + '\n';
    if (process.env.VIGIL_UPDATE_SURFACE === '1') writeFileSync(record, surface);
    expect(surface).toBe(existsSync(record) ? readFileSync(record, 'utf8') : '');
  });

  it.each(Object.entries(entries))('documents all that %s exports', (_, path) => {
    expect(undocumented(exportsOf(program, path))).toEqual([]);
  });

  it('exports all that is marked @publicApi', () => {
    expect(promisedButHidden(program)).toEqual([]);
  });

  it('exports every type that what it exports shows', () => {
    expect(shownButHidden(program)).toEqual([]);
  });
});

describe('the rules of the public surface', () => {
  const fixture = `
    export interface Bare { a: string }
    /** Says what it means. @publicApi */
    export class NoExample {}
    /**
     * Says what it means.
     * @example
     * documented();
     * @publicApi
     */
    export function documented(): void {}
  `;

  it('name what a doc comment lacks', () => {
    const path = 'lib/fixture.ts';
    const program = createProgram([], { [path]: fixture });
    expect(undocumented(exportsOf(program, path))).toEqual([
      'Bare (lib/fixture.ts:2) lacks a sentence on what it means, @publicApi, @example',
      'NoExample (lib/fixture.ts:4) lacks @example',
    ]);
  });

  it('find what is shown but exported by no entry', () => {
    const virtual = {
      'lib/index.ts': "export { Service, type Shown } from './fixture.js';",
      'lib/contract.ts': 'export const a = 1;',
      'lib/testing/index.ts': 'export type B = 1;',
      'lib/fixture.ts': `
        interface Result { ok: boolean }
        interface By { name: string }
        interface Inner { deep: boolean }
        export interface Shown { inner: Inner; only: By['name'] }
        export class Service {
          list(): Promise<Result[]> { return Promise.resolve([]); }
          act(by: By): void {}
          private own(): Promise<Inner> { return Promise.resolve({ deep: true }); }
        }`,
    };
    expect(shownButHidden(createProgram([], virtual))).toEqual([
      'By (lib/fixture.ts:3) is shown by Service, but no entry exports it',
      'Inner (lib/fixture.ts:4) is shown by Shown, but no entry exports it',
      'Result (lib/fixture.ts:2) is shown by Service, but no entry exports it',
    ]);
  });

  it('find what is promised but exported by no entry', () => {
    const virtual = {
      'lib/index.ts': "export { NoExample } from './fixture.js';",
      'lib/contract.ts': 'export const a = 1;',
      'lib/testing/index.ts': 'export type B = 1;',
      'lib/fixture.ts': fixture,
    };
    const program = createProgram([], virtual);
    expect(promisedButHidden(program)).toEqual([
      'documented (lib/fixture.ts:11) is @publicApi, but no entry exports it',
    ]);
    expect(surfaceOf(program)).toEqual([
      '# nestjs-vigil',
      'NoExample (class)',
      '# nestjs-vigil/contract',
      'a (const)',
      '# nestjs-vigil/testing',
      'B (type)',
    ]);
  });
});

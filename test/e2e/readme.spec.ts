import * as common from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as nestTesting from '@nestjs/testing';
import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import ts from 'typescript';
import * as vigil from '../../lib/index.js';
import * as vigilTesting from '../../lib/testing/index.js';
import { eventually } from '../support/eventually.js';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');

const modules: Readonly<Record<string, unknown>> = {
  '@nestjs/common': common,
  '@nestjs/testing': nestTesting,
  'nestjs-vigil': vigil,
  'nestjs-vigil/testing': vigilTesting,
};

/** The block of the README that begins with the name of this file. */
function block(file: string): string {
  const blocks = [...readme.matchAll(/```ts\n(\/\/ (\S+)\n[\s\S]*?)```/g)].filter(([, , name]) => name === file);
  if (blocks.length !== 1) throw new Error(`README.md has ${blocks.length} blocks that begin with // ${file}`);
  return blocks[0][1];
}

/** Runs the block as the module that a reader makes of it, and returns what it exports. */
function run(file: string): Record<string, unknown> {
  const { code } = transformSync(block(file), {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'commonjs' },
  });
  const exported: Record<string, unknown> = {};
  const given = { describe, it, expect, beforeEach, afterEach, process, Reflect, require: load, exports: exported };
  compileFunction(code, Object.keys(given), { filename: file })(...Object.values(given));
  return exported;
}

function load(name: string): unknown {
  if (name in modules) return modules[name];
  throw new Error(`the README imports ${name}, which this test does not know`);
}

/** The tests of a block, with how many lines the body of each takes. */
function testsOf(file: string): { name: string; lines: number }[] {
  const source = ts.createSourceFile(file, block(file), ts.ScriptTarget.Latest, true);
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'it') {
      const [name, body] = node.arguments;
      found.push({ name: (name as ts.StringLiteral).text, lines: body.getText().split('\n').length - 2 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the test cases of the README', () => {
  run('src/billing.service.spec.ts');

  it('are five, of at most six lines each', () => {
    const tests = testsOf('src/billing.service.spec.ts');
    expect(tests).toHaveLength(5);
    expect(tests.filter(({ lines }) => lines > 6)).toEqual([]);
  });
});

describe('the quick start of the README', () => {
  const redisUrl = process.env.REDIS_URL;
  const lines: string[] = [];
  const note = (message: unknown): void => void lines.push(String(message));
  let app: common.INestApplication;

  beforeAll(async () => {
    delete process.env.REDIS_URL;
    const { AppModule } = run('src/app.module.ts');
    const logger = { log: note, warn: note, error: note };
    app = await NestFactory.create(AppModule as common.Type, { logger });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    if (redisUrl !== undefined) process.env.REDIS_URL = redisUrl;
  });

  async function place(): Promise<vigil.EnqueueReceipt> {
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    const answer = await fetch(`http://127.0.0.1:${port}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId: 'A-1', amount: 4200 }),
    });
    return (await answer.json()) as vigil.EnqueueReceipt;
  }

  it('accepts an order once, tries again, and charges it', async () => {
    const first = await place();
    expect(first.status).toBe('created');
    expect(await place()).toMatchObject({ status: 'duplicate', id: first.id });
    await eventually(() => lines.some((line) => line.startsWith(`job retry: id=${first.id} `)));
    await eventually(() => lines.some((line) => line.endsWith('A-1 is charged 4200')));
  });

  it('tells of the duplicate also when the work is done', async () => {
    // The line stands in the log before the job has ended.
    await eventually(async () => expect(await place()).toMatchObject({ status: 'duplicate', state: 'completed' }));
  });
});

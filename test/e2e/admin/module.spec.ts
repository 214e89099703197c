import { Injectable, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { RESOURCES } from '../../../lib/admin/admin.controllers.js';
import { DashboardController } from '../../../lib/admin/dashboard/dashboard.controller.js';
import { DeadLetterService, requiredAdminRight, VigilModule, type AdminOptions } from '../../../lib/index.js';
import { VigilTestingModule } from '../../../lib/testing/index.js';
import { ADAPTERS, adminApps, ask, HeaderGuard } from '../../support/admin-app.js';

describe.each(ADAPTERS)('the admin as part of a module on %s', (adapter) => {
  const start = adminApps();

  it('is not there unless it is asked for', async () => {
    const { url } = await start(adapter, {}, { admin: undefined });
    expect((await ask(`${url}/elsewhere`)).status).toBe(404);
    const without = await Test.createTestingModule({ imports: [VigilModule.forRoot()] }).compile();
    const app = without.createNestApplication();
    await app.listen(0, '127.0.0.1');
    try {
      const headers = { 'x-user': 'ada' };
      expect((await ask(`${await app.getUrl()}/admin/jobs/api/overview`, { headers })).status).toBe(404);
    } finally {
      await app.close();
    }
  });

  it('has guards whose dependencies come from the imports, and who learn what a route asks for', async () => {
    const asked: unknown[] = [];
    @Injectable()
    class Directory {
      readonly people = ['ada'];
    }
    @Module({ providers: [Directory], exports: [Directory] })
    class AuthModule {}
    @Injectable()
    class DirectoryGuard implements CanActivate {
      constructor(private readonly directory: Directory) {}
      canActivate(context: ExecutionContext): boolean {
        asked.push(requiredAdminRight(context));
        const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
        return this.directory.people.includes(headers['x-user']);
      }
    }
    const seen: { readonly name: string }[] = [];
    const admin: AdminOptions = {
      path: '/ops/queues/',
      imports: [AuthModule],
      guards: [DirectoryGuard],
      decorators: [(controller) => void seen.push(controller)],
    };
    const async = VigilModule.forRootAsync({ admin, useFactory: async () => ({ prefix: 'shop' }) });
    const compiled = await Test.createTestingModule({ imports: [async] }).compile();
    const app = compiled.createNestApplication();
    await app.listen(0, '127.0.0.1');
    try {
      const url = `${await app.getUrl()}/ops/queues/api`;
      const as = (name: string) => ({ headers: { 'x-user': name } });
      expect((await ask(`${url}/overview`, as('ada'))).status).toBe(200);
      expect((await ask(`${url}/jobs/x/payload`, as('eve'))).status).toBe(403);
      expect(asked).toEqual(['view', 'view-payload']);
      expect(seen.map(({ name }) => name)).toEqual(
        [...Object.values(RESOURCES), DashboardController].map(({ name }) => name),
      );
    } finally {
      await app.close();
    }
  });

  it('serves two applications in one process, each by its own rules', async () => {
    const one = await start(adapter, {}, { admin: { guards: [HeaderGuard], path: 'admin/jobs' } });
    const two = await start(adapter, {}, { admin: { authorize: () => false } });
    expect((await one.get('overview')).status).toBe(200);
    expect((await two.get('overview')).status).toBe(403);
    expect((await one.get('overview')).status).toBe(200);
  });
});

describe('the admin', () => {
  const refusal = (admin: unknown): { code?: string } => {
    try {
      VigilModule.forRoot({ admin: admin as AdminOptions });
      VigilModule.forRootAsync({ admin: admin as AdminOptions, useFactory: () => ({}) });
    } catch (error) {
      return error as { code: string };
    }
    return {};
  };

  it.each<[string, unknown, string]>([
    ['nobody guards', {}, 'ADMIN_UNGUARDED'],
    ['an empty list guards', { guards: [] }, 'ADMIN_UNGUARDED'],
    ['a guard is missing, as in a circular import', { guards: [undefined] }, 'VIGIL_OPTIONS_INVALID'],
    ['something else guards', { guards: [{}] }, 'VIGIL_OPTIONS_INVALID'],
    ['guards are no list', { guards: HeaderGuard }, 'VIGIL_OPTIONS_INVALID'],
    ['authorize is no function', { authorize: true }, 'VIGIL_OPTIONS_INVALID'],
    ['an option is misspelt', { guard: [HeaderGuard] }, 'VIGIL_OPTIONS_INVALID'],
    ['its path has a placeholder', { guards: [HeaderGuard], path: 'admin/:x' }, 'VIGIL_OPTIONS_INVALID'],
    ['its path is empty', { guards: [HeaderGuard], path: '/' }, 'VIGIL_OPTIONS_INVALID'],
    ['its public address is none', { guards: [HeaderGuard], publicUrl: 'ops' }, 'VIGIL_OPTIONS_INVALID'],
    ['its limit is none', { guards: [HeaderGuard], mutations: { max: 0, per: '1m' } }, 'VIGIL_OPTIONS_INVALID'],
  ])('is refused when %s', (_, admin, code) => expect(refusal(admin)).toMatchObject({ code }));

  it('can not come from a factory, which would be too late for routes', async () => {
    const useFactory = (): object => ({ admin: { guards: [HeaderGuard] } });
    const module = Test.createTestingModule({ imports: [VigilModule.forRootAsync({ useFactory })] });
    await expect(module.compile()).rejects.toThrow(/admin decides the routes/);
  });

  it('stays out of the way of applications without HTTP, and is there in tests', async () => {
    @Module({ imports: [VigilModule.forRoot({ admin: { guards: [HeaderGuard] } })] })
    class App {}
    const context = await NestFactory.createApplicationContext(App, { logger: false });
    expect(context.get(DeadLetterService)).toBeDefined();
    await context.close();

    const kit = VigilTestingModule.forRoot({ admin: { authorize: () => true } });
    const app = (await Test.createTestingModule({ imports: [kit] }).compile()).createNestApplication();
    await app.listen(0, '127.0.0.1');
    expect((await ask(`${await app.getUrl()}/admin/jobs/api/overview`)).status).toBe(200);
    await app.close();
  });

  it('names a right on every route, and the right one', () => {
    const routes = Object.entries(RESOURCES).flatMap(([resource, { prototype }]) =>
      Object.getOwnPropertyNames(prototype as object).flatMap((name) => {
        const handler = (prototype as Record<string, unknown>)[name] as object;
        const path = Reflect.getMetadata('path', handler) as string | undefined;
        const method: unknown = Reflect.getMetadata('method', handler);
        const right: unknown = Reflect.getMetadata('nestjs-vigil:admin-right', handler);
        return path === undefined ? [] : [{ resource, path, method, right }];
      }),
    );
    expect(routes.length).toBeGreaterThan(25);
    const wrong = routes.filter(({ path, method, right }) => {
      const expected = method !== 0 ? 'operate' : path.endsWith('/payload') ? 'view-payload' : 'view';
      return right !== expected;
    });
    expect(wrong).toEqual([]);
  });
});

import {
  ForbiddenException,
  Inject,
  Injectable,
  InternalServerErrorException,
  Scope,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { requiredAdminRight, type AdminOptions, type AdminRequest, type AdminRight } from '../../../lib/index.js';
import { ADAPTERS, adminApps, ask, HeaderGuard } from '../../support/admin-app.js';

const RIGHTS: Readonly<Record<string, readonly AdminRight[]>> = {
  ada: ['view', 'view-payload', 'operate'],
  eve: ['view'],
  pat: ['view', 'view-payload'],
  oli: ['operate'],
};
const ALL = ['view', 'view-payload', 'operate'];

const nameOf = ({ headers }: Pick<AdminRequest, 'headers'>): string => String(headers['x-user']);
const has = (request: AdminRequest, right: AdminRight | undefined): boolean =>
  right === undefined || (RIGHTS[nameOf(request)]?.includes(right) ?? false);
const requestOf = (context: ExecutionContext): AdminRequest => context.switchToHttp().getRequest<AdminRequest>();

@Injectable()
class RolesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return has(requestOf(context), requiredAdminRight(context));
  }
}

@Injectable({ scope: Scope.REQUEST })
class GuardOfOneRequest implements CanActivate {
  constructor(@Inject(REQUEST) private readonly request: AdminRequest) {}

  canActivate(context: ExecutionContext): boolean {
    return has(this.request, requiredAdminRight(context));
  }
}

@Injectable()
class ThrowingGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    if (!has(requestOf(context), requiredAdminRight(context))) throw new UnauthorizedException('log in again');
    return true;
  }
}

describe.each(ADAPTERS)('the rights of a request on %s', (adapter) => {
  const start = adminApps();
  const as = (name: string) => ({ 'x-user': name });

  it.each<[string, AdminOptions, object[]]>([
    ['authorize', { guards: [HeaderGuard], authorize: has }, []],
    ['a guard', { guards: [HeaderGuard, RolesGuard] }, []],
    ['a guard that is no class', { guards: [HeaderGuard, new RolesGuard()] }, []],
    ['a guard that throws', { guards: [HeaderGuard, ThrowingGuard] }, []],
    ['a guard made for each request', { guards: [HeaderGuard, GuardOfOneRequest] }, []],
    ['a guard that a decorator adds', { guards: [HeaderGuard], decorators: [UseGuards(RolesGuard)] }, []],
    ['a guard of the application', { guards: [HeaderGuard] }, [{ provide: APP_GUARD, useClass: RolesGuard }]],
  ])('are told as %s gives them', async (_, admin, providers) => {
    const { get, post } = await start(adapter, { providers: providers as [] }, { admin });
    const told = async (name: string): Promise<unknown> => {
      const { status, body } = await get('access', as(name));
      return status === 200 ? body : status;
    };
    expect(await told('ada')).toEqual({ rights: ALL, actor: 'ada@example.org' });
    expect(await told('eve')).toEqual({ rights: ['view'], actor: 'eve@example.org' });
    expect(await told('pat')).toEqual({ rights: ['view', 'view-payload'], actor: 'pat@example.org' });
    // Without the right to view, not even this is told.
    expect([403, 401]).toContain(await told('oli'));
    expect([403, 401]).toContain(await told('mallory'));
    // And what is told opens nothing.
    expect([403, 401]).toContain((await post('queues/mail/pause', { reason: 'a test' }, as('eve'))).status);
  });

  it('are all of them where nobody tells them apart, and none for a stranger', async () => {
    const { get, url } = await start(adapter, {});
    expect((await get('access')).body).toEqual({ rights: ALL, actor: 'ada@example.org' });
    expect((await ask(`${url}/admin/jobs/api/access`)).status).toBe(403);
  });

  it('are none to change anything for whoever has no name', async () => {
    const { get } = await start(adapter, {}, { admin: { authorize: () => true } });
    expect((await get('access')).body).toEqual({ rights: ['view', 'view-payload'] });
    const actor = ({ headers }: AdminRequest): string => ` ${nameOf({ headers })} `;
    const named = await start(adapter, {}, { admin: { authorize: () => true, actor } });
    expect((await named.get('access')).body).toEqual({ rights: ALL, actor: 'ada' });
  });

  it('do not count as changes, and are told to whoever has made too many', async () => {
    const mutations = { max: 1, per: '1h' } as const;
    const { get, post } = await start(adapter, {}, { admin: { guards: [HeaderGuard], mutations } });
    for (let n = 0; n < 3; n++) expect((await get('access')).body.rights).toEqual(ALL);
    const pause = () => post('queues/mail/pause', { reason: 'a test' });
    // There is no such queue, and yet it was a try.
    expect([(await pause()).status, (await pause()).status]).toEqual([404, 429]);
    expect((await get('access')).body.rights).toEqual(ALL);
  });

  it('are not guessed where a guard can not tell', async () => {
    const authorize = (_: AdminRequest, right: AdminRight): boolean => {
      if (right === 'operate') throw new Error('the directory with password=hunter2 is away');
      return true;
    };
    const { get, logger } = await start(adapter, {}, { admin: { authorize } });
    const { status, text } = await get('access');
    expect([status, text.includes('directory')]).toEqual([500, false]);
    expect(logger.of('error').join()).toContain('the directory with password=[redacted]');

    class Away implements CanActivate {
      canActivate(context: ExecutionContext): true {
        if (requiredAdminRight(context) === 'view') return true;
        throw new InternalServerErrorException('away');
      }
    }
    const guarded = await start(adapter, {}, { admin: { guards: [Away] } });
    expect((await guarded.get('access')).status).toBe(500);
  });

  it('are told after guards that answer later, and not to other sites', async () => {
    class Later implements CanActivate {
      async canActivate(context: ExecutionContext): Promise<boolean> {
        await new Promise((resolve) => setImmediate(resolve));
        if (requiredAdminRight(context) === 'operate') throw new ForbiddenException();
        return true;
      }
    }
    const { get } = await start(adapter, {}, { admin: { guards: [Later] } });
    expect((await get('access')).body).toEqual({ rights: ['view', 'view-payload'] });
    expect((await get('access', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).status).toBe(403);
  });
});

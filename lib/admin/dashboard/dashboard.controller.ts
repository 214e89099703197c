import { Get, Header, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Requires } from '../access/admin-right.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_SETTINGS } from '../admin.tokens.js';
import { assets } from './assets.generated.js';
import { indexPage } from './index-page.js';

/** Express keeps what was asked for apart from what routers leave of it. */
interface PageRequest {
  readonly url: string;
  readonly originalUrl?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const INDEX = 'index.html';

/** The pages for people. All that they show they ask of the routes below `api`. */
export class DashboardController {
  constructor(
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get()
  @Requires('view')
  @Header('Content-Type', 'text/html; charset=utf-8')
  index(@Req() { originalUrl, url }: PageRequest): string {
    return indexPage(assets[INDEX], originalUrl ?? url, this.settings);
  }

  @Get('assets/:file')
  @Requires('view')
  asset(@Param('file') file: string, @Res({ passthrough: true }) response: unknown): string {
    const type = TYPES[file.split('.').pop() ?? ''];
    if (type === undefined || !Object.hasOwn(assets, file))
      throw new NotFoundException('the dashboard has no such file');
    this.host.httpAdapter.setHeader(response, 'Content-Type', type);
    return assets[file as keyof typeof assets];
  }
}

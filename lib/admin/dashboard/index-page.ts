import type { AdminSettings } from '../admin.settings.js';

const PLACE = '{{assets}}';

/**
 * The page, with the addresses of its files relative to where it was asked for: no prefix of an application or a proxy has to be known.
 * Without a slash at the end, a browser takes the last segment for a file. Nothing of a request gets into the page.
 */
export function indexPage(
  page: string,
  url: string,
  { path, publicUrl }: Pick<AdminSettings, 'path' | 'publicUrl'>,
): string {
  const [asked = ''] = url.split('?');
  if (asked.endsWith('/')) return page.replaceAll(PLACE, 'assets');
  const shown = publicUrl === undefined ? path : new URL(publicUrl).pathname;
  return page.replaceAll(PLACE, `${shown.split('/').pop() ?? ''}/assets`.replace(/^\//, ''));
}

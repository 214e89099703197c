import { listOf, optional, text, type ApiModel, type FieldsOf } from './api-field.js';

const PREFIX = 'Vigil';

/** Named apart from whatever the application has. */
export function apiModel<T>(name: string, fields: FieldsOf<T>): ApiModel {
  const type = class {};
  Object.defineProperty(type, 'name', { value: PREFIX + name });
  return { type, fields };
}

const pages = new WeakMap<ApiModel, ApiModel>();

/** What every list answers. */
export function pageOf(item: ApiModel): ApiModel {
  const known = pages.get(item);
  if (known) return known;
  const page = apiModel<{ items: object[]; nextCursor?: string }>(`${item.type.name.slice(PREFIX.length)}Page`, {
    items: listOf(item),
    nextCursor: optional(text('Give it to the next call; absent on the last page')),
  });
  pages.set(item, page);
  return page;
}

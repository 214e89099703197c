import { dirname, join } from 'node:path/posix';

/** A text that links are followed in, by its path from the root. */
export interface Page {
  path: string;
  text: string;
}

/** The anchors that GitHub gives to the headings of a Markdown text. */
export function anchors(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** Links to files or headings that are not there. `exists` tells of files that are no page. */
export function brokenLinks(pages: Page[], exists: (path: string) => boolean): string[] {
  const texts = new Map(pages.map(({ path, text }) => [path, text]));
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, file, anchor]) => {
      const target = file === '' ? path : join(dirname(path), file);
      const page = texts.get(target);
      const found = page === undefined ? exists(target) : anchor === undefined || anchors(page).includes(anchor);
      return found ? [] : [`${path}: ${link.slice(1)} leads nowhere`];
    }),
  );
}

const LONGEST_MESSAGE = 200;

/** In this order: each leaves alone what stands between `<` and `>` for one before it. */
const FOLDED: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/\b[a-z][a-z+.-]{1,20}:\/\/[^\s'"`<>()]+/gi, '<url>'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  // Quotes only where words do not run on: the one in "can't" opens nothing. What a colon follows is a name, as in JSON.
  [/(?<!\w)(['"`])(?:(?!\1).)*\1(?!\w|\s*:)/g, '<text>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<host>'],
  [/\[[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}\](?::\d{1,5})?/gi, '<host>'],
  [/(?<![\w:.])\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?![\w:])/g, '<time>'],
  [/(?<![\w:])(?=[a-f:]{0,38}\d)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])/gi, '<host>'],
  // A name with dots may be the path of a field; with a port, or behind what speaks of hosts, it is none.
  [/\b(?:[a-z0-9-]{1,63}\.){0,8}[a-z0-9-]{1,63}:\d{2,5}\b/gi, '<host>'],
  [
    /(?<=\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|host|server|hostname) )[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi,
    '<host>',
  ],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  [/\b(?=\w*\d)\w{8,}\b/g, '<id>'],
  [/\d+/g, '<n>'],
  [/\s+/g, ' '],
];

/** Takes out what differs from one job to the next, so that the same fault gives the same text. At most 200 characters. */
export function normalisedMessage(message: string): string {
  const beginning = message.slice(0, 4 * LONGEST_MESSAGE);
  const folded = FOLDED.reduce((text, [pattern, word]) => text.replace(pattern, word), beginning);
  return folded.trim().slice(0, LONGEST_MESSAGE);
}

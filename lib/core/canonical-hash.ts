/** Two characters for twelve bits: 60 bits tell two payloads of one key apart, and a record stays short. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x5bd1e995;
const FACTOR_LOW = 0x85ebca6b;
const FACTOR_HIGH = 0xc2b2ae35;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_FIELDS = 0x7b;
const CLOSE_FIELDS = 0x7d;

/** Bytes are read several times faster from here than characters from a text. Larger ones are not kept. */
const KEPT_BYTES = 64 * 1024;
const MOST_BYTES_OF_UNIT = 3;
const kept = Buffer.allocUnsafe(KEPT_BYTES);

/** Of each object that is open: two halves of what was hashed before it, two of the sum of its fields, and the lists around it. */
const WORDS = 5;
let open = new Int32Array(64 * WORDS);

/**
 * A fingerprint of a value by the text that JSON.stringify made of it, which does not depend on the order of fields: they are hashed
 * each for itself and added up, so that nothing needs to be sorted. It tells an accidental difference, and is no protection against
 * forgery.
 */
export function canonicalHash(text: string): string {
  const most = text.length * MOST_BYTES_OF_UNIT;
  const bytes = most <= KEPT_BYTES ? kept : Buffer.allocUnsafe(most);
  const end = bytes.write(text, 'utf8');
  let low = SEED_LOW;
  let high = SEED_HIGH;
  /** Of the innermost object, where its words begin; lists in it are counted, since only a comma of its own ends a field. */
  let top = -WORDS;
  let lists = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at++; bytes[at] !== QUOTE; at++) {
        if (bytes[at] === BACKSLASH) {
          low = Math.imul(low ^ BACKSLASH, FACTOR_LOW);
          high = Math.imul(high ^ BACKSLASH, FACTOR_HIGH);
          at++;
        }
        low = Math.imul(low ^ bytes[at], FACTOR_LOW);
        high = Math.imul(high ^ bytes[at], FACTOR_HIGH);
      }
    } else if (byte === OPEN_FIELDS) {
      top += WORDS;
      if (top === open.length) open = grown(open);
      open[top] = low;
      open[top + 1] = high;
      open[top + 2] = open[top + 3] = 0;
      open[top + 4] = lists;
      lists = 0;
      low = SEED_LOW;
      high = SEED_HIGH;
      continue;
    } else if (byte === CLOSE_FIELDS || (byte === COMMA && lists === 0 && top >= 0)) {
      // An empty object adds what no field can: the seed itself.
      open[top + 2] += scatter(low);
      open[top + 3] += scatter(high);
      low = SEED_LOW;
      high = SEED_HIGH;
      if (byte === COMMA) continue;
      low = Math.imul(open[top] ^ scatter(open[top + 2]), FACTOR_LOW);
      high = Math.imul(open[top + 1] ^ scatter(open[top + 3]), FACTOR_HIGH);
      lists = open[top + 4];
      top -= WORDS;
    } else if (byte === OPEN_LIST) lists++;
    else if (byte === CLOSE_LIST) lists--;
    low = Math.imul(low ^ byte, FACTOR_LOW);
    high = Math.imul(high ^ byte, FACTOR_HIGH);
  }
  return written(scatter(low), scatter(high));
}

function grown(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * words.length);
  larger.set(words);
  return larger;
}

/** 60 bits. */
function written(low: number, high: number): string {
  return (
    PAIRS[low >>> 20] +
    PAIRS[(low >>> 8) & 0xfff] +
    PAIRS[((low & 0xff) << 4) | (high & 0xf)] +
    PAIRS[high >>> 20] +
    PAIRS[(high >>> 8) & 0xfff]
  );
}

/** Lets each bit of a half decide about all others, as the end of MurmurHash3 does. */
function scatter(half: number): number {
  let bits = half ^ (half >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

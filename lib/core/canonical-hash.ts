import { hash } from 'node:crypto';

/** Two characters for twelve bits: 60 bits tell two payloads of one key apart, and a record stays short. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x5bd1e995;
/** Keeps apart what has the same bits: `1` and `'1'`, `[]` and `{}`, `null` and an empty text. */
const TEXT = 1;
const NUMBER = 2;
const FRACTION = 3;
const YES = 4;
const NO = 5;
const NOTHING = 6;
const LIST = 7;
const FIELDS = 8;
const LONG_TEXT = 9;
/** From here on the machine's own hash is faster than one character after the other. */
const LONGEST_SHORT_TEXT = 400;

/** The two halves of the hash under way. Here rather than in an object: this runs for every keyed enqueue. */
let low = 0;
let high = 0;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * A fingerprint of a JSON value that does not depend on the order of fields: fields are hashed each for itself and added up,
 * so that nothing needs to be sorted or written down. It tells an accidental difference, and is no protection against forgery.
 */
export function canonicalHash(value: unknown): string {
  low = SEED_LOW;
  high = SEED_HIGH;
  absorb(value);
  const [a, b] = [scatter(low), scatter(high)];
  return (
    PAIRS[a >>> 20] +
    PAIRS[(a >>> 8) & 0xfff] +
    PAIRS[((a & 0xff) << 4) | (b & 0xf)] +
    PAIRS[b >>> 20] +
    PAIRS[(b >>> 8) & 0xfff]
  );
}

function absorb(value: unknown): void {
  switch (typeof value) {
    case 'string':
      if (value.length <= LONGEST_SHORT_TEXT) return absorbText(value);
      mix(LONG_TEXT);
      return absorbText(hash('sha256', value, 'base64url'));
    case 'number':
      return absorbNumber(value);
    case 'boolean':
      return mix(value ? YES : NO);
    case 'object':
      if (value === null) return mix(NOTHING);
      return Array.isArray(value) ? absorbList(value) : absorbFields(value as Record<string, unknown>);
    default:
      return mix(NOTHING);
  }
}

function absorbText(text: string): void {
  let first = Math.imul(low ^ TEXT, 0xcc9e2d51);
  let second = Math.imul(high ^ text.length, 0x1b873593);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x85ebca6b);
    second = Math.imul(second ^ unit, 0xc2b2ae35);
  }
  low = first ^ (first >>> 15);
  high = second ^ (second >>> 13);
}

function absorbNumber(number: number): void {
  const whole = number | 0;
  // 0 and -0 are the same JSON.
  if (whole === number) {
    mix(NUMBER);
    return mix(whole);
  }
  double[0] = number;
  mix(FRACTION);
  mix(halves[0]);
  mix(halves[1]);
}

function absorbList(list: readonly unknown[]): void {
  mix(LIST);
  mix(list.length);
  for (let i = 0; i < list.length; i++) absorb(list[i]);
}

function absorbFields(object: Record<string, unknown>): void {
  const [outerLow, outerHigh] = [low, high];
  let [sumLow, sumHigh, fields] = [0, 0, 0];
  for (const name in object) {
    const field = object[name];
    if (field === undefined || !Object.hasOwn(object, name)) continue;
    low = SEED_LOW;
    high = SEED_HIGH;
    absorbText(name);
    absorb(field);
    sumLow = (sumLow + scatter(low)) | 0;
    sumHigh = (sumHigh + scatter(high)) | 0;
    fields++;
  }
  low = outerLow;
  high = outerHigh;
  mix(FIELDS);
  mix(fields);
  low = Math.imul(low ^ sumLow, 0x85ebca6b);
  high = Math.imul(high ^ sumHigh, 0xc2b2ae35);
  low ^= low >>> 15;
  high ^= high >>> 13;
}

function mix(word: number): void {
  low = Math.imul(low ^ word, 0x85ebca6b);
  high = Math.imul(high ^ word, 0xc2b2ae35);
  low ^= low >>> 15;
  high ^= high >>> 13;
}

/** Lets each bit of a half decide about all others, as the end of MurmurHash3 does. */
function scatter(half: number): number {
  let bits = half ^ (half >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

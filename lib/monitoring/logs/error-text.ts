import { cutText, foldLines } from '../../core/text-limit.js';

const LONGEST_MESSAGE = 200;

/** An error in one line: `"<class>: <message>"`, quoted and escaped as JSON does it, so that a parser finds its end. */
export function errorText(name: string, message: string): string {
  return JSON.stringify(`${foldLines(name)}: ${cutText(foldLines(message), LONGEST_MESSAGE)}`);
}

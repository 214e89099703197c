import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Order } from './order.schema.js';

/** The orders of the last days, from `sample-app/data/orders.json`. */
export function readOrderFile(): Order[] {
  return JSON.parse(readFileSync(join(__dirname, '../../data/orders.json'), 'utf8')) as Order[];
}

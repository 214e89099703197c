/** Lines over time, as SVG. A text says the same for those who do not see them. */
import { h, svg } from './dom.js';
import { hourOf } from './format.js';

const WIDTH = 480;
const HEIGHT = 150;
const LEFT = 58;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 6;

/**
 * @typedef {{ name: string, kind: string, values: (number | undefined)[] }} Line
 * @param {{ title: string, times: number[], lines: Line[], write: (value: number) => string }} plot
 */
export function plot({ title, times, lines, write }) {
  const seen = lines.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const top = roundUp(Math.max(...seen, 0));
  const x = (n) => LEFT + (times.length < 2 ? 0 : (n / (times.length - 1)) * (WIDTH - LEFT - RIGHT));
  const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const cursor = svg('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM, x1: -9, x2: -9 });
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}. ${told(lines, write)}` },
    [0, top / 2, top].map((value) => [
      svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, write(value)),
    ]),
    [0, Math.floor((times.length - 1) / 2), times.length - 1].map((n, place) =>
      svg(
        'text',
        { x: x(n), y: HEIGHT - 4, 'text-anchor': ['start', 'middle', 'end'][place] ?? 'end' },
        hourOf(times[n]),
      ),
    ),
    lines.map(({ kind, values }) => [
      svg('path', { class: `line ${kind}`, d: path(values, x, y) }),
      values.map(
        (value, n) => isAlone(values, n) && svg('circle', { class: `dot ${kind}`, cx: x(n), cy: y(value), r: 3 }),
      ),
    ]),
    cursor,
  );
  const legend = h('p', { class: 'legend' });
  const show = (n) => legend.replaceChildren(...legendOf(lines, n, times[n], write));
  show(undefined);
  picture.addEventListener('pointermove', (event) => {
    const box = picture.getBoundingClientRect();
    const across = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    const n = Math.round(Math.min(1, Math.max(0, across)) * (times.length - 1));
    cursor.setAttribute('x1', String(x(n)));
    cursor.setAttribute('x2', String(x(n)));
    show(n);
  });
  picture.addEventListener('pointerleave', () => {
    cursor.setAttribute('x1', '-9');
    cursor.setAttribute('x2', '-9');
    show(undefined);
  });
  return h('figure', { class: 'plot', 'data-whole': true }, h('figcaption', {}, title), picture, legend);
}

function legendOf(lines, n, at, write) {
  const values = lines.map(({ name, kind, values: all }) => {
    const value = n === undefined ? all.findLast((each) => each !== undefined) : all[n];
    return h(
      'span',
      { class: `key ${kind}` },
      h('span', { class: 'swatch', 'aria-hidden': 'true' }),
      `${name} `,
      h('b', {}, value === undefined ? '–' : write(value)),
    );
  });
  return [...values, h('span', { class: 'quiet' }, n === undefined ? 'now' : hourOf(at))];
}

/** With a gap where nothing is known. */
function path(values, x, y) {
  return values
    .map((value, n) =>
      value === undefined ? '' : `${values[n - 1] === undefined ? 'M' : 'L'}${x(n).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('');
}

/** No line leads to it, so it is drawn as a dot. */
function isAlone(values, n) {
  return values[n] !== undefined && values[n - 1] === undefined && values[n + 1] === undefined;
}

function told(lines, write) {
  return lines
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== undefined);
      const last = known.at(-1);
      return last === undefined
        ? `${name}: nothing yet`
        : `${name}: now ${write(last)}, at most ${write(Math.max(...known))}`;
    })
    .join('; ');
}

function roundUp(value) {
  if (value <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((times) => times * step).find((each) => each >= value) ?? value;
}

/** Points that are many become few: what is counted is added up, what stands is the last, times are the worst. */
export function thinned(points, most) {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return points;
  const result = [];
  for (let start = 0; start < points.length; start += size) result.push(merged(points.slice(start, start + size)));
  return result;
}

const COUNTED = ['completed', 'failed', 'retried', 'buried', 'stalled'];

function merged(points) {
  const sums = COUNTED.map((name) => [name, points.reduce((sum, point) => sum + point[name], 0)]);
  const worst = ['p50', 'p95'].flatMap((name) => {
    const known = points.map((point) => point[name]).filter((value) => value !== undefined);
    return known.length > 0 ? [[name, Math.max(...known)]] : [];
  });
  return { ...points.at(-1), p50: undefined, p95: undefined, ...Object.fromEntries([...sums, ...worst]) };
}

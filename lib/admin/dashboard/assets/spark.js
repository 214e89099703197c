/** A day in 24 small bars, hour by hour. A text says the same for those who do not see them. */
import { svg } from './dom.js';
import { count } from './format.js';

const STEP = 5;
const HEIGHT = 22;

/** @param {readonly number[]} perHour the oldest first, the last one up to now */
export function spark(perHour) {
  const most = Math.max(...perHour);
  const text = told(perHour, most);
  const bar = (value, n) => {
    const height = value === 0 ? 1 : Math.max(3, (value / most) * HEIGHT);
    const kind = value === 0 ? 'none' : n === perHour.length - 1 ? 'now' : 'past';
    return svg('rect', {
      class: kind,
      x: n * STEP,
      y: (HEIGHT - height).toFixed(1),
      width: STEP - 1,
      height: height.toFixed(1),
    });
  };
  return svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${perHour.length * STEP} ${HEIGHT}`, role: 'img', 'aria-label': text },
    svg('title', {}, text),
    perHour.map(bar),
  );
}

function told(perHour, most) {
  if (most === 0) return 'None in the last 24 hours.';
  const hoursAgo = perHour.length - 1 - perHour.indexOf(most);
  const sum = perHour.reduce((all, each) => all + each, 0);
  const when = hoursAgo === 0 ? 'in the last hour' : `${hoursAgo} to ${hoursAgo + 1} hours ago`;
  return `${count(sum)} in the last 24 hours, ${count(perHour.at(-1))} of them in the last one; most, ${count(most)}, ${when}.`;
}

import { startOfDay } from '../../../lib/core/zone-day.js';

const at = (text: string): number => Date.parse(text);

describe('the start of a day in a zone', () => {
  it.each([
    ['UTC', '2026-11-26T13:30:00Z', '2026-11-26T00:00:00Z'],
    ['Europe/Berlin', '2026-11-26T22:59:59Z', '2026-11-25T23:00:00Z'],
    ['Europe/Berlin', '2026-11-26T23:00:00Z', '2026-11-26T23:00:00Z'],
    // Clocks go forward at 2:00 of this day, which has 23 hours.
    ['Europe/Berlin', '2026-03-29T20:00:00Z', '2026-03-28T23:00:00Z'],
    ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-29T22:00:00Z'],
    // And back at 3:00 of this one, which has 25.
    ['Europe/Berlin', '2026-10-25T22:59:00Z', '2026-10-24T22:00:00Z'],
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z'],
    // Here clocks go forward at midnight: the day begins at 1:00.
    ['Africa/Cairo', '2026-04-24T12:00:00Z', '2026-04-23T22:00:00Z'],
    ['Asia/Kathmandu', '2026-11-26T12:00:00Z', '2026-11-25T18:15:00Z'],
  ])('%s at %s: %s', (zone, instant, start) => {
    expect(new Date(startOfDay(at(instant), zone)).toISOString()).toBe(new Date(start).toISOString());
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => startOfDay(0, 'Europe/Nowhere')).toThrow(RangeError);
  });
});

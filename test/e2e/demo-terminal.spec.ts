import { PassThrough } from 'node:stream';
import { Interruption } from '../../sample-app/src/demo/interruption.js';
import type { JobFigures } from '../../sample-app/src/demo/job-figures.js';
import { Progress } from '../../sample-app/src/demo/progress.js';
import { Screen } from '../../sample-app/src/demo/screen.js';

function terminal(isTTY: boolean): { screen: Screen; written: () => string } {
  const stream = new PassThrough({ encoding: 'utf8' });
  const screen = new Screen(Object.assign(stream, { isTTY, columns: 200 }) as unknown as NodeJS.WriteStream);
  return { screen, written: () => (stream.read() as string | null) ?? '' };
}

const charges = (completed: number, live: number): JobFigures[] => [
  { name: 'BillingService.charge', accepted: completed + live, live, completed, retried: 2, buried: 0, withdrawn: 0 },
];

describe('the progress of the demo', () => {
  it('is a bar at the bottom of a terminal, under the lines that scroll', () => {
    const { screen, written } = terminal(true);
    const progress = new Progress(screen, 10);
    progress.show(charges(15, 15));
    expect(written()).toBe('[###############...............] 15 of 30 jobs ended, 2 retries, 0 buried');
    screen.print('a line');
    expect(written()).toContain('\x1b[1G\x1b[2Ka line\n[###############...............] 15 of 30');
    progress.end(charges(30, 0));
    expect(written()).toBe('\x1b[1G\x1b[2Kprogress: 30 of 30 jobs ended, 2 retries, 0 buried\n');
  });

  it('is a plain line now and then where there is no terminal', () => {
    const { screen, written } = terminal(false);
    const progress = new Progress(screen, 10);
    progress.show(charges(1, 9));
    progress.show(charges(2, 8));
    screen.print('a line');
    progress.end(charges(10, 0));
    expect(written()).toBe(
      'progress: 1 of 30 jobs ended, 2 retries, 0 buried\na line\nprogress: 10 of 30 jobs ended, 2 retries, 0 buried\n',
    );
  });
});

describe('Ctrl-C in the demo', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('drains at first, counts what npm passes on as the same wish, and ends at once when it is pressed again', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
    const on = jest.spyOn(process, 'on').mockReturnThis();
    const first = jest.fn();
    const { signal } = new Interruption(first);
    const press = on.mock.calls.find(([name]) => name === 'SIGINT')![1] as () => void;

    expect(signal.aborted).toBe(false);
    press();
    expect(signal.aborted).toBe(true);
    jest.advanceTimersByTime(50);
    press();
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    press();
    expect(exit).toHaveBeenCalledWith(130);
    expect(first).toHaveBeenCalledTimes(1);
  });
});

import type { Scenario, Size } from './scenario.js';

export interface ChaosPlan {
  readonly runs: readonly { readonly scenario: Scenario; readonly size: Size }[];
  readonly seed: number;
}

/** What the command line asks for. @throws Error that says what is wrong with it */
export function chaosPlan(args: readonly string[], scenarios: readonly Scenario[]): ChaosPlan {
  const given = new Map<string, string>();
  const names = scenarios.map(({ name }) => name);
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === '--short') given.set(arg, '');
    else if (['--scenario', '--rounds', '--seed'].includes(arg)) given.set(arg, args[++at] ?? '');
    else
      throw new Error(`chaos: '${arg}' is no option. There are --short, --scenario <name>, --rounds <n>, --seed <n>.`);
  }
  const wanted = given.get('--scenario');
  if (wanted !== undefined && !names.includes(wanted))
    throw new Error(`chaos: there is no scenario '${wanted}'. There are ${names.join(', ')}.`);
  const whole = (option: string): number | undefined => {
    const text = given.get(option);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw new Error(`chaos: ${option} takes a whole number, not '${text}'.`);
    return Number(text);
  };
  const rounds = whole('--rounds');
  return {
    runs: scenarios
      .filter(({ name }) => wanted === undefined || name === wanted)
      .map((scenario) => {
        const size = given.has('--short') ? scenario.short : scenario.long;
        return { scenario, size: rounds === undefined ? size : { ...size, rounds } };
      }),
    seed: whole('--seed') ?? Math.floor(Math.random() * 2 ** 32),
  };
}

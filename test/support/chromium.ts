import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Opens a page in a context of its own, which is closed after the test. */
export type OpenPage = (options?: BrowserContextOptions) => Promise<Page>;

/**
 * A `describe` that needs Chromium, which runs from before the first test to after the last. Without one the suite is skipped with
 * the reason in its title, or fails if `VIGIL_REQUIRE_ALL=1`.
 */
export function describeWithChromium(name: string, suite: (open: OpenPage) => void): void {
  let browser: Browser | undefined;
  const open: OpenPage = async (options) => {
    if (!browser) throw new Error(`${name}: the browser runs only inside tests and hooks`);
    const context = await browser.newContext(options);
    return context.newPage();
  };
  if (!existsSync(EXECUTABLE)) {
    if (process.env.VIGIL_REQUIRE_ALL === '1') throw new Error(`${name}: needs Chromium (VIGIL_REQUIRE_ALL=1)`);
    describe.skip(`${name} [left out: no Chromium]`, () => suite(open));
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    }, 60_000);
    afterEach(async () => {
      for (const context of browser?.contexts() ?? []) await context.close();
    });
    afterAll(() => browser?.close());
    suite(open);
  });
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds serious or critical on a page, as texts; by all of its rules, or by these. */
export async function graveViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated, because the policy of a page lets no script of others in.
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${JSON.stringify(rules ? { runOnly: rules } : {})}).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
    );
}

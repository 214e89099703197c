import { soon } from './soon.js';

/** Runs something soon, once for all who ask until then. */
export class OnceSoon {
  /** Who asks first until the next run; another one each time. */
  private asked: object | undefined;

  constructor(private readonly run: () => void) {}

  ask(): void {
    if (this.asked) return;
    const asked = (this.asked = {});
    soon(() => {
      if (this.asked !== asked) return;
      this.asked = undefined;
      this.run();
    });
  }

  /** What was asked for has been done by others. */
  forget(): void {
    this.asked = undefined;
  }
}

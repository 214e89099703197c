import { soon } from './soon.js';

/** Runs something soon, once for all who ask until then. */
export class OnceSoon {
  private asked = false;

  constructor(private readonly run: () => void) {}

  ask(): void {
    if (this.asked) return;
    this.asked = true;
    soon(() => {
      this.asked = false;
      this.run();
    });
  }
}

/** Something that must hold after a run, and whether it does. */
export interface Check {
  readonly holds: boolean;
  readonly text: string;
}

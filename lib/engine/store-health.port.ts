/** How the store fares, by a look at it just now. */
export interface StoreHealth {
  /** Milliseconds for one command. */
  readonly latencyMs: number;
  /** Whether it took a write. */
  readonly isWritable: boolean;
  /** What an accepted job survives. */
  readonly durability: string;
  /** Absent where nothing is ever evicted. */
  readonly evictionPolicy?: string;
  /** Of the node that has used the largest share of what it may use; absent where nothing limits it. */
  readonly memory?: { readonly usedBytes: number; readonly maxBytes: number };
  /** Why a write was refused. */
  readonly problem?: string;
}

export interface StoreWatch {
  /** @throws the errors of a store that does not answer */
  health(): Promise<StoreHealth>;
}

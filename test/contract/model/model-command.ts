import type { AsyncCommand } from 'fast-check';
import type { StoreModel } from './store.model.js';
import type { World } from './world.js';

/** Something that happens in a story. What can not happen at that point is left out. */
export abstract class ModelCommand implements AsyncCommand<StoreModel, World> {
  check(model: Readonly<StoreModel>): boolean {
    return this.isPossible(model as StoreModel);
  }

  async run(model: StoreModel, world: World): Promise<void> {
    await this.act(model, world);
    await world.compareCounts(model);
  }

  abstract toString(): string;

  /** Does it to the store and to the model, and compares the answers. */
  protected abstract act(model: StoreModel, world: World): Promise<void>;

  protected isPossible(_model: StoreModel): boolean {
    return true;
  }
}

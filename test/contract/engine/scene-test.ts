import type { EngineScene } from '../../support/engine-scene.js';

/** Jest's `it` with a scene, after which the ledger is checked. */
export type SceneTest = (behaviour: string, test: (scene: EngineScene) => Promise<void>, timeout?: number) => void;

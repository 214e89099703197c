/** Keeps up what is shown, as long as somebody looks. */

const EVERY_MS = 5_000;

/**
 * Draws at once, and then again and again.
 * @param {import('./live.js').Live} live told when it fails, since it says so
 * @param {() => Promise<unknown>} draw
 * @param {number} [every]
 * @returns {Promise<() => void>} how to stop
 */
export async function follow(live, draw, every = EVERY_MS) {
  let isDrawing = false;
  const again = async () => {
    // Behind other tabs nobody sees it.
    if (isDrawing || document.hidden) return;
    isDrawing = true;
    try {
      await draw();
    } catch {
      await live.poll();
    } finally {
      isDrawing = false;
    }
  };
  await draw();
  const timer = setInterval(() => void again(), every);
  const onSight = () => void again();
  document.addEventListener('visibilitychange', onSight);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onSight);
  };
}

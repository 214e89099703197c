import { callTool } from './support/project.js';

const place = { engine: 'memory', without: 'names', file: 'package.json', replace: '' };

describe('the mutations', () => {
  it('find the texts that they change, each once', async () => {
    expect(await callTool('mutations/all-mutations.mjs', 'misplaced')).toEqual([]);
  });

  it('are told when a text is gone, or is not the only one', async () => {
    const wanted = [
      { ...place, find: '"name": "nestjs-vigil"' },
      { ...place, find: 'no such text' },
      { ...place, find: '"' },
    ];
    const wrong = await callTool<string[]>('mutations/all-mutations.mjs', 'misplaced', wanted);
    expect(wrong).toHaveLength(2);
    expect(wrong[0]).toContain('without names: "no such text" stands 0 times in package.json, not once');
  });
});

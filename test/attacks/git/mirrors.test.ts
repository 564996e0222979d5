import { mkdirSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useBench } from '../../unit/git/setup.ts';

const bench = useBench();

it('A mirror, which holds what Secrets are rendered to, is closed to others in a cache that is open to all', async () => {
  mkdirSync(bench.cacheDir, { mode: 0o755 });
  const head = bench.remote.commit('main', { 'secret.yaml': 'kind: Secret\n' });
  await bench.open().listFiles(head);
  expect(statSync(bench.cacheDir).mode & 0o777).toBe(0o755);
  expect(statSync(bench.mirror()).mode & 0o777).toBe(0o700);
});

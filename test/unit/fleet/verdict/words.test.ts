import { expect, test } from 'vitest';
import { boundedLine } from '../../../../src/fleet/words.ts';

test('the same trouble reads the same after each attempt', () => {
  const attempt = (folder: string, took: string) =>
    boundedLine(
      `kustomize build failed: open /tmp/kustomization-${folder}/west/x.yaml: no such file; health check failed after ${took}: timeout waiting for: [Deployment/blue/shop status: 'InProgress']`,
    );
  expect(attempt('2038409', '30.012345678s')).toBe(attempt('977', '1m30.5s'));
  expect(attempt('1', '30s')).toContain('open west/x.yaml: no such file; health check failed: timeout');
});

test('a long chain of errors keeps its beginning and its cause', () => {
  const chain = `kustomize build failed: ${'accumulating resources: '.repeat(40)}missing metadata.name in object`;
  const line = boundedLine(chain);
  expect(line.length).toBeLessThanOrEqual(300);
  expect(line).toMatch(/^kustomize build failed: .*… .*missing metadata\.name in object$/);
});

test('what is no duration stays', () => {
  expect(boundedLine('retry in 5 minutes, after 3 failures')).toBe('retry in 5 minutes, after 3 failures');
});

test('a cluster may send a message of any length and of any form', () => {
  const line = boundedLine(`first ${'/a'.repeat(1_000_000)} last`);
  expect(line).toMatch(/^first \/a.* last$/);
  expect(line.length).toBeLessThanOrEqual(300);
});

import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinPath, normalizePath } from '../../../src/text/path.ts';

const part = fc
  .array(fc.constantFrom('/', '.', '..', 'a', 'b', '...', '//'), { maxLength: 12 })
  .map((all) => all.join(''));

describe('paths', () => {
  test('are those of node:path', () => {
    fc.assert(
      fc.property(part, (path) => {
        expect(normalizePath(path)).toBe(posix.normalize(path));
      }),
    );
    fc.assert(
      fc.property(part, part, (folder, entry) => {
        expect(joinPath(folder, entry)).toBe(posix.join(folder, entry));
      }),
    );
  });

  test('that lead back very often take no time', () => {
    const began = process.cpuUsage();
    expect(joinPath('/', `${'a'.repeat(200_000)}${'/x/..'.repeat(200_000)}`)).toHaveLength(200_001);
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_000);
  });
});

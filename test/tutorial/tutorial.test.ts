import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from './support/blocks.ts';
import { openReader, type Reader } from './support/reader.ts';

let reader: Reader;

beforeAll(async () => {
  reader = await openReader();
});

afterAll(() => reader.close());

test('the tutorial goes as it is written, from nothing to a promotion and a rollback, and on the next day', async () => {
  const { terminals } = reader;
  const text = await readFile(fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url)), 'utf8');
  const blocks = blocksOf(text).filter(({ part }) => part === 'sandbox');
  expect(blocks.length).toBeGreaterThan(10);
  for (const block of blocks) if (!block.installs) await terminals.run(block);

  expect(await terminals.interrupt('everything'), terminals.printed('everything')).toBe(0);
  expect(terminals.printed('everything')).toContain('call it again to go on');

  const plain = { installs: false, part: 'sandbox', code: 0 } as const;
  const begin = { ...plain, text: 'fairlead worker --dev --sandbox\n', until: 'Ctrl-C ends it' };
  await terminals.run({ ...begin, terminal: 'next day' });
  const look = 'test "$(fairlead status --all --json | grep -c \'"state": "promoted"\')" -ge 2';
  await terminals.run({ ...plain, text: `${look}\n` });
  expect(await terminals.interrupt('next day'), terminals.printed('next day')).toBe(0);
});

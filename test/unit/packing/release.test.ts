import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/git.ts';

const program = fileURLToPath(new URL('../../../packing/release.mjs', import.meta.url));
let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('release');
  write('package.json', '{ "version": "0.1.0" }\n');
  write('README.md', readme(true));
  write('docs/recipes/first.md', '# First\n\nUntil `v0.1.0` is published: pack it,\nand install that.\n\n## Next\n');
  write('CHANGELOG.md', changelog(true));
});
afterEach(() => place.remove());

function write(path: string, text: string): void {
  const file = join(place.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const read = (path: string) => readFileSync(join(place.path, path), 'utf8');

function readme(isUnpublished: boolean): string {
  const line = '`v0.1.0` is not published yet. Until then, pack it in a checkout.\n\n';
  return `# Fairlead\n\n${isUnpublished ? line : ''}## How it works\n`;
}

function changelog(isUnreleased: boolean, date = ''): string {
  const note = 'Nothing has been released yet. Until then\nnames may change.\n\n';
  return `# Changelog\n\n## [Unreleased]\n\n${isUnreleased ? note : `## [0.1.0] - ${date}\n\n`}### Added\n\n- A lane.\n`;
}

function release(...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: place.path,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

const today = () => new Date().toISOString().slice(0, 10);

describe('the texts of a release', () => {
  test('are made once: the changelog has its section, and no page says that it is not published', () => {
    expect(release('prepare')).toMatchObject({ code: 0 });
    expect(read('CHANGELOG.md')).toBe(changelog(false, today()));
    expect(read('README.md')).toBe(readme(false));
    expect(read('docs/recipes/first.md')).toBe('# First\n\n## Next\n');
    expect(release('check', 'v0.1.0')).toEqual({ code: 0, said: '' });
    expect(release('prepare')).toMatchObject({ code: 1, said: expect.stringContaining('raise `version`') });
    expect(read('CHANGELOG.md')).toBe(changelog(false, today()));
  });

  test('are refused as they are before, with what is wrong and the command that mends it', () => {
    const { code, said } = release('check', 'v0.1.0');
    expect(said.split('\n')).toEqual([
      'CHANGELOG.md has no section [0.1.0].',
      'CHANGELOG.md has changes below Unreleased.',
      'CHANGELOG.md says that nothing has been released yet.',
      'README.md says that a version is not published yet.',
      'docs/recipes/first.md says that a version is not published yet.',
      'Run `npm run prepare:release`, and tag its commit.',
      '',
    ]);
    expect(code).toBe(1);
  });

  test.each([
    ['the line of the README', 'README.md', readme(true), 'README.md says that a version is not published yet.'],
    ['another version', 'package.json', '{ "version": "0.2.0" }', 'The tag is v0.1.0, package.json says 0.2.0.'],
    [
      'a section without a change',
      'CHANGELOG.md',
      '## [0.1.0] - 2026-11-30\n',
      'says no change in its section [0.1.0]',
    ],
    [
      'a change that is not in it',
      'CHANGELOG.md',
      '## [Unreleased]\n\n- A rest.\n\n## [0.1.0] - 2026-11-30\n\n- A lane.\n',
      'CHANGELOG.md has changes below Unreleased.',
    ],
  ])('are refused with %s', (...[, path, text, sentence]) => {
    release('prepare');
    write(path, text);
    expect(release('check', 'v0.1.0')).toMatchObject({ code: 1, said: expect.stringContaining(sentence) });
  });
});

test('the repository itself has what a release takes out, or has taken it out', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  for (const path of ['package.json', 'README.md', 'CHANGELOG.md', 'docs/tutorial.md', 'docs/install.md'])
    write(path, readFileSync(join(root, path), 'utf8'));
  release('prepare');
  expect(release('check', `v${version}`).said).not.toMatch(/published|released yet/);
  expect(`${read('README.md')}${read('docs/tutorial.md')}${read('docs/install.md')}`).not.toMatch(
    /not published|is published/,
  );
});

import { expect, it } from 'vitest';
import { parseSettings } from '../../../src/gitops/platform-file.ts';
import { type ParseSettings, parseSettingsHere, type SettingsFile } from '../../../src/platform/settings-parser.ts';
import { useWorld } from '../activities/environment-world.ts';
import { environmentFile } from '../cli/platform-repository.ts';

const world = useWorld();

/** A source whose parser counts what it parses. */
function countingSource() {
  let parsed = 0;
  const counting: ParseSettings = async (file) => {
    parsed += 1;
    return parseSettingsHere(file);
  };
  const { dependencies, place } = world();
  return {
    source: { ...dependencies.repositories.open(place.source), parseSettings: counting },
    parsed: () => parsed,
  };
}

function fileOf(content: Buffer, name: string): SettingsFile<'environment'> {
  return {
    kind: 'environment',
    content,
    context: {
      file: `fairlead.yaml of branch ${name}`,
      name,
      platform: { gitopsRepository: 'https://github.com/acme/platform-gitops' },
    },
  };
}

it('A settings file is parsed once for each environment whose it is', async () => {
  const { source, parsed } = countingSource();
  const content = Buffer.from(environmentFile('clusters: [{ name: one, group: us/west }]'));
  const first = await parseSettings(source, fileOf(content, 'dev'));
  expect(await parseSettings(source, fileOf(content, 'dev'))).toBe(first);
  expect(parsed()).toBe(1);
  const other = await parseSettings(source, fileOf(content, 'qa'));
  expect([first.gitops.branch, other.gitops.branch]).toEqual(['dev', 'qa']);
  expect(parsed()).toBe(2);
});

it('A settings file with an error is parsed again', async () => {
  const { source, parsed } = countingSource();
  const content = Buffer.from(environmentFile('clusters: [{ name: one }]'));
  for (const times of [1, 2]) {
    await expect(parseSettings(source, fileOf(content, 'dev'))).rejects.toMatchObject({ type: 'InvalidConfig' });
    expect(parsed()).toBe(times);
  }
});

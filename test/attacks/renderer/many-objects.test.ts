import { describe, expect, it } from 'vitest';
import { ownPaths } from '../../../src/activities/pull-request/proof-of-merge.ts';
import { leafFolders } from '../../../src/gitops/leaves/leaves.ts';
import { limits } from '../../../src/platform/limits.ts';
import { composeBranch } from '../../../src/render/layout/compose.ts';
import { sameObjectTwice } from '../../../src/render/layout/conflicts.ts';
import { kustomizationText } from '../../../src/render/layout/kustomization-text.ts';
import { summarize } from '../../../src/render/layout/summary.ts';
import { renderPlatform } from '../../../src/render/platform.ts';
import type { Renderer, SourceTree } from '../../../src/render/types.ts';
import { base, inputsOf, tree } from '../../unit/render/trees.ts';
import { outcomeOf } from './rendering.ts';

const objects = Array.from({ length: 1_000 }, (_, index) => ({
  apiVersion: 'v1',
  kind: 'C',
  namespace: '',
  name: `n${index}`,
}));
const yaml = objects.map(({ name }) => `apiVersion: v1\nkind: C\nmetadata:\n  name: ${name}\n`).join('---\n');
/** What the real renderer makes of 50 KB in a few seconds, once for all groups. */
const small: Renderer = {
  versions: async () => ({}),
  close: async () => undefined,
  render: async () => ({ yaml, objects }),
};
const inGroups = (count: number) =>
  inputsOf({
    main: base('apps/a'),
    config: Object.fromEntries(Array.from({ length: count }, (_, index) => [`g${index}/apps/a/.gitkeep`, ''])),
  });
const outcome = (groups: number) => outcomeOf(renderPlatform(inGroups(groups), small).then(() => 'rendered'));

const revision = { main: 'a'.repeat(40), config: 'c'.repeat(40) };
const manyGroups = new Map(Array.from({ length: 20_000 }, (_, index) => [`group-${index}`, ['apps']] as const));
const manyPaths = Array.from({ length: 200_000 }, (_, index) => `group-${index % 20_000}/apps/a${index}/a.yaml`);

describe('An environment of very many small things', () => {
  it('is refused by its objects, however little they take', async () => {
    expect(await outcome(2_500)).toEqual({
      refused:
        'dev cannot be rendered: its leaves render to more than 250000 objects, which is what one environment may have. Take a base out of some groups, or divide the environment.',
    });
    expect(await outcome(limits.environmentObjects / objects.length)).toEqual({ yaml: 'rendered' });
  });

  it('is refused by its leaves', async () => {
    expect(await outcome(limits.environmentLeaves + 1)).toEqual({
      refused:
        'dev cannot be rendered: its groups have 20001 leaves, and one environment may have 20000. Divide the environment.',
    });
  });

  it('is refused by the names of its groups, where its provenance could not be read again', () => {
    const rendered = { groups: manyGroups, files: new Map<string, string>() };
    const provenance = { revision, groups: manyGroups, renderer: {} };
    expect(() => composeBranch({ rendered, provenance, branch: undefined })).toThrow(
      /^The names of its 20000 groups take .* KiB in \.fairlead\/provenance\.yaml, which may have 256 KiB\. Divide/,
    );
  });

  it('that come twice is refused with some of them', () => {
    const leaf = { group: 'eu', output: { yaml, objects } };
    expect(
      sameObjectTwice([
        { ...leaf, path: 'apps/a' },
        { ...leaf, path: 'apps/b' },
      ]),
    ).toHaveLength(20);
  });
});

// Each of these compared everything with everything, and took minutes of the main thread.
describe('A GitOps branch of very many small things', () => {
  it('that lists one folder again and again is read in no time', () => {
    const again = 60_000;
    const listed = `${kustomizationText(['x'])}${'- x\n'.repeat(again)}`;
    const files = Array.from({ length: 200_000 }, (_, index) => [`g/x/f${index}.yaml`, 'a: 1\n']);
    const branch = tree({ 'g/kustomization.yaml': listed, ...Object.fromEntries(files) });
    const rendered = { groups: new Map([['g', ['apps']]]), files: new Map([['g/apps/a/a.yaml', yaml]]) };
    const changes = composeBranch({
      rendered,
      provenance: { revision, groups: rendered.groups, renderer: {} },
      branch,
    });
    expect(changes.get('g/kustomization.yaml')).toBe(kustomizationText(['apps', 'x']));
  });

  it('of many groups and files is read in no time', () => {
    expect(leafFolders(manyPaths, manyGroups).get('group-7')).toHaveLength(10);
    expect(manyPaths.every(ownPaths(manyGroups))).toBe(true);
    expect(['other/apps/a.yaml', 'group-7/infra/a.yaml', 'group-7/apps'].some(ownPaths(manyGroups))).toBe(false);
  });

  it('with more objects than any render brings is refused', async () => {
    const text = yaml.replaceAll('name: n', 'name: other');
    const branch: SourceTree = tree(
      Object.fromEntries([
        ['.fairlead/provenance.yaml', provenanceOfGroup],
        ...Array.from({ length: 501 }, (_, index) => [`eu/apps/a/${index}.yaml`, text]),
      ]),
    );
    const changes = new Map([...branch.files.keys()].slice(1).map((path) => [path, null] as const));
    await expect(summarize({ branch, changes })).rejects.toThrow(
      /^The GitOps branch has more objects in Fairlead's folders than renders bring, the last of them in eu\/apps\/a\/\d+\.yaml\./,
    );
  });
});

const provenanceOfGroup = `format: 1\nrevision: ${revision.main}+${revision.config}\ngroups:\n  eu:\n  - apps\nrenderer: {}\n`;

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Renderer } from '../../../src/render/types.ts';
import type { ObjectStore } from '../../model/git/object-store.ts';
import { deployedIn, provenanceOf } from '../../model/oracle/deployed.ts';
import { noteLines } from '../../model/oracle/record-lines.ts';
import { Renders } from '../../model/oracle/renders.ts';
import { createRepository } from '../../model/world/repository.ts';
import { SourceRepository } from '../../model/world/source-repository.ts';
import { temporaryDirectory } from '../../support/git.ts';

/** Its output is what it is given. */
const renderer: Renderer = {
  render: async ({ root, files }) => ({
    yaml: JSON.stringify(files),
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'model', name: root }],
  }),
  versions: async () => ({}),
  close: async () => undefined,
};

const plan = { merge: 'auto', whenNewer: 'supersede', onFailure: 'wait', soakMs: 0, api: false } as const;

let directory: ReturnType<typeof temporaryDirectory>;
let gitops: ObjectStore;
let source: SourceRepository;
let renders: Renders;

beforeEach(() => {
  directory = temporaryDirectory('oracle');
  gitops = createRepository(join(directory.path, 'gitops'));
  const store = createRepository(join(directory.path, 'source'));
  source = new SourceRepository({
    store,
    gitops: gitops.directory,
    stages: [['dev']],
    plans: new Map([['dev', plan]]),
  });
  renders = new Renders(renderer, { get: async () => undefined, set: () => undefined });
});
afterEach(() => directory.remove());

function onBranch(main: string, config: string): string {
  const parent = gitops.ref('refs/heads/dev');
  const tree = gitops.writeTree(new Map([['.fairlead/provenance.yaml', `revision: ${main}+${config}\n`]]));
  const parents = parent === undefined ? [] : [parent];
  const commit = gitops.writeCommit({ tree, parents, message: 'Promote', person: 'Fairlead', seconds: 1 });
  gitops.setRef('refs/heads/dev', commit);
  return commit;
}

function noted(commit: string, ...lines: readonly object[]): void {
  const tree = gitops.writeTree(new Map([[commit, lines.map((line) => `${JSON.stringify(line)}\n`).join('')]]));
  const notes = gitops.writeCommit({ tree, parents: [], message: 'Notes', person: 'Fairlead', seconds: 1 });
  gitops.setRef('refs/notes/fairlead/dev', notes);
}

const deployed = () => deployedIn({ source: source.store, gitops }, 'dev', renders);

describe('the oracle of what is deployed', () => {
  it('takes the provenance where there is no record', async () => {
    expect(await deployed()).toBeUndefined();
    const [main = ''] = source.main;
    onBranch(main, source.configHead('dev'));
    expect(await deployed()).toMatchObject({ main, config: source.configHead('dev') });
  });

  it('believes a record of a later commit that renders the same, and of no other', async () => {
    const [main = ''] = source.main;
    const config = source.configHead('dev');
    const same = source.commitMain({ web: 0, api: 1 });
    const other = source.commitMain({ web: 1, api: 1 });
    const commit = onBranch(main, config);
    const time = '2026-01-01T00:00:00.000Z';
    noted(commit, { time, event: 'deployed', main: other, config });
    expect(await deployed()).toMatchObject({ main });
    noted(commit, { time, event: 'deployed', main: same, config });
    expect(await deployed()).toMatchObject({ main: same, provenance: { main, config } });
    expect(provenanceOf(gitops, commit)).toEqual({ main, config });
  });

  it('forgets what was recorded before the main commit changed', async () => {
    const [first = ''] = source.main;
    const config = source.configHead('dev');
    const same = source.commitMain({ web: 0, api: 1 });
    const before = onBranch(first, config);
    noted(before, {
      time: '2026-01-01T00:00:00.000Z',
      event: 'deployed',
      main: source.commitMain({ web: 0, api: 0 }),
      config,
    });
    onBranch(same, config);
    expect(await deployed()).toMatchObject({ main: same });
  });

  it('reads lines that are records, newest first', () => {
    const commit = onBranch(source.head, source.configHead('dev'));
    const at = (second: number, event: string) => ({ time: `2026-01-01T00:00:0${second}.000Z`, event });
    noted(commit, at(1, 'held'), { not: 'a record' }, at(2, 'deployed'), at(2, 'promoted'));
    expect(noteLines(gitops, 'dev').map(({ event }) => event)).toEqual(['promoted', 'deployed', 'held']);
  });
});

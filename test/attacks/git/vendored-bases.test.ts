import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../support/git.ts';
import { manifest } from '../../unit/cli/platform-repository.ts';
import { type WorkTree, workTree } from '../../unit/vendor/platform.ts';

/** Whoever has a base that somebody else refers to must not have git on that machine run a program. */
describe('fairlead vendor', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let bases: TestRepository;
  let main: WorkTree;

  beforeEach(() => {
    directory = temporaryDirectory('bases');
    main = workTree({ GIT_CONFIG_GLOBAL: '/dev/null' });
  });
  afterEach(() => {
    main.remove();
    directory.remove();
  });

  /** Writes a tree with names that git itself refuses to put into one, and commits it. */
  const commitTree = (files: Readonly<Record<string, string>>): string => {
    const run = (args: readonly string[], input: string) =>
      execFileSync('git', ['-C', bases.path, ...args], { input, encoding: 'utf8' }).trim();
    const treeOf = (entries: readonly (readonly [readonly string[], string])[]): string => {
      const names = [...new Set(entries.map(([[name = '']]) => name))].sort();
      const lines = names.map((name) => {
        const inside = entries.filter(([[first]]) => first === name);
        const [file] = inside.filter(([path]) => path.length === 1);
        if (file) return `100644 blob ${run(['hash-object', '-w', '--stdin'], file[1])}\t${name}\n`;
        return `040000 tree ${treeOf(inside.map(([path, text]) => [path.slice(1), text] as const))}\t${name}\n`;
      });
      return run(['mktree'], lines.join(''));
    };
    const tree = treeOf(Object.entries(files).map(([path, text]) => [path.split('/'), text] as const));
    const commit = run(['commit-tree', tree, '-m', 'A base'], '');
    run(['update-ref', 'refs/heads/main', commit], '');
    return commit;
  };

  const vendor = async (reference: string) => {
    main.write('infra/gateway/kustomization.yaml', `resources:\n- ${reference}\n`);
    return main.run('vendor', 'infra/gateway');
  };

  const nested = (folder: string) => ({
    'base/kustomization.yaml': `resources: [map.yaml]\nconfigMapGenerator:\n- name: a\n  files: [c=${folder}/config, h=${folder}/HEAD, o=${folder}/objects/x, r=${folder}/refs/x]\n`,
    'base/map.yaml': manifest('ConfigMap', 'map'),
    [`base/${folder}/config`]: '[core]\n  sshCommand = touch ran\n',
    [`base/${folder}/HEAD`]: 'ref: refs/heads/main\n',
    [`base/${folder}/objects/x`]: '',
    [`base/${folder}/refs/x`]: '',
  });

  it.each(['.git', '.GIT', '.git. ', 'git~1', '.g\u200cit'])(
    'copies no repository that lies in a base as %j',
    async (folder) => {
      bases = createTestRepository(join(directory.path, 'bases.git'));
      const commit = commitTree(nested(folder));
      const { code, err } = await vendor(`file://${bases.path}//base?ref=${commit}`);
      expect([code, err]).toEqual([2, expect.stringContaining('git would obey')]);
      expect(main.list('infra/gateway')).toEqual(['kustomization.yaml']);
    },
  );

  it('makes no repository of the name of another one', async () => {
    bases = createTestRepository(join(directory.path, 'hooks/.git/bases'));
    const { code, err } = await vendor(`https://127.0.0.1:1/.git/hooks//base?ref=${'a'.repeat(40)}`);
    expect([code, err]).toEqual([2, expect.stringContaining('git would obey')]);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Makes by hand, in the working directory, what the tutorial's `fairlead init` makes. */
const directory = process.argv[2] ?? 'shop';
const git = (...args: readonly string[]) => execFileSync('git', ['-C', directory, ...args]);

function commit(files: Readonly<Record<string, string>>, message: string): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  git('add', '.');
  git('commit', '--quiet', '--message', message);
}

const header = (kind: string) => `apiVersion: fairlead.dev/v1\nkind: ${kind}\n`;

execFileSync('git', ['init', '--quiet', '--initial-branch=main', directory]);
commit(
  {
    'fairlead.yaml': `${header('Platform')}name: shop\ngitops: { repository: http://127.0.0.1:7480/local/shop-gitops }\nstages: [dev, qa, prod]\n`,
    'infra/namespaces/namespaces.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: hello }\n',
  },
  'Begin',
);
for (const name of ['dev', 'qa', 'prod']) {
  git('switch', '--quiet', '--orphan', name);
  const merge = name === 'prod' ? 'approval' : 'auto';
  commit(
    {
      'fairlead.yaml': `${header('Environment')}merge: ${merge}\nsoak: 1s\nclusters: [{ name: ${name}, group: all }]\n`,
      'all/infra/namespaces/.gitkeep': '',
    },
    `Begin ${name}`,
  );
}
git('switch', '--quiet', 'main');

import { createTestRepository, type TestRepository } from '../../support/git.ts';

const gitops = 'https://github.com/acme/platform-gitops';

/** A source repository with two environments that are fine. */
export function platformRepository(path: string): TestRepository {
  const repository = createTestRepository(path);
  repository.commit('main', {
    'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops} }\nstages: [dev, qa]\n`,
    'apps/blue/namespace.yaml': manifest('Namespace', 'blue'),
    'apps/blue/shop/shop.yaml': manifest('ConfigMap', 'shop', 'blue'),
  });
  for (const name of ['dev', 'qa']) {
    repository.commit(name, {
      'fairlead.yaml': environmentFile('clusters: [{ name: one, group: us/west }]'),
      'us/west/apps/blue/shop/overlays/shop.yaml': `${manifest('ConfigMap', 'shop', 'blue')}data: { environment: ${name} }\n`,
    });
  }
  return repository;
}

export function environmentFile(...lines: readonly string[]): string {
  return `apiVersion: fairlead.dev/v1\nkind: Environment\n${lines.join('\n')}\n`;
}

export function manifest(kind: string, name: string, namespace?: string): string {
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}${where} }\n`;
}

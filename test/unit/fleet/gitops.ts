import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Timings } from '../../../fakes/flux/types.ts';
import { createTestRepository, type FileChange, temporaryDirectory } from '../../support/git.ts';

/** As quick as the stand-in can be without spinning. */
export const quick: Timings = {
  pullMs: 150,
  intervalMs: 300,
  retryMs: 40,
  applyMs: 5,
  healthMs: 5,
  healthTimeoutMs: 40,
};

export const gitToken = 'git-secret';

export interface TestGitops {
  readonly url: string;
  /** Adds files to the branch and gives the commit's id. */
  commit(branch: string, files: Readonly<Record<string, FileChange>>): string;
  /** How often somebody asked without the token. */
  refused(): number;
  close(): Promise<void>;
}

/** A GitOps repository over HTTP (git's protocol for plain web servers), for those who have the token. */
export async function startGitops(): Promise<TestGitops> {
  const directory = temporaryDirectory('gitops');
  const repository = createTestRepository(join(directory.path, 'gitops.git'));
  const wanted = `Basic ${Buffer.from(`x-access-token:${gitToken}`).toString('base64')}`;
  let refused = 0;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== wanted) {
      refused += 1;
      response.writeHead(401).end();
      return;
    }
    const file = join(directory.path, normalize(new URL(request.url ?? '/', 'http://x').pathname));
    if (!existsSync(file)) response.writeHead(404).end();
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gitops.git`,
    refused: () => refused,
    commit(branch, files) {
      const sha = repository.commit(branch, files);
      repository.git(['repack', '-adq']);
      repository.git(['update-server-info']);
      return sha;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      directory.remove();
    },
  };
}

/** A group's folder as Fairlead lays it out, with one ConfigMap in one leaf. */
export function group(
  name: string,
  value: string,
  annotations: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    [`${name}/kustomization.yaml`]: 'resources: [apps]\n',
    [`${name}/apps/kustomization.yaml`]: 'resources: [shop]\n',
    [`${name}/apps/shop/kustomization.yaml`]: 'resources: [shop.yaml]\n',
    [`${name}/apps/shop/shop.yaml`]: configMap('shop', value, annotations),
  };
}

export function configMap(name: string, value: string, annotations: Readonly<Record<string, string>> = {}): string {
  const metadata = { name, namespace: 'blue', annotations };
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } })}\n`;
}

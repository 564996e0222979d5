import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import pLimit from 'p-limit';
import { parse } from 'yaml';
import { kustomizationsOf, repositoriesFollowing } from '../../src/fleet/flux/evidence.ts';
import { gitRepositorySchema, kustomizationSchema } from '../../src/fleet/flux/schemas.ts';
import type { ClusterObservation } from '../../src/fleet/types.ts';
import { gitops } from './objects.ts';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/**
 * Looks at a fleet as a script does: two lists of each cluster, so many clusters at once, each list on a connection of
 * its own. What is read is judged by the same rules.
 */
export async function oneShotLook<T>(
  file: string,
  concurrency: number,
  judge: (seen: ClusterObservation) => T | Promise<T>,
): Promise<readonly T[]> {
  const { clusters, users } = parse(await readFile(file, 'utf8')) as Kubeconfig;
  const limit = pLimit(concurrency);
  return Promise.all(
    clusters.map(({ cluster }, index) =>
      limit(async () => {
        const read = (path: string) =>
          readList(`${cluster.server}${path}`, cluster['certificate-authority-data'], users[index]?.user.token ?? '');
        const repositories = await read('/apis/source.toolkit.fluxcd.io/v1/gitrepositories?limit=250');
        const objects = await read('/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations?limit=250');
        const matching = repositoriesFollowing(
          repositories.map((each) => gitRepositorySchema.parse(each)),
          gitops,
        );
        const parsed = objects.map((each) => kustomizationSchema.parse(each));
        return judge({ kind: 'reached', kustomizations: kustomizationsOf(parsed, matching) });
      }),
    ),
  );
}

function readList(url: string, authority: string, token: string): Promise<readonly unknown[]> {
  const options = { ca: Buffer.from(authority, 'base64'), headers: { Authorization: `Bearer ${token}` }, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(url, options as object, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')).items));
      response.once('error', reject);
    });
    sent.once('error', reject).end();
  });
}

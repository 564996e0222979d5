import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startFleet } from '../../fakes/flux/start.ts';
import type { RunningFleet } from '../../fakes/flux/types.ts';
import { timings } from '../promotions/support/platform-files.ts';
import { type Block, blocksOf } from '../tutorial/support/blocks.ts';
import { openReader, type Reader } from '../tutorial/support/reader.ts';
import { fairleadScopes, type GiteaSite, openSite } from './server/site.ts';

const environments = ['dev', 'qa', 'prod'];
const owner = `acme-${randomUUID().slice(0, 8)}`;

let site: GiteaSite;
let gitops: string;
let fleet: RunningFleet;
let reader: Reader;

/** What the reader has before: git's own credentials, two empty repositories, an account with a token, clusters with Flux. */
beforeAll(async () => {
  site = openSite(inject('gitea'));
  const [ada, bot] = [await site.addUser(`ada-${owner}`), await site.addUser(`bot-${owner}`)];
  const asAda = { [ada.name]: 'admin' } as const;
  await site.addRepository({ name: `${owner}/shop`, collaborators: { ...asAda, [bot.name]: 'read' } });
  gitops = await site.addRepository({ name: `${owner}/shop-gitops`, collaborators: { ...asAda, [bot.name]: 'write' } });
  const token = await bot.tokenWith(fairleadScopes);
  const clusters = environments.map((name) => ({
    name,
    environment: name,
    gitops: { url: gitops, branch: name },
    paths: ['all'],
  }));
  fleet = await startFleet({ gitToken: token, clusters, timings });
  const basic = Buffer.from(`${ada.name}:${ada.token}`).toString('base64');
  reader = await openReader({
    gitConfig: `[http "${site.url}"]\n\textraHeader = Authorization: Basic ${basic}\n`,
    env: { KUBECONFIG: fleet.kubeconfigPath },
  });
  const { home } = reader;
  // The clusters follow already: what they are to follow is kept, to be compared.
  await reader.command('kubectl', `cat >>"${home}/applied.yaml" && echo "---" >>"${home}/applied.yaml"`);
  await mkdir(join(home, 'shop-on-a-forge'));
  await writeFile(join(home, 'shop-on-a-forge', 'token'), token, { mode: 0o600 });
});

afterAll(async () => {
  await reader.close();
  await fleet.close();
});

/** The names that stand for the reader's own, as the page lists them, and what they are here. Nothing else is another. */
function withOwnNames({ text, ...block }: Block): Block {
  const names: readonly (readonly [string, string])[] = [
    ['https://git.example.com/acme', `${site.url}/${owner}`],
    // This forge has no TLS, so that its API has another address than one thinks.
    ['host: git.example.com,', `host: "${site.host}", api: "${site.apiUrl}",`],
    // The token has been written there.
    ['mkdir shop-on-a-forge &&', 'test -s shop-on-a-forge/token &&'],
  ];
  return { ...block, text: names.reduce((written, [name, own]) => written.replaceAll(name, own), text) };
}

test("the tutorial's part on a forge goes as it is written, on a real Gitea", async () => {
  const { home, terminals } = reader;
  const page = await readFile(fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url)), 'utf8');
  const blocks = blocksOf(page).filter(({ part }) => part === 'forge');
  expect(blocks.length).toBeGreaterThan(7);
  for (const block of blocks) await terminals.run(withOwnNames(block));

  const applied = parseAllDocuments(await readFile(join(home, 'applied.yaml'), 'utf8')).map((each) => each.toJS());
  const [repositories, kustomizations] = ['GitRepository', 'Kustomization'].map((kind) =>
    applied.filter((each) => each?.kind === kind).map(({ spec }) => spec),
  );
  expect(repositories).toMatchObject(environments.map((branch) => ({ url: gitops, ref: { branch } })));
  expect(kustomizations).toMatchObject(environments.map(() => ({ path: './all', wait: true })));
  await expect
    .poll(() => site.admin('GET', `/repos/${owner}/shop-gitops/pulls?state=closed&sort=oldest`))
    .toMatchObject(environments.map((ref) => ({ merged: true, base: { ref } })));
  expect(await terminals.interrupt('worker')).toBe(0);
});

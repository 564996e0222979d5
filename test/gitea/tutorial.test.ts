import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cliCommand } from '../../demo/rig/cli.ts';
import { startFleet } from '../../fakes/flux/start.ts';
import type { RunningFleet } from '../../fakes/flux/types.ts';
import { cacheDirectory } from '../../src/programs/cache.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import { timings } from '../promotions/support/platform-files.ts';
import { type Block, blocksOf } from '../tutorial/support/blocks.ts';
import { openTerminals, type Terminals } from '../tutorial/support/terminals.ts';
import { fairleadScopes, type GiteaSite, openSite } from './server/site.ts';

const environments = ['dev', 'qa', 'prod'];
const owner = `acme-${randomUUID().slice(0, 8)}`;

let home: string;
let site: GiteaSite;
let gitops: string;
let fleet: RunningFleet;
let terminals: Terminals;

/** What the reader has before: a home with git's own credentials, two empty repositories, an account with a token, clusters with Flux. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fairlead-tutorial-forge-'));
  site = openSite(inject('gitea'));
  const [reader, bot] = [await site.addUser(`ada-${owner}`), await site.addUser(`bot-${owner}`)];
  const asReader = { [reader.name]: 'admin' } as const;
  await site.addRepository({ name: `${owner}/shop`, collaborators: { ...asReader, [bot.name]: 'read' } });
  const ofGitops = { ...asReader, [bot.name]: 'write' } as const;
  gitops = await site.addRepository({ name: `${owner}/shop-gitops`, collaborators: ofGitops });
  const token = await bot.tokenWith(fairleadScopes);
  const clusters = environments.map((name) => ({
    name,
    environment: name,
    gitops: { url: gitops, branch: name },
    paths: ['all'],
  }));
  fleet = await startFleet({ gitToken: token, clusters, timings });
  const basic = Buffer.from(`${reader.name}:${reader.token}`).toString('base64');
  const credentials = `[http "${site.url}"]\n\textraHeader = Authorization: Basic ${basic}\n`;
  await writeFile(join(home, '.gitconfig'), `[user]\n\tname = Ada\n\temail = ada@acme.example\n${credentials}`);
  await mkdir(join(home, 'bin'));
  await command('fairlead', `exec ${cliCommand.join(' ')} "$@"`);
  // The clusters follow already: what they are to follow is kept, to be compared.
  await command('kubectl', `cat >>"${home}/applied.yaml" && echo "---" >>"${home}/applied.yaml"`);
  await mkdir(join(home, 'shop-on-a-forge'));
  await writeFile(join(home, 'shop-on-a-forge', 'token'), token, { mode: 0o600 });
  const { PATH } = process.env;
  terminals = openTerminals(home, {
    PATH: `${join(home, 'bin')}:${PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    KUBECONFIG: fleet.kubeconfigPath,
    FAIRLEAD_CACHE: cacheDirectory(),
    FAIRLEAD_RENDERER: await ensureRenderer(),
    TEMPORAL_CLI: await temporalDevServer(),
  });
});

afterAll(async () => {
  await terminals.close();
  await fleet.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function command(name: string, script: string): Promise<void> {
  const path = join(home, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

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
  const page = await readFile(fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url)), 'utf8');
  const blocks = blocksOf(page).filter(({ part }) => part === 'forge');
  expect(blocks.length).toBeGreaterThan(7);
  for (const block of blocks) { const b = Date.now(); await terminals.run(withOwnNames(block)); console.log(Date.now()-b, block.text.slice(0,60)); }
  console.log(terminals.printed('on-the-forge'));

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

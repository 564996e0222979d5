import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { execaSync } from 'execa';
import { describe, it } from 'vitest';
import { createCodec } from '../../../src/temporal/codec/codec.ts';
import { writeWorkflowBundle } from '../../../src/worker/bundle.ts';
import { botToken, type SmallPlatform, startPlatform } from '../../promotions/support/platform.ts';
import { onWorker } from '../../promotions/support/promotion.ts';
import { startWorkerProcess } from '../../promotions/support/worker-process.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { freePorts } from '../../support/network/free-ports.ts';
import { readableOf } from '../../support/wire/readable.ts';

const codecKey = { id: 'canary', bytes: randomBytes(32) };
const signing = newKey();
const secretData = 'canary-of-the-data-of-a-secret';

/** Each in every form in which it could be written down. */
const canaries: Record<string, readonly string[]> = {
  'the token': [botToken, encodeURIComponent(botToken), base64(`x-access-token:${botToken}`), base64(botToken)],
  'the key of the codec': [codecKey.bytes.toString('base64'), codecKey.bytes.toString('hex')],
  'the key that signs': [signing.pem.split('\n')[1] ?? '', signing.pem],
  'the data of a Secret': [secretData, base64(secretData)],
};

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}

/** A Secret that somebody commits to a source in plain text. */
const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: web, namespace: web }\nstringData: { password: ${secretData} }\ndata: { token: ${Buffer.from(secretData).toString('base64')} }\n`;

/** Adds keys and metrics to the settings of the workers of a platform. */
function configure({ directory, env }: SmallPlatform, metricsPort: number): void {
  writeFileSync(join(directory, 'codec.key'), codecKey.bytes.toString('base64'), { mode: 0o600 });
  writeFileSync(join(directory, 'record.pem'), signing.pem, { mode: 0o600 });
  appendFileSync(
    env.FAIRLEAD_SETTINGS ?? '',
    `metrics: { address: "127.0.0.1:${metricsPort}" }
codec: { keys: [{ id: ${codecKey.id}, key: { file: codec.key } }] }
record: { signingKey: { file: record.pem } }
`,
  );
}

/** A git that writes down its arguments and its environment, and then is git. */
function spyOnGit({ directory }: SmallPlatform) {
  const bin = join(directory, 'bin');
  const [args, environment] = [join(directory, 'git-args'), join(directory, 'git-environment')];
  const { stdout: git } = execaSync('sh', ['-c', 'command -v git']);
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> ${args}\nenv >> ${environment}\nexec ${git} "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  return {
    path: `${bin}${delimiter}${process.env.PATH}`,
    args: () => readFileSync(args, 'utf8'),
    environment: () => readFileSync(environment, 'utf8'),
  };
}

/** The arguments of a process and of all its descendants: those of the renderer, too. */
function processesBelow(root: number): string {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      // It ended while we looked.
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, /^PPid:\t(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? '']));
  const isBelow = (pid: string): boolean =>
    pid === String(root) || (pid !== '' && pid !== '0' && isBelow(parents.get(pid) ?? ''));
  const below = pids.filter(isBelow);
  return below.map((pid) => read(pid, 'cmdline')).join('\n');
}

/** Answers the files below a folder with whether anybody but the user may read them. */
function filesBelow(folder: string, isOpen = true): readonly { readonly path: string; readonly isOpen: boolean }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return [];
    const { mode } = statSync(path);
    if (entry.isDirectory()) return filesBelow(path, isOpen && (mode & 0o011) !== 0);
    return [{ path, isOpen: isOpen && (mode & 0o044) !== 0 }];
  });
}

describe('At the end of a promotion, and of one that failed,', () => {
  it('no secret is in requests, statuses, deployments, logs, histories, metrics, arguments, the record or open files', {
    timeout: 300_000,
  }, async ({ expect }) => {
    const setup = { keys: [codecKey] };
    const platform = await startPlatform([{ name: 'dev' }, { name: 'prod', merge: 'manual' }], { hasReports: true });
    try {
      await onWorker(
        platform,
        async ({ promote, test }) => {
          await test.worker.stop();
          const [port = 0] = await freePorts(1);
          configure(platform, port);
          const { source, gitops } = platform;
          const file = source.git(['show', 'main:fairlead.yaml']);
          source.commit('main', { 'fairlead.yaml': `${file}\nrecord: { publicKeys: ["${signing.listed}"] }\n` });
          source.commit('main', {
            'apps/web/secret.yaml': secret,
            'apps/web/kustomization.yaml': 'resources: [web.yaml, secret.yaml]\n',
          });
          const bundle = join(platform.directory, 'workflows.js');
          await writeWorkflowBundle(bundle);
          // A cache on a volume that is open to all, as a cluster mounts it.
          mkdirSync(join(platform.directory, 'cache'), { mode: 0o755 });
          chmodSync(platform.directory, 0o755);
          const spy = spyOnGit(platform);
          const worker = startWorkerProcess({ ...platform, env: { ...platform.env, PATH: spy.path } }, test, bundle);
          const seen: string[] = [];
          const pid = Number(worker.identity.split('@')[0]);
          const watch = setInterval(() => seen.push(processesBelow(pid)), 50);
          const scraped: string[] = [];
          try {
            const promotion = await promote(source.head('main'));
            // Until the worker is there, nobody answers.
            const isAnswered = () =>
              promotion.status().then(
                () => true,
                () => false,
              );
            await expect.poll(isAnswered, { timeout: 120_000 }).toBe(true);
            const { request } = await promotion.reaches('prod', 'pull request open');
            await platform.merge(request?.number ?? 0);
            expect((await promotion.result()).state).toBe('promoted');
            expect(gitops.git(['show', 'prod:one/apps/web/web.yaml'])).toContain(secretData);
            // The same Secret twice: the tools quote what they refuse.
            const twice = {
              'apps/web/again.yaml': secret,
              'apps/web/kustomization.yaml': 'resources: [web.yaml, secret.yaml, again.yaml]\n',
            };
            const failing = await promote(source.commit('main', twice));
            await failing.reaches('dev', 'needs attention', 'web');
            scraped.push(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
            await failing.decide('abort', { reason: 'it fails' });
            await failing.result();
          } finally {
            clearInterval(watch);
            await worker.stop();
          }
          const { forge, names } = platform;
          const mains = source.git(['rev-list', 'main']).trim().split('\n');
          const readable = readableOf((await test.histories()).map(({ history }) => history));
          const decrypted = await createCodec([codecKey]).decode(readable.encrypted as Payload[]);
          const cache = filesBelow(join(platform.directory, 'cache'));
          const places: Record<string, string> = {
            'requests and their comments': JSON.stringify(await platform.requests()),
            'statuses and deployments': JSON.stringify([
              mains.map((sha) => forge.statuses(names.source, sha)),
              forge.deployments(names.source),
            ]),
            logs: await worker.log(),
            'histories, encrypted': readable.text,
            'histories, decrypted': decrypted.map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join('\n'),
            metrics: scraped.join('\n'),
            'arguments of git': spy.args(),
            'arguments of all processes': seen.join('\n'),
            'messages of commits, and the record': `${gitops.git(['log', '--all', '--format=%an %ae %B'])}\n${gitops.git(['grep', '-h', '', 'refs/notes/fairlead/dev'])}`,
            'files that others may read': cache
              .filter(({ isOpen }) => isOpen)
              .map(({ path }) => readFileSync(path, 'latin1'))
              .join('\n'),
          };
          // Each place was really looked at.
          for (const [place, words] of Object.entries({
            'requests and their comments': 'Secret',
            'statuses and deployments': 'promoted',
            logs: 'PromoteMainCommit',
            'histories, decrypted': platform.names.source,
            metrics: 'fairlead_step_attempts',
            'arguments of git': 'push',
            'arguments of all processes': 'worker',
            'messages of commits, and the record': 'signature',
          }))
            expect([place, places[place]]).toEqual([place, expect.stringContaining(words)]);
          const found = Object.entries(canaries).flatMap(([what, forms]) =>
            Object.entries(places).flatMap(([place, text]) =>
              forms.some((form) => text.includes(form)) ? [`${what} in ${place}`] : [],
            ),
          );
          expect(found).toEqual([]);
          // What mirrors hold is compressed, and cannot be searched for.
          expect(cache.filter(({ path, isOpen }) => isOpen && path.includes('.git/'))).toEqual([]);
          expect(cache.some(({ path }) => path.endsWith('.pack'))).toBe(true);
          // In git's environment the token travels, as a header and nowhere else; the keys are in nobody's.
          const environment = spy.environment();
          expect(environment).toContain(`Authorization: Basic ${base64(`x-access-token:${botToken}`)}`);
          for (const form of [
            botToken,
            ...(canaries['the key of the codec'] ?? []),
            ...(canaries['the key that signs'] ?? []),
          ])
            expect(environment).not.toContain(form);
          // Neither is any in a file of the cache, whoever may read it; Secrets are, for the worker's user alone.
          const kept = cache.map(({ path }) => readFileSync(path, 'latin1')).join('\n');
          expect(kept).toContain(secretData);
          for (const what of ['the token', 'the key of the codec', 'the key that signs'])
            for (const form of canaries[what] ?? []) expect(kept).not.toContain(form);
        },
        setup,
      );
    } finally {
      await platform.close();
    }
  });
});

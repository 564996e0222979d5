import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import type { RepositoryManifest } from '../packing/manifests.ts';
import { stageCommandLine } from '../packing/packages.ts';
import { devServerOptions, temporalDevServer } from '../src/programs/temporal/dev-server.ts';
import { git, temporaryDirectory } from '../test/support/git.ts';
import { platformRepository } from '../test/unit/cli/platform-repository.ts';
import { machine, summary } from './support/report.ts';

/*
 * Says how long commands of the packed command line take, beside a Node that does nothing. They take turns, so that a busy machine
 * slows all alike: compare the ratios. `npm run bench:startup`; `BENCH_ROUNDS` is how often each is called.
 */

const rounds = Number(process.env.BENCH_ROUNDS ?? 30);
const root = fileURLToPath(new URL('..', import.meta.url));
const stage = join(root, 'dist/startup');
const place = temporaryDirectory('startup');
const server = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: { type: 'existing-path', path: await temporalDevServer() },
    log: { format: 'pretty', level: 'error' },
    extraArgs: devServerOptions,
  },
});
try {
  const program = await packedProgram();
  const source = platformRepository(join(place.path, 'platform.git'));
  const checkout = join(place.path, 'checkout');
  git(place.path, ['clone', '--quiet', source.path, checkout]);
  const env = { PATH: process.env.PATH, HOME: place.path, TEMPORAL_ADDRESS: server.address };
  const call = (...args: readonly string[]) =>
    execa(process.execPath, [...args], { cwd: checkout, env, extendEnv: false });
  await call(program, 'setup');
  const commands: readonly (readonly [string, readonly string[], number | undefined])[] = [
    ['`node -e 0`', ['-e', '0'], undefined],
    ['`--help`', [program, '--help'], 150],
    ['completion', [program, 'complete', '--', 'approve', ''], 150],
    ['`validate`', [program, 'validate'], 400],
    ['`status`', [program, 'status'], 400],
  ];
  const took = new Map(commands.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of commands) {
      const began = performance.now();
      await call(...args);
      // The first round reads the files from the disk.
      if (round > 0) took.get(name)?.push(performance.now() - began);
    }
  }
  console.log(`${machine()}; ${rounds} calls each, in turns\n`);
  console.log('| command | median | 95th percentile | fastest | of `node -e 0` | target |\n|---|---|---|---|---|---|');
  const nothing = summary(took.get('`node -e 0`') ?? []).median;
  for (const [name, , target] of commands) {
    const values = took.get(name) ?? [];
    const { median, p95 } = summary(values);
    const ratio = (median / nothing).toFixed(1);
    const fastest = Math.round(Math.min(...values));
    console.log(
      `| ${name} | ${median} ms | ${p95} ms | ${fastest} ms | ${ratio} | ${target === undefined ? '' : `${target} ms`} |`,
    );
  }
} finally {
  await server.teardown();
  await rm(stage, { recursive: true, force: true });
  place.remove();
}

/** Lays the command line out as it is packed, and answers its file. Its one library is found in the checkout. */
async function packedProgram(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as RepositoryManifest;
  const { directory, manifest: packed } = await stageCommandLine({ root, manifest, stage });
  await writeFile(join(directory, 'package.json'), JSON.stringify(packed));
  const program = join(directory, 'dist/main.js');
  await chmod(program, 0o755);
  return program;
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../src/version.ts';
import { git } from '../support/git.ts';
import { type ChartServer, startChartServer } from '../support/servers/chart-server.ts';
import { createDemoWorld, type DemoWorld } from '../unit/cli/diff/demo-world.ts';
import { type Installed, packForThisPlatform } from './installed.ts';

const system = `${process.platform}-${process.arch}`;
const renderer = `renderer-${system}`;
const nobodyThere = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
let installed: Installed;
let world: DemoWorld;

beforeAll(async () => {
  installed = await packForThisPlatform();
  await installed.install(`fairlead-${version}`, `fairlead-${renderer}-${version}`);
  world = await createDemoWorld();
});
afterAll(() => {
  world.close();
  installed.remove();
});

const run = (args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}) =>
  installed.run(args, {
    ...options,
    env: { FAIRLEAD_SETTINGS: join(world.directory, 'worker.yaml'), ...options.env },
  });

const renderInto = (out: string) =>
  run(['render', '--source', world.source.path, '--main', 'main', '--environment', 'dev', '--out', out]);

describe('the packed command line, where neither Go nor Java is', () => {
  test('is small, and brings nothing of the worker', () => {
    expect(readdirSync(installed.path)).toEqual(expect.not.arrayContaining(['go', 'java']));
    const modules = readdirSync(join(installed.modules, 'fairlead'), { recursive: true }).map(String);
    expect(modules.filter((name) => /core-bridge|client-node|@temporalio/.test(name))).toEqual([]);
    expect(modules).toContain('docs/cli.md');
  });

  test('says its version and its commands', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: version, err: '' });
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of ['validate', 'render', 'diff', 'promote', 'status', 'worker']) expect(out).toMatch(` ${name} `);
  });

  test('validates and renders with the renderer of the platform', async () => {
    const validated = await run(['validate', '--render', '--strict'], { cwd: world.clone('main') });
    expect(validated).toMatchObject({ code: 0, out: expect.stringMatching(/Valid: 0 errors, 0 warnings\.$/) });
    const out = join(world.directory, 'out');
    const rendered = await renderInto(out);
    expect(rendered).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(out, '.fairlead/provenance.yaml'), 'utf8')).toContain(world.source.head('main'));
  });

  test('shows what would change', async () => {
    const { code, out } = await run(['diff', '--source', world.source.path, '--environment', 'dev']);
    expect(out).toContain('+ DaemonSet logging/log-forwarder, infra/logging/log-forwarder');
    expect(code).toBe(6);
  });

  test('says that Temporal does not answer', async () => {
    const { code, err } = await run(['status'], { env: nobodyThere });
    expect(err).toContain('Temporal does not answer at 127.0.0.1:1');
    expect(code).toBe(3);
  });

  test('makes a platform that is valid', async () => {
    const ada = { NAME: 'Ada', EMAIL: 'ada@acme.example' };
    const env = Object.fromEntries(
      Object.entries(ada).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    );
    const made = await run(['init', 'shop', '--yes', '--forge', 'none'], { cwd: world.directory, env });
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('(source repository)') });
    const platform = join(world.directory, 'shop');
    expect(await run(['validate', '--render'], { cwd: platform })).toMatchObject({ code: 0 });
  });

  /** What bash offers behind these words, once the script of the installed command is sourced. */
  function bashOffers(line: string): readonly string[] {
    const words = line.split(' ');
    const script = `source <(fairlead completion bash)
      COMP_LINE=${JSON.stringify(line)} COMP_POINT=${line.length} COMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}
      $(complete -p fairlead | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${join(installed.modules, '..', '..', 'bin')}:${process.env.PATH}` };
    return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).trimEnd().split('\n');
  }

  test('completes commands, and promotes nothing without Temporal', async () => {
    expect((await run(['complete', '--', 'pro'])).out).toContain('promote');
    expect(bashOffers('fairlead pro')).toEqual(['promote']);
    const promoted = await run(['promote', '--source', world.source.path, '--commit', 'main'], { env: nobodyThere });
    expect(promoted).toMatchObject({ code: 3, err: expect.stringContaining('Temporal does not answer') });
  });

  test('says what is wrong, and what it cannot ask without the package of the worker', async () => {
    const { code, out } = await run(['doctor', '--source', world.source.path], { env: nobodyThere });
    expect(out).toMatch(/^✘ Temporal: /m);
    expect(out).toMatch(/^✔ Renderer: /m);
    expect(out).toContain(`\`npm install -g @fairlead/worker@${version}\``);
    expect(code).toBe(3);
  });

  test('refuses a renderer of another version, with the command that helps', async () => {
    const manifest = join(installed.modules, '@fairlead', renderer, 'package.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace(`"${version}"`, '"0.0.1"'));
    const out = join(world.directory, 'other');
    const { code, err } = await renderInto(out);
    writeFileSync(manifest, text);
    expect(err).toContain(`is of version 0.0.1, and this Fairlead of version ${version}`);
    expect(err).toContain(`npm install -g fairlead@${version}`);
    expect(code).toBe(2);
  });
});

describe('what fetches charts', () => {
  let charts: ChartServer;

  beforeAll(async () => {
    charts = await startChartServer();
    charts.publish('ingress', '4.13.2');
  });
  afterAll(() => charts.close());

  const vendorIn = (checkout: string, ...args: readonly string[]) => run(['vendor', ...args], { cwd: checkout });

  /** Answers a checkout of which one base names a chart of a registry, and one that of a repository. */
  function checkoutWithCharts(name: string): string {
    const checkout = join(world.directory, name);
    git(world.directory, ['init', '--quiet', '--template=', '--initial-branch=main', checkout]);
    for (const [base, source] of [
      ['infra/registry', `${charts.registry}/ingress`],
      ['infra/repository', `${charts.repository}/ingress`],
    ] as const) {
      mkdirSync(join(checkout, base), { recursive: true });
      writeFileSync(join(checkout, base, 'helm.yaml'), `chart: ${source}\nversion: "4.13.2"\n`);
    }
    return checkout;
  }

  test('is asked for with one command where its package is not installed, and nothing is written', async () => {
    const { code, err } = await vendorIn(checkoutWithCharts('without'));
    expect(err).toContain(`\`npm install -g @fairlead/vendor@${version}\``);
    expect(err).not.toContain('go.mod');
    expect(code).toBe(2);
  });

  test('fetches from a registry and a repository once its package is installed', async () => {
    await installed.install(`fairlead-vendor-${version}`, `fairlead-vendor-${system}-${version}`);
    const checkout = checkoutWithCharts('with');
    expect(await vendorIn(checkout, '--check')).toMatchObject({ code: 2 });
    expect(await vendorIn(checkout)).toMatchObject({ code: 0 });
    for (const base of ['infra/registry', 'infra/repository'])
      expect(readFileSync(join(checkout, base, 'Chart.yaml'), 'utf8')).toContain('version: 4.13.2');
    expect(await vendorIn(checkout, '--check')).toMatchObject({ code: 0, out: 'As recorded: 2 bases.' });
  });
});

describe('the worker', () => {
  test('is asked for with one command where its package is not installed', async () => {
    for (const args of [['worker'], ['worker', '--dev']]) {
      const { code, err } = await run(args, { env: nobodyThere });
      expect(err).toContain(`\`npm install -g @fairlead/worker@${version}\``);
      expect(err).not.toContain('temporal');
      expect(code).toBe(2);
    }
  });

  test('starts once its package is installed, and says that Temporal is not there', async () => {
    // Node 20 is the oldest, and one for which a library is too new is named.
    expect(await installed.install(`fairlead-worker-${version}`)).not.toContain('EBADENGINE');
    expect(existsSync(join(installed.modules, '@fairlead/worker/dist/workflows.js'))).toBe(true);
    const { code, err } = await run(['worker'], { env: nobodyThere });
    expect(err).toContain('Temporal does not answer at 127.0.0.1:1');
    expect(code).toBe(3);
  });

  test('asks for the sandbox with one command, before Temporal is got and started', async () => {
    const { code, err } = await run(['worker', '--dev', '--sandbox', '.']);
    expect(err.split('\n')).toEqual([
      `The sandbox is a package of its own, and is not installed. Install it: \`npm install -g @fairlead/sandbox@${version}\`.`,
    ]);
    expect(code).toBe(2);
  });

  test('and the sandbox know their version', async () => {
    await installed.install(`fairlead-sandbox-${version}`);
    const entries = ['worker/index.js', 'sandbox/dist/sandbox.js'].map((entry) =>
      join(installed.modules, '@fairlead', entry),
    );
    expect(await Promise.all(entries.map(async (entry) => (await import(entry)).version))).toEqual([version, version]);
  });

  test('ends where there is no renderer, and says how it comes', async () => {
    const directory = join(installed.modules, '@fairlead', renderer);
    renameSync(directory, `${directory}-away`);
    const { code, err } = await run(['worker'], { env: nobodyThere });
    renameSync(`${directory}-away`, directory);
    expect(err).toContain(`It comes as the package @fairlead/${renderer}: install Fairlead anew`);
    expect(code).toBe(2);
  });
});

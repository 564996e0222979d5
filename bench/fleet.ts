import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LookResult } from './fleet/looks.ts';
import { type StandIns, startLooker, startStandIns } from './fleet/processes.ts';
import { machine } from './support/report.ts';

/**
 * One look at fleets of stand-in clusters over real HTTPS, by a process that does what a worker does. The first look
 * parses the kubeconfig and makes connections; later ones meet those that were kept. For comparison, a script's way: a
 * new connection for each request.
 */
const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '10,100,1000,5000' },
    objects: { type: 'string', default: '40' },
    concurrency: { type: 'string', default: '32' },
    silent: { type: 'string', default: '1400' },
    profile: { type: 'boolean', default: false },
  },
});
const common = {
  concurrency: Number(values.concurrency),
  timeoutMs: 20_000,
  coverage: 'path',
  objectsEach: Number(values.objects),
} as const;
const repeats = 3;
const MiB = 2 ** 20;

const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
const standIns = await startStandIns(common.objectsEach);
try {
  const load = loadavg()[0]?.toFixed(1);
  console.log(`${machine()}; load before: ${load}; 5 Kustomizations of ${values.objects} objects on each cluster`);
  for (const clusters of values.clusters.split(',').map(Number)) await benchFleet(clusters, standIns);
  if (Number(values.silent) > 0) await benchSilent(5_000, Number(values.silent), standIns);
} finally {
  await standIns.stop();
  await rm(directory, { recursive: true, force: true });
}

async function benchFleet(clusters: number, running: StandIns): Promise<void> {
  const kubeconfig = await writeKubeconfig(clusters, 0, running);
  const order = { ...common, kubeconfig, clusters };
  const script = startLooker();
  const theirs = await counted(running, () => script.look({ ...order, way: 'one-shot' }));
  await script.stop();
  check(theirs.result, clusters, 0);

  const looker = startLooker(
    values.profile && clusters === 1_000 ? ['--cpu-prof', '--cpu-prof-dir=dist/profiles'] : [],
  );
  const first = await counted(running, () => looker.look({ ...order, way: 'fairlead' }));
  const later: Counted[] = [];
  for (let times = 0; times < repeats; times += 1)
    later.push(await counted(running, () => looker.look({ ...order, way: 'fairlead' })));
  const strict = await counted(running, () => looker.look({ ...order, way: 'fairlead', coverage: 'strict' }));
  await looker.stop();
  for (const { result } of [first, ...later, strict]) check(result, clusters, 0);
  const warm = later.sort((a, b) => a.result.wallMs - b.result.wallMs)[Math.floor(repeats / 2)] ?? first;

  console.log(`\n${clusters} clusters`);
  printRow('a connection for each request', theirs);
  printRow('Fairlead, first look', first);
  printRow('Fairlead, later looks (median of 3)', warm, later.at(-1)?.result.peakBytes);
  printRow('Fairlead, coverage: strict', strict);
  const ratio = (of: (one: LookResult) => number) => (of(theirs.result) / of(warm.result)).toFixed(1);
  console.log(`  ${ratio((one) => one.cpuMs)} times less processor, ${ratio((one) => one.wallMs)} times as fast`);
  if (clusters === 1_000) {
    printVerdict('a look at 1,000 clusters', warm.result.wallMs, [3_000, 'ms']);
    printVerdict('of processor', warm.result.cpuMs, [1_000, 'ms']);
    printVerdict('of processor with coverage: strict', strict.result.cpuMs, [2_500, 'ms']);
  }
  if (clusters === 5_000) {
    printVerdict('the first look at 5,000 clusters', first.result.wallMs, [15_000, 'ms']);
    printVerdict('later looks', warm.result.wallMs, [15_000, 'ms']);
    printVerdict('memory', Math.max(...later.map(({ result }) => result.peakBytes)) / MiB, [400, 'MiB']);
  }
}

async function benchSilent(clusters: number, silent: number, running: StandIns): Promise<void> {
  const kubeconfig = await writeKubeconfig(clusters, silent, running);
  const order = { ...common, kubeconfig, clusters, way: 'fairlead' } as const;
  const looker = startLooker();
  console.log(`\n${clusters} clusters of which ${silent} are silent`);
  for (const which of ['first', 'second']) {
    const look = await counted(running, () => looker.look(order));
    check(look.result, clusters - silent, silent);
    printRow(`Fairlead, ${which} look`, look);
    printVerdict(`the ${which} look`, look.result.wallMs, [60_000, 'ms']);
    if (which === 'second') printVerdict('memory', look.result.peakBytes / MiB, [400, 'MiB']);
  }
  await looker.stop();
}

interface Counted {
  readonly result: LookResult;
  /** The processor time of the stand-ins meanwhile, in milliseconds. */
  readonly standInsMs: number;
}

async function counted(running: StandIns, look: () => Promise<LookResult>): Promise<Counted> {
  const before = await running.cpuMs();
  const result = await look();
  return { result, standInsMs: (await running.cpuMs()) - before };
}

/** Writes a kubeconfig with one context for each cluster. Those that are silent are spread over all. */
async function writeKubeconfig(clusters: number, silent: number, running: StandIns): Promise<string> {
  const authority = Buffer.from(running.authority).toString('base64');
  const serverOf = (index: number) => {
    const isSilent = Math.floor(((index + 1) * silent) / clusters) > Math.floor((index * silent) / clusters);
    const port = isSilent ? running.silentPort : running.ports[index % running.ports.length];
    return `https://127.0.0.1:${port}/clusters/c${index}`;
  };
  const all = Array.from({ length: clusters }, (_, index) => index);
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    ...all.map(
      (index) =>
        `- { name: c${index}, cluster: { server: "${serverOf(index)}", certificate-authority-data: ${authority} } }`,
    ),
    'users:',
    ...all.map((index) => `- { name: c${index}, user: { token: token-of-${index} } }`),
    'contexts:',
    ...all.map((index) => `- { name: c${index}, context: { cluster: c${index}, user: c${index} } }`),
  ];
  const file = join(directory, `kubeconfig-${clusters}-${silent}`);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Throws where a look did not see what there is: a figure of a look that failed says nothing. */
function check({ healthy, unknown }: LookResult, wantedHealthy: number, wantedUnknown: number): void {
  if (healthy !== wantedHealthy || unknown !== wantedUnknown)
    throw new Error(`${healthy} healthy and ${unknown} unknown instead of ${wantedHealthy} and ${wantedUnknown}`);
}

function printRow(what: string, { result, standInsMs }: Counted, peakBytes = result.peakBytes): void {
  const { wallMs, cpuMs } = result;
  const figures = [wallMs, cpuMs, standInsMs].map((ms) => `${(ms / 1000).toFixed(2)} s`.padStart(9));
  const [wall, own, others] = figures;
  console.log(
    `  ${what.padEnd(38)}${wall}${own} of processor${others} of the stand-ins'  ${Math.round(peakBytes / MiB)} MiB`,
  );
}

function printVerdict(what: string, value: number, [most, unit]: readonly [number, string]): void {
  const reached = value < most;
  console.log(`  ${reached ? 'reached' : 'MISSED '}  ${what}: ${Math.round(value)} ${unit} (target below ${most})`);
  if (!reached) process.exitCode = 1;
}

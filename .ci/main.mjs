import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGroup } from './group.mjs';
import { partsOf } from './parts.mjs';
import { makeQuickDirectory } from './quick-directory.mjs';
import { readReport } from './reports.mjs';
import { runParts } from './schedule.mjs';

// More parts than there are cores starve each other: servers then start too late, and waits of tests run out.
const places = Math.max(2, availableParallelism());
const began = Date.now();
const directory = makeQuickDirectory();
const [reports, bundles] = ['reports', 'bundles'].map((name) => join(directory, name));
mkdirSync(reports);
mkdirSync(bundles);
// What Go compiles is large, and is better on the disk.
const goTemporary = process.env.GOTMPDIR ?? tmpdir();
// The parts test the same sources: what one of them bundles, the others find.
const env = { ...process.env, CI: 'true', TMPDIR: directory, GOTMPDIR: goTemporary, TEST_BUNDLES: bundles };
const groups = new Set();
const interruption = new AbortController();

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => void interrupt(name));

const results = await runParts(partsOf({ reports, commitNumber: commitNumber() }), places, { part: runPart, without });
rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
summarise(results);

async function runPart(part) {
  const { name, command, limitMinutes } = part;
  // Nothing begins any more, and nothing that is ended is told as a failure.
  if (interruption.signal.aborted) return forever();
  const from = seconds();
  say(`--- ${name} begins at ${from} s`);
  const log = join(reports, `${name.replaceAll(/\W+/g, '-')}.log`);
  const group = startGroup(command, { log, env, limitMs: limitMinutes * 60_000 });
  groups.add(group);
  const outcome = await group.ended;
  groups.delete(group);
  if (interruption.signal.aborted) return forever();
  const output = readFileSync(log, 'utf8').trimEnd();
  const { processorSeconds } = outcome;
  const counted = { from, to: seconds(), processorSeconds, ...count(part, outcome, output) };
  say(`\n=== ${name}`, output, `=== ${name}: ${words(counted)}\n`);
  return counted;
}

/** Counts by the report, and never less than one failure where the command failed or no test ran. */
function count({ report }, { ok, reason }, output) {
  const ending = output.split('\n').slice(-40).join('\n');
  const why = [reason, ending].filter(Boolean).join('\n');
  if (!report) return ok ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [why] };
  const { passed, failed, failures } = readable(report);
  if (failed > 0 || (ok && passed > 0)) return { passed, failed, failures };
  return { passed, failed: 1, failures: [...failures, why] };
}

function readable(report) {
  try {
    return readReport(report);
  } catch (error) {
    return { passed: 0, failed: 0, failures: [`There is no report: ${error.message}`] };
  }
}

async function without({ name }, need) {
  const at = seconds();
  say(`=== ${name}: not run, because "${need}" failed`);
  return { from: at, to: at, passed: 0, failed: 1, failures: [`It was not run, because "${need}" failed.`] };
}

function summarise(all) {
  for (const { name, failures } of all) if (failures.length > 0) say(`\nfailed: ${name}`, ...failures);
  const widest = Math.max(...all.map(({ name }) => name.length));
  const row = (name, ...cells) => `${name.padEnd(widest)} ${cells.map((cell) => `${cell}`.padStart(8)).join('')}`;
  say(`\n${row('part', 'passed', 'failed', 'from s', 'to s', 'took s', 'cpu s')}`);
  for (const { name, passed, failed, from, to, processorSeconds = '?' } of all)
    say(row(name, passed, failed, from, to, to - from, processorSeconds));
  const [passed, failed] = ['passed', 'failed'].map((key) => all.reduce((sum, one) => sum + one[key], 0));
  say(`in ${seconds()} s, ${places} parts at a time`, `${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Ends what runs, and leaves nothing. A second signal changes nothing: what ends is ended by force after a while. */
async function interrupt(name) {
  if (interruption.signal.aborted) return;
  interruption.abort();
  say(`Interrupted by ${name}; ending ${groups.size} parts.`);
  await Promise.all([...groups].map((group) => group.stop('It was interrupted.')));
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(130);
}

/** Answers the first digits of the commit's id as a number; 0 where this is no git repository. */
function commitNumber() {
  try {
    const id = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' });
    return Number.parseInt(id.slice(0, 7), 16);
  } catch {
    return 0;
  }
}

function forever() {
  return new Promise(() => undefined);
}

function words({ passed, failed, from, to }) {
  return `${passed} passed, ${failed} failed, ${to - from} s`;
}

function seconds() {
  return Math.round((Date.now() - began) / 1000);
}

function say(...lines) {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

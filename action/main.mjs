/** The step of the action: installs the command line of a release, runs it, and says what came of it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, orderOf } from './order.mjs';
import { annotation, logText, outcomeOf, outputLines } from './outcome.mjs';
import { install } from './release.mjs';

const { env } = process;
const place = env.RUNNER_TEMP || tmpdir();

try {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const order = orderOf(env, version);
  process.stdout.write(`::group::Install Fairlead ${order.release.version}\n`);
  const platform = `${process.platform}-${process.arch}`;
  const program = install(order.release, { needsRenderer: order.needsRenderer, place, platform });
  process.stdout.write('::endgroup::\n');
  const { outputs, lines, code } = outcomeOf(order, await withoutCommands(() => run(program, order)));
  for (const line of lines) process.stdout.write(`${line.startsWith('::error ') ? line : logText(line)}\n`);
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, outputLines(outputs));
  process.exitCode = code;
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stdout.write(`::endgroup::\n${annotation('action', error.message)}\n`);
  process.exitCode = 2;
}

/**
 * Lets the runner take nothing for a command of its own meanwhile: what is printed has names and values out of the manifests of whoever
 * opened the pull request.
 */
async function withoutCommands(work) {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    return await work();
  } finally {
    process.stdout.write(`\n::${token}::\n`);
  }
}

/** Runs the command line; what it says meanwhile goes to the log of the job. */
async function run(program, { args, readsJson, directory, variables, settings }) {
  const stdio = ['ignore', readsJson ? 'pipe' : 'inherit', 'inherit'];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: { ...env, ...variables, ...(settings && { FAIRLEAD_SETTINGS: written(settings) }) },
    stdio,
  });
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  // A job that is cancelled ends the watching; the operation goes on.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new InputError(`${directory} cannot be used: ${error.message}.`)));
    child.on('close', (code) => resolve({ code: code ?? 1, out }));
  });
}

/** JSON is YAML. No secret is in it: it names the variable of the token. */
function written(settings) {
  const path = join(place, 'fairlead-worker.yaml');
  writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`);
  return path;
}

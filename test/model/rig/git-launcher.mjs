// A small process that starts git for a large one: to fork costs as much as the memory of the one that forks.
// Objects, and the refs of a remote on this disk, are read by one long-lived `git cat-file` for each repository,
// which is asked what each new one would be.
import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';

/** Repository and command → the process that answers, and who waits for it in turn. */
const readers = new Map();

process.on('message', async ({ id, command, closed }) => {
  if (closed !== undefined) return close(closed);
  try {
    process.send({ id, output: await run(command) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());

function run(command) {
  const { args, env, input } = command;
  const reads = args[0] === 'cat-file' && args.length === 2 && args[1].startsWith('--batch');
  if (reads) return read(args, env, String(input ?? ''));
  const [name, quiet, remote = '', ...refs] = args;
  const asks = name === 'ls-remote' && quiet === '--quiet' && remote.startsWith('/');
  return asks && refs.every((ref) => ref.startsWith('refs/')) ? listRemote(remote, env, refs) : start(command);
}

/** As `git ls-remote` prints them. */
async function listRemote(remote, env, refs) {
  const { stdout } = await read(['cat-file', '--batch-check'], { ...env, GIT_DIR: remote }, refs.join('\n'));
  const found = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const lines = found.flatMap(([oid, type], index) => (type === 'missing' ? [] : [`${oid}\t${refs[index]}\n`]));
  return { stdout: Buffer.from(lines.join('')), stderr: '', exitCode: 0 };
}

async function start({ args, env, input, limitMs }) {
  const child = spawn('git', args, { cwd: '/', env, stdio: 'pipe', timeout: limitMs });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exit = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 128));
  });
  const [stdout, stderr, exitCode] = await Promise.all([buffer(child.stdout), text(child.stderr), exit]);
  return { stdout, stderr, exitCode };
}

async function read(args, env, input) {
  const names = input.split('\n').filter(Boolean);
  const key = `${env.GIT_DIR}\0${args[1]}`;
  const reader = readers.get(key) ?? openReader(key, args, env);
  const answers = await Promise.all(names.map((name) => reader.ask(name)));
  return { stdout: Buffer.concat(answers), stderr: '', exitCode: 0 };
}

function openReader(key, args, env) {
  const child = spawn('git', args, { cwd: '/', env, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = [];
  let pending = Buffer.alloc(0);
  const fail = (error) => {
    readers.delete(key);
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.stdin.on('error', fail);
  child.on('error', fail);
  child.on('close', () => fail(new Error('git cat-file has ended')));
  child.stdout.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const length = answerLength(pending, args[1] === '--batch');
      if (length === undefined) return;
      waiting.shift()?.resolve(Buffer.from(pending.subarray(0, length)));
      pending = pending.subarray(length);
    }
  });
  const reader = {
    child,
    ask: (name) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${name}\n`);
      }),
  };
  readers.set(key, reader);
  return reader;
}

/** `<oid> SP <type> SP <size> LF <contents> LF`, or one line; undefined: it has not come whole yet. */
function answerLength(bytes, withContents) {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return undefined;
  const size = withContents ? / (\d+)$/.exec(bytes.toString('latin1', 0, end))?.[1] : undefined;
  const length = size === undefined ? end + 1 : end + 1 + Number(size) + 1;
  return bytes.length < length ? undefined : length;
}

/** What lies below this directory is about to go. */
function close(directory) {
  for (const [key, { child }] of readers) if (key.startsWith(directory)) child.kill();
}

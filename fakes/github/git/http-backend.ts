import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { HttpCall } from '../http-input.ts';
import { sendText } from '../send.ts';
import type { WriteAnswer } from '../writes.ts';
import { git, gitEnvironment } from './run.ts';

/** What one call of git is about. */
export interface GitService {
  /** The bare repository. */
  readonly directory: string;
  /** `info/refs`, `git-upload-pack`, `git-receive-pack`. */
  readonly path: string;
  readonly query: string;
  readonly user: string;
  /** Variables for the hooks. */
  readonly env: Readonly<Record<string, string>>;
  /** The body, where it was read already. */
  readonly input?: Buffer;
  /** Is asked when git is done, before its answer goes out. */
  readonly beforeAnswer?: () => WriteAnswer | Promise<WriteAnswer>;
}

/** Answers the path of git's own CGI program. */
export async function findHttpBackend(): Promise<string> {
  return join(await git('.', ['--exec-path']), 'git-http-backend');
}

/** Answers what a fetch by protocol 2 is told first: what git can do, and nothing of the repository's branches. */
export function capabilitiesOf(directory: string, env: Readonly<Record<string, string>>): Promise<string> {
  const args = ['upload-pack', '--stateless-rpc', '--advertise-refs', '.'];
  return git(directory, args, { ...env, GIT_PROTOCOL: 'version=2' });
}

/** Answers one call of a git client with `git http-backend`, a CGI program. Ends when the answer has ended. */
export async function runHttpBackend(
  program: string,
  service: GitService,
  { request, response }: HttpCall,
): Promise<void> {
  const child = spawn(program, { env: gitEnvironment(cgiEnvironment(service, request)) });
  const input = service.input === undefined ? request : Readable.from([service.input]);
  input.pipe(child.stdin);
  // Git may answer before it has read everything.
  child.stdin.on('error', () => input.unpipe(child.stdin));
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  response.on('close', () => {
    if (!response.writableFinished) child.kill();
  });
  const failure = new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code !== 0));
  });
  if (service.beforeAnswer) await sendHeld(child.stdout, service.beforeAnswer, response);
  else forwardOutput(child.stdout, response);
  const failed = await failure;
  if (!response.headersSent) sendText(response, { status: 500, text: Buffer.concat(complaints).toString() });
  else if (failed && !response.writableFinished) response.destroy();
}

function cgiEnvironment({ directory, path, query, user, env }: GitService, { headers, method }: IncomingMessage) {
  return {
    ...env,
    GIT_PROJECT_ROOT: dirname(directory),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `${directory.slice(dirname(directory).length)}/${path}`,
    QUERY_STRING: query,
    REQUEST_METHOD: method ?? 'GET',
    REMOTE_USER: user,
    REMOTE_ADDR: '127.0.0.1',
    CONTENT_TYPE: headers['content-type'] ?? '',
    // Without a length git reads to the end, as for a chunked body.
    ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
  };
}

/** Reads the output to its end, and sends it when it may be sent. */
async function sendHeld(
  output: Readable,
  beforeAnswer: NonNullable<GitService['beforeAnswer']>,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of output) chunks.push(chunk as Buffer);
  if ((await beforeAnswer()) === 'hang up') response.destroy();
  if (response.destroyed) return;
  const held = Readable.from([Buffer.concat(chunks)], { objectMode: false });
  const sent = Promise.race([once(held, 'end'), once(response, 'close')]);
  forwardOutput(held, response);
  await sent;
}

/** A CGI program prints headers, an empty line, and the body. */
function forwardOutput(output: Readable, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const untilHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    output.off('data', untilHead);
    writeHead(head.subarray(0, end).toString(), response);
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on('data', untilHead);
}

function writeHead(lines: string, response: ServerResponse): void {
  let status = 200;
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

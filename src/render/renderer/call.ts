import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import type { LeafOutput } from '../types.ts';
import type { Ending, RendererProcess } from './process.ts';
import { parseAnswer, type RendererAnswer, type RendererCall, requestLine } from './protocol.ts';

/** The limits of one call. */
export interface CallOptions {
  /** The processor time that it may take. */
  readonly timeoutMs: number;
  /** The memory that the process may use, for the message where it needs more. */
  readonly memoryLimitBytes: number;
  readonly signal?: AbortSignal;
}

const mebibyte = 1024 * 1024;
/** The shortest time between two looks at a process that works, in milliseconds. */
const shortestLookMs = 50;

/**
 * Renders one leaf in a process that has greeted and is idle. Where a call has no proper answer (time-out, abort,
 * crash, nonsense) the process is ended, too, so that nothing late is taken for the answer to the next call. Throws
 * `Failure`.
 */
export async function callRenderer(
  process: RendererProcess,
  call: RendererCall,
  options: CallOptions,
): Promise<LeafOutput> {
  const watch = watchCall(process, options);
  const outcome = await process.exchange(requestLine(call));
  watch.end();
  if (typeof outcome !== 'string') throw watch.reason() ?? crashFailure(outcome, options);
  const answer = parseAnswer(outcome);
  if (!answer || answer.id !== call.id) {
    await process.kill();
    throw new Failure('RenderFailed', `The renderer gave no proper answer: ${cut(outcome, 200)}`);
  }
  if ('output' in answer) return answer.output;
  // The process has reached its limit, and cannot go on.
  if (answer.error.kind === 'memory-limit') {
    await process.kill();
    throw memoryFailure(options);
  }
  throw answerFailure(answer.error);
}

/** How much longer than its limit a render may take on the clock, where processors were busy with others. */
const busyFactor = 10;

/**
 * Ends the process when the call takes too long or is aborted, and remembers which of the two it was. What counts is the
 * time of processors, so that a busy machine fails nobody's render.
 */
function watchCall(process: RendererProcess, options: CallOptions): { end(): void; reason(): unknown } {
  const { timeoutMs, signal } = options;
  const time = callTime(process, timeoutMs);
  let reason: unknown;
  let timer: NodeJS.Timeout;
  const stopCall = (why: unknown): void => {
    reason ??= why;
    void process.kill();
  };
  const onAbort = (): void => stopCall(signal?.reason);
  const look = (): void => {
    const left = time();
    if (left instanceof Failure) stopCall(left);
    else timer = setTimeout(look, left);
  };
  timer = setTimeout(look, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
    reason: () => reason,
  };
}

/** Makes a function that answers how long to wait for the next look, in milliseconds, or why the call is to end. */
function callTime(process: RendererProcess, timeoutMs: number): () => number | Failure {
  const [begun, usedBefore] = [performance.now(), process.processorMs()];
  return () => {
    const now = process.processorMs();
    if (now === undefined || usedBefore === undefined) return clockFailure(timeoutMs);
    const leftMs = timeoutMs - (now - usedBefore);
    const clockLeftMs = busyFactor * timeoutMs - (performance.now() - begun);
    if (leftMs <= 0) return timeoutFailure(timeoutMs);
    if (clockLeftMs <= 0) return busyFailure(timeoutMs, now - usedBefore);
    return Math.min(Math.max(leftMs, shortestLookMs), clockLeftMs);
  };
}

function timeoutFailure(timeoutMs: number): Failure {
  const limit = `${timeoutMs / 1000} s of processor time (\`renderer.timeLimit\` in the settings of workers)`;
  return new Failure('RenderFailed', `The render took longer than ${limit} and was stopped; look for an endless loop.`);
}

/** Where nothing tells what a processor worked, as on macOS, the clock counts. */
function clockFailure(timeoutMs: number): Failure {
  const limit = `${timeoutMs / 1000} s (\`renderer.timeLimit\` in the settings of workers)`;
  return new Failure(
    'RenderFailed',
    `The render took longer than ${limit} and was stopped; look for an endless loop. The machine may be busy, too: this system does not tell the time that a processor worked.`,
  );
}

function busyFailure(timeoutMs: number, usedMs: number): Failure {
  const clock = `${(busyFactor * timeoutMs) / 1000} s`;
  return new Failure(
    'Unavailable',
    `The render was stopped after ${clock}, in which it had ${Math.round(usedMs / 1000)} s of a processor: this machine is too busy. ` +
      'Give it more processors or fewer `renderer.processes`; `renderer.timeLimit` allows more time.',
    { isOfWorker: true },
  );
}

function memoryFailure({ memoryLimitBytes }: CallOptions): Failure {
  const limit = `${Math.floor(memoryLimitBytes / mebibyte)} MiB of memory`;
  return new Failure(
    'RenderFailed',
    `The render needs more than ${limit} and was stopped. Divide the base, or raise \`renderer.memoryLimit\` in the settings of workers.`,
  );
}

function crashFailure(ending: Ending, options: CallOptions): Failure {
  if (ending.saidTooMuch)
    return new Failure(
      'RenderFailed',
      `It renders to more than ${bytesText(limits.leafOutputBytes)}, and was stopped. Divide it among several bases.`,
    );
  if (/out of memory|cannot allocate memory/i.test(ending.stderr)) return memoryFailure(options);
  const fatal =
    /^(?:fatal error|panic|runtime): .*$/m.exec(ending.stderr)?.[0] ?? ending.stderr.split('\n').at(-1) ?? '';
  return new Failure(
    'RenderFailed',
    `The renderer ended in the middle of the render (${ending.description}). ${fatal}`.trim(),
  );
}

function answerFailure(error: Extract<RendererAnswer, { readonly error: unknown }>['error']): Failure {
  if (error.kind === 'bad-request')
    return new Failure('Internal', `The renderer refused the request: ${error.message}`);
  return new Failure('RenderFailed', error.message);
}

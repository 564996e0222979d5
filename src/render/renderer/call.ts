import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import type { LeafOutput } from '../types.ts';
import type { Ending, RendererProcess } from './process.ts';
import { parseAnswer, type RendererAnswer, type RendererCall, requestLine } from './protocol.ts';

/** The limits of one call. */
export interface CallOptions {
  readonly timeoutMs: number;
  /** The memory that the process may use, for the message where it needs more. */
  readonly memoryLimitBytes: number;
  readonly signal?: AbortSignal;
}

const mebibyte = 1024 * 1024;

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
  if (answer.error.kind === 'memory-limit') await process.kill();
  throw answerFailure(answer.error);
}

/** Ends the process when the call takes too long or is aborted, and remembers which of the two it was. */
function watchCall(process: RendererProcess, options: CallOptions): { end(): void; reason(): unknown } {
  let reason: unknown;
  const stopCall = (why: unknown): void => {
    reason ??= why;
    void process.kill();
  };
  const onAbort = (): void => stopCall(options.signal?.reason);
  const timer = setTimeout(() => stopCall(timeoutFailure(options.timeoutMs)), options.timeoutMs);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    end: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    },
    reason: () => reason,
  };
}

function timeoutFailure(timeoutMs: number): Failure {
  const limit = `${timeoutMs / 1000} s`;
  return new Failure('RenderFailed', `The render took longer than ${limit} and was stopped; look for an endless loop.`);
}

function crashFailure(ending: Ending, options: CallOptions): Failure {
  if (ending.saidTooMuch)
    return new Failure(
      'RenderFailed',
      `It renders to more than ${bytesText(limits.leafOutputBytes)}, and was stopped. Divide it among several bases.`,
    );
  if (/out of memory|cannot allocate memory/i.test(ending.stderr)) {
    const limit = `${Math.floor(options.memoryLimitBytes / mebibyte)} MiB`;
    return new Failure('RenderFailed', `The render needs more than ${limit} of memory and was stopped.`);
  }
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

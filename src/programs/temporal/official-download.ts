import { createWriteStream } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Failure } from '../../failure.ts';
import { proxiedFetch } from '../../proxy/proxied-fetch.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import type { ProgramWay, WayContext } from '../recipe.ts';
import { runTool } from '../run-tool.ts';

export type ServerKind = 'dev server' | 'time-skipping server';

/** The names under which the site keeps the servers. */
const artifacts: Readonly<Record<ServerKind, string>> = {
  'dev server': 'cli',
  'time-skipping server': 'temporal-test-server',
};

/** The SDK for which the site names a server that fits; the version is that of package.json. */
const sdk = { 'sdk-name': 'sdk-typescript', 'sdk-version': '1.24.0' } as const;

/** Where it is downloaded from, and how long that may take. */
interface DownloadOptions {
  readonly site: string;
  /** The time without a single byte after which the download is given up, in milliseconds. */
  readonly patienceMs: number;
  /** The time that the whole may take, in milliseconds. */
  readonly limitMs: number;
}

/** What the site answers; the SDKs ask the same. */
const downloadInfo = z.object({
  archiveUrl: z.url({ protocol: /^https?$/ }),
  fileToExtract: z.string().regex(/^(?![-/])(?!.*\.\.)[\w./-]+$/),
});

const tar = { name: 'tar', remedy: 'Install tar and put it on the PATH.' };

/**
 * Makes an executable called `output` by downloading the server that Temporal publishes for its SDK. It is given up when for
 * `patienceMs` not one byte has arrived (no network, or one that drops packets), or when the whole takes longer than `limitMs`.
 */
export function officialDownload(
  kind: ServerKind,
  output: string,
  { site = 'https://temporal.download', patienceMs = 8_000, limitMs = 600_000 }: Partial<DownloadOptions> = {},
): ProgramWay {
  return {
    description: `downloading Temporal's ${kind} from ${new URL(site).host}`,
    duration: 'under a minute; given up after a few seconds without a network',
    obtain: async (directory, context) => {
      const archive = join(directory, 'archive.tar.gz');
      const file = await download(kind, archive, { context, site, patienceMs, limitMs });
      await runTool(tar, ['-xzf', archive, '-C', directory, file], { cwd: directory, context });
      await rm(archive);
      await rename(join(directory, file), join(directory, output));
      await chmod(join(directory, output), 0o755);
    },
  };
}

/** Downloads the archive, and answers which file in it is the server. Throws `Failure` Unavailable. */
async function download(
  kind: ServerKind,
  archive: string,
  { context, site, patienceMs, limitMs }: DownloadOptions & { readonly context: WayContext },
): Promise<string> {
  const patience = createPatience(patienceMs);
  const signals = [patience.signal, AbortSignal.timeout(limitMs), ...(context.signal ? [context.signal] : [])];
  const signal = AbortSignal.any(signals);
  const fetchOnce = proxiedFetch(proxyRule(context.env));
  const get = async (url: string) => {
    const response = await fetchOnce(url, { signal });
    if (!response.ok) throw new Error(`${new URL(url).host} answers ${response.status}`);
    patience.renew();
    return response;
  };
  try {
    const { archiveUrl, fileToExtract } = downloadInfo.parse(await (await get(infoUrl(kind, site))).json());
    const response = await get(archiveUrl);
    const bytes = Number(response.headers.get('content-length') ?? 0);
    const report = (share: string) => context.progress?.(`Temporal's ${kind}: ${share}`);
    if (response.body === null) throw new Error('the answer is empty');
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, watched(bytes, { renew: patience.renew, report }), createWriteStream(archive), { signal });
    return fileToExtract;
  } catch (error) {
    context.signal?.throwIfAborted();
    const why = patience.signal.aborted
      ? `nothing arrived within ${patienceMs / 1000} s`
      : signal.aborted
        ? `it takes longer than ${limitMs / 1000} s`
        : innermost(error);
    throw new Failure('Unavailable', `Temporal's ${kind} cannot be downloaded from ${new URL(site).host}: ${why}.`, {
      cause: error,
    });
  } finally {
    patience.end();
  }
}

function infoUrl(kind: ServerKind, site: string): string {
  const architecture = arch() === 'x64' ? 'amd64' : arch();
  const system = platform() === 'win32' ? 'windows' : platform();
  const query = new URLSearchParams({ arch: architecture, platform: system, format: 'tar.gz', ...sdk });
  return `${site}/${artifacts[kind]}/default?${query}`;
}

/** Aborts when nobody has renewed it for so long. */
function createPatience(patienceMs: number) {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patienceMs);
  return { signal: silence.signal, renew: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

/** Passes on what arrives, and says of each fifth of it that it is here. */
function watched(
  bytes: number,
  { renew, report }: { readonly renew: () => void; readonly report: (share: string) => void },
) {
  return async function* (chunks: AsyncIterable<Buffer>) {
    let arrived = 0;
    let told = 0;
    for await (const chunk of chunks) {
      renew();
      arrived += chunk.length;
      const fifths = bytes === 0 ? 0 : Math.floor((5 * arrived) / bytes);
      if (fifths > told) report(`${mebibytes(arrived)} of ${mebibytes(bytes)} MiB`);
      told = fifths;
      yield chunk;
    }
  };
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

/** Answers the message of the innermost cause: `fetch failed` says nothing. */
function innermost(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return innermost(error.cause);
  return error instanceof Error ? error.message : String(error);
}

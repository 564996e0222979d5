import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { cliCommand } from '../../../demo/rig/cli.ts';
import { listen, stop } from '../../../fakes/github/listen.ts';

/** The files of a release on a server of this machine, as a forge or a mirror has them. */
export interface ReleaseServer {
  /** What the input `download` names. */
  readonly url: string;
  /** The checksum of SHA256SUMS. */
  readonly checksum: string;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  /** Puts other content into a file of the release, and leaves the checksums as they are. */
  change(file: string, content: string): void;
  close(): Promise<void>;
}

export const releaseVersion = '0.1.0';
export const rendererPackage = `fairlead-renderer-${process.platform}-${process.arch}-${releaseVersion}.tgz`;
export const commandPackage = `fairlead-${releaseVersion}.tgz`;

/** Serves packages of which the command line calls the one of this checkout. */
export async function serveRelease(directory: string): Promise<ReleaseServer> {
  const files = new Map<string, Buffer>();
  const [program, ...args] = cliCommand;
  const script = `#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
const { status } = spawnSync(${JSON.stringify(program)}, [...${JSON.stringify(args)}, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
`;
  files.set(commandPackage, packed(directory, 'fairlead', { 'main.js': script }));
  files.set(rendererPackage, packed(directory, `@fairlead/renderer-${process.platform}-${process.arch}`, {}));
  const sums = [...files].map(([name, content]) => `${sha256(content)}  ${name}\n`).join('');
  files.set('SHA256SUMS', Buffer.from(sums));
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const content = files.get(request.url?.replace(`/releases/v${releaseVersion}/`, '') ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  const origin = await listen(server, 0);
  return {
    url: `${origin}/releases`,
    checksum: sha256(Buffer.from(sums)),
    asked,
    change: (file, content) => void files.set(file, Buffer.from(content)),
    close: () => stop(server),
  };
}

function packed(directory: string, name: string, files: Readonly<Record<string, string>>): Buffer {
  const place = join(directory, name.replaceAll('/', '-'));
  mkdirSync(join(place, 'package'), { recursive: true });
  const bin = 'main.js' in files ? { bin: { fairlead: 'main.js' } } : {};
  const manifest = { name, version: releaseVersion, type: 'module', ...bin };
  for (const [file, content] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) }))
    writeFileSync(join(place, 'package', file), content);
  execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: place });
  return readFileSync(join(place, 'package.tgz'));
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

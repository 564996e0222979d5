import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packArchive } from './archive.ts';
import type { Commit } from './remote.ts';

/** Serves the trees of commits as tar.gz. */
export interface ArtifactServer {
  /** Serves a commit's tree from now on, and answers where the artifact lies, and what it is. */
  artifact(commit: Commit): {
    readonly url: string;
    readonly path: string;
    readonly digest: string;
    readonly size: number;
  };
  close(): Promise<void>;
}

export async function startArtifactServer(): Promise<ArtifactServer> {
  const artifacts = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const content = artifacts.get(request.url?.slice(1) ?? '');
    if (content) response.writeHead(200, { 'Content-Type': 'application/gzip' }).end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    artifact({ sha, files }) {
      const path = `${sha}.tar.gz`;
      const content = artifacts.get(path) ?? packArchive(files);
      artifacts.set(path, content);
      const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      return { url: `http://127.0.0.1:${port}/${path}`, path, digest, size: content.length };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

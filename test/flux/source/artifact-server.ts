import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packArchive } from './archive.ts';
import type { Branches, Commit } from './branches.ts';

/** Serves each commit's tree as a tar.gz. */
export interface ArtifactServer {
  /** Answers where the artifact lies, and what it is. */
  artifact(commit: Commit): {
    readonly url: string;
    readonly path: string;
    readonly digest: string;
    readonly size: number;
  };
  close(): Promise<void>;
}

export async function startArtifactServer(branches: Branches): Promise<ArtifactServer> {
  const server = createServer((request, response) => {
    const commit = branches.commit(/^\/([0-9a-f]{40})\.tar\.gz$/.exec(request.url ?? '')?.[1] ?? '');
    if (commit) response.writeHead(200, { 'Content-Type': 'application/gzip' }).end(packArchive(commit.files));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    artifact({ sha, files }) {
      const content = packArchive(files);
      const path = `${sha}.tar.gz`;
      const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      return { url: `http://127.0.0.1:${port}/${path}`, path, digest, size: content.length };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

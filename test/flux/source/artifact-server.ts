import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packArchive } from './archive.ts';
import type { Commit, Files } from './remote.ts';

/** Where an artifact lies, and what it is. */
export interface ServedArtifact {
  readonly url: string;
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** Serves each commit's tree, and what else is published, as a tar.gz. */
export interface ArtifactServer {
  /** Serves a commit's tree from now on. */
  artifact(commit: Commit): ServedArtifact;
  /** Serves files that are no whole commit. */
  publish(files: Files): ServedArtifact;
  /** Answers the files of what was published. */
  published(path: string): Files | undefined;
  close(): Promise<void>;
}

interface Archive extends Pick<ServedArtifact, 'digest'> {
  readonly content: Buffer;
  readonly files: Files;
}

export async function startArtifactServer(): Promise<ArtifactServer> {
  const archives = new Map<string, Archive>();
  const server = createServer((request, response) => {
    const found = archives.get(request.url?.slice(1) ?? '');
    if (found) response.writeHead(200, { 'Content-Type': 'application/gzip' }).end(found.content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const serve = (path: string, { content, digest }: Archive): ServedArtifact => ({
    url: `http://127.0.0.1:${port}/${path}`,
    path,
    digest,
    size: content.length,
  });
  return {
    artifact({ sha, files }) {
      const path = `${sha}.tar.gz`;
      const archive = archives.get(path) ?? pack(files);
      archives.set(path, archive);
      return serve(path, archive);
    },
    publish(files) {
      const archive = pack(files);
      const path = `${archive.digest.replace('sha256:', '')}.tar.gz`;
      archives.set(path, archive);
      return serve(path, archive);
    },
    published: (path) => archives.get(path)?.files,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pack(files: Files): Archive {
  const content = packArchive(files);
  return { content, files, digest: `sha256:${createHash('sha256').update(content).digest('hex')}` };
}

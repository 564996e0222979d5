import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { startControllers } from './controllers/controllers.ts';
import { isKustomization, type Kustomization } from './controllers/flux-types.ts';
import type { GitSource } from './controllers/git-source.ts';
import { applied } from './controllers/inventory.ts';
import { folderOf } from './controllers/status.ts';
import { handle } from './kubernetes/api.ts';
import type { ServerCertificate } from './kubernetes/certificate.ts';
import { initialObjects } from './kubernetes/initial-objects.ts';
import { createObjectStore } from './kubernetes/object-store.ts';
import type { ClusterOptions, Deployed, StandInCluster, Timings } from './types.ts';

export interface StartedCluster extends StandInCluster {
  readonly context: string;
  readonly token: string;
  close(): Promise<void>;
}

export interface ClusterSurroundings {
  readonly timings: Timings;
  readonly certificate: ServerCertificate;
  source(url: string): GitSource;
}

/** Starts one cluster: an API server on a free port of 127.0.0.1, and Flux behind it. */
export async function startCluster(options: ClusterOptions, around: ClusterSurroundings): Promise<StartedCluster> {
  const { name, environment, context = name, flux = true, permissions } = options;
  const store = createObjectStore();
  const token = randomBytes(16).toString('hex');
  let isReachable = true;
  let isHealthy = true;
  const controller = {
    store,
    cluster: name,
    environment,
    isHealthy: () => isHealthy,
    timings: around.timings,
    source: around.source,
  };
  const { certificate: cert, key } = around.certificate;
  const server = createServer({ cert, key }, (request, response) =>
    handle({ store, token, flux, permissions }, request, response),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (!isReachable) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const queue = startControllers(controller, (error) => console.error(`cluster ${name}:`, error));
  if (flux) for (const object of initialObjects(options, around.timings)) store.put(object);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    name,
    environment,
    context,
    token,
    apiUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setReachable(reachable) {
      isReachable = reachable;
      if (!reachable) cut();
    },
    setHealthy(healthy) {
      isHealthy = healthy;
    },
    objects: (kind) => store.all().filter((each) => each.kind === kind),
    deployed: () =>
      store
        .all()
        .filter(isKustomization)
        .map((each) => deployedBy(each)),
    async close() {
      await queue.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };

  function deployedBy(object: Kustomization): Deployed {
    const revision = object.status?.lastAppliedRevision?.slice(-40);
    return {
      kustomization: `${object.metadata.namespace}/${object.metadata.name}`,
      path: folderOf(object),
      ...(revision !== undefined && { revision }),
      objects: applied(store, object),
    };
  }
}

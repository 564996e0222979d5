import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../support/network/free-ports.ts';
import { type KubeClient, kubeClient } from '../kubernetes/client.ts';
import { type Credentials, kubeconfigText, makeCredentials, type UserName } from './credentials.ts';
import type { RigDirectory } from './directory.ts';
import { type RunningProgram, startProgram, untilReady } from './program.ts';

/** A kube-apiserver, which may be stopped and started again with all that it holds. */
export interface ApiServer {
  readonly name: string;
  readonly url: string;
  readonly client: KubeClient;
  readonly credentials: Credentials;
  /** The kubeconfigs of its users; the context is the cluster's name. */
  readonly kubeconfigs: Readonly<Record<UserName, { readonly path: string; readonly text: string }>>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  readonly name: string;
  readonly path: string;
  readonly directory: RigDirectory;
  readonly etcdUrl: string;
}

/**
 * Starts an API server on its own prefix of the etcd, and answers when it is ready. How to end it is added to the list
 * before it is started.
 */
export async function startApiServer(options: ApiServerOptions, undo: (() => Promise<void>)[]): Promise<ApiServer> {
  const { name, directory } = options;
  const own = join(directory.path, name);
  await mkdir(own);
  const credentials = await makeCredentials(own);
  const [port = 0] = await freePorts(1);
  const url = `https://127.0.0.1:${port}`;
  const login = (user: UserName) => ({ certificate: credentials.certificate, token: credentials.tokens[user] });
  const kubeconfigs = {
    admin: await writeKubeconfig(join(own, 'admin.kubeconfig'), kubeconfigText(name, url, login('admin'))),
    fairlead: await writeKubeconfig(join(own, 'fairlead.kubeconfig'), kubeconfigText(name, url, login('fairlead'))),
  };
  const client = kubeClient(url, login('admin'));
  let program: RunningProgram | undefined;
  const server: ApiServer = {
    name,
    url,
    client,
    credentials,
    kubeconfigs,
    async start() {
      const programName = `kube-apiserver-${name}`;
      program = startProgram(directory, {
        name: programName,
        path: options.path,
        args: flags(options, port, credentials),
      });
      await untilReady({ name: programName, program, directory }, () => client.isReady());
    },
    async stop() {
      await program?.stop();
    },
  };
  undo.push(server.stop);
  await server.start();
  return server;
}

function flags(
  { name, directory, etcdUrl }: ApiServerOptions,
  port: number,
  { files }: Credentials,
): readonly string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    `--etcd-prefix=/${name}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(directory.path, name)}`,
    `--tls-cert-file=${files.certificate}`,
    `--tls-private-key-file=${files.key}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=RBAC',
    `--service-account-issuer=https://127.0.0.1:${port}`,
    `--service-account-key-file=${files.serviceAccountPublic}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    // Nobody connects to the Service `kubernetes`, and a loopback address may not be its endpoint.
    '--endpoint-reconciler-type=none',
    // No pod of the rig runs, so none needs a token.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function writeKubeconfig(path: string, text: string) {
  await writeFile(path, text, { mode: 0o600 });
  return { path, text };
}

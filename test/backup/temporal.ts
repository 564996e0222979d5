import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { google } from '@temporalio/proto';
import { stringify } from 'yaml';
import { temporalServer, temporalSqlTool } from './programs.ts';

/** Makes the schema of both databases, as `temporal-schema` of docker-compose.yml does. */
export async function makeSchema(port: number): Promise<void> {
  const tool = await temporalSqlTool();
  const run = promisify(execFile);
  for (const database of ['temporal', 'temporal_visibility']) {
    const at = ['--plugin', 'postgres12', '--endpoint', '127.0.0.1', '--port', `${port}`, '--user', 'temporal'];
    const args = [...at, '--database', database];
    await run(tool, [...args, 'setup-schema', '--version', '0.0']);
    const schema = `postgresql/v12/${database.replace('temporal_', '')}`;
    await run(tool, [...args, 'update-schema', '--schema-name', schema]);
  }
}

export interface DatabaseServer {
  readonly address: string;
  readonly client: Client;
  /** Kills it at once. */
  kill(): Promise<void>;
}

/** Starts all services of Temporal in one process, on these databases. Its log goes to `server.log` below `directory`. */
export async function startTemporal(directory: string, postgres: number): Promise<DatabaseServer> {
  const program = await temporalServer();
  const ports = await lowPorts(8);
  const [frontend = 0] = ports;
  const config = join(directory, `config-${frontend}`);
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'dynamic.yaml'), 'matching.enableFairness:\n  - value: true\n');
  await writeFile(join(config, 'development.yaml'), stringify(settings(ports, postgres, join(config, 'dynamic.yaml'))));
  const log = openSync(join(directory, 'server.log'), 'a');
  const args = ['--root', '/', '--config', config.slice(1), '--env', 'development', '--allow-no-auth', 'start'];
  const server = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = once(server, 'exit');
  const address = `127.0.0.1:${frontend}`;
  const connection = await connect(address);
  return {
    address,
    client: new Client({ connection }),
    kill: async () => {
      await connection.close();
      server.kill('SIGKILL');
      await exited;
    },
  };
}

/** Answers ports that nobody listens on. Temporal's schema for PostgreSQL keeps them as `smallint`, and refuses those above. */
async function lowPorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let port = 20_000 + (process.pid % 10_000); ports.length < count; port += 1)
    if (await isFree(port)) ports.push(port);
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

/** Waits until the server answers, with the namespace, which is made where it is not there. */
async function connect(address: string): Promise<Connection> {
  for (let left = 120; ; left -= 1)
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      const { workflowService } = connection;
      await workflowService.describeNamespace({ namespace: 'default' }).catch(() =>
        workflowService.registerNamespace({
          namespace: 'default',
          workflowExecutionRetentionPeriod: google.protobuf.Duration.fromObject({ seconds: 90 * 24 * 3_600 }),
        }),
      );
      await workflowService.listWorkflowExecutions({ namespace: 'default', pageSize: 1 });
      return connection;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

function settings(ports: readonly number[], postgres: number, dynamic: string): object {
  const database = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgres}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: '',
      maxConns: 10,
      maxIdleConns: 10,
    },
  });
  const service = (index: number) => ({
    rpc: { grpcPort: ports[2 * index], membershipPort: ports[2 * index + 1], bindOnLocalHost: true },
  });
  const own = `127.0.0.1:${ports[0]}`;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: database('temporal'), visibility: database('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: { frontend: service(0), matching: service(1), history: service(2), worker: service(3) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: own },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: own },
    dynamicConfigClient: { filepath: dynamic, pollInterval: '60s' },
  };
}

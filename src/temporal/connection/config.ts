import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ClientConfigTLS, loadClientConfigProfile, loadClientConnectConfig } from '@temporalio/envconfig';
import { Failure } from '../../failure.ts';

/** What the settings of the connection to Temporal come to. */
export type ConnectConfig = ReturnType<typeof loadClientConnectConfig>;

/** What TLS to Temporal is made with; `true`: with what the machine trusts. */
export type TlsSettings = ConnectConfig['connectionOptions']['tls'];

/** The settings that name the parts of TLS. Profiles have others, which mean the same. */
export const tlsSettings = {
  authority: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  certificate: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  key: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  serverName: 'TEMPORAL_TLS_SERVER_NAME',
} as const;

/**
 * Reads the settings of the connection to Temporal, as every Temporal tool does. Throws `Failure` InvalidConfig, also where
 * certificates and keys cannot be read or do not belong together: the clients would not say which.
 */
export function connectConfig(env: Readonly<NodeJS.ProcessEnv>): ConnectConfig {
  const config = loadConfig(env);
  const { apiKey, tls } = config.connectionOptions;
  if (typeof apiKey === 'string' && /[^\x20-\x7e]/.test(apiKey))
    throw wrong(
      'TEMPORAL_API_KEY has a character that no key has, such as a line break at its end. Set it to the key alone.',
    );
  if (typeof tls === 'object' && tls !== null) checkTls(tls);
  return config;
}

function loadConfig(env: Readonly<NodeJS.ProcessEnv>): ConnectConfig {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const options = { overrideEnvVars: Object.fromEntries(set) };
  try {
    checkFiles(loadClientConfigProfile(options).tls ?? {});
    return loadClientConnectConfig(options);
  } catch (error) {
    throw error instanceof Failure ? error : wrong(error instanceof Error ? error.message : String(error), error);
  }
}

/** Throws where a file is not there, and where only half of a pair is: the SDK would leave out that half without a word. */
function checkFiles({ serverCACert, clientCert, clientKey, disabled }: ClientConfigTLS): void {
  if (disabled) return;
  const { authority, certificate, key } = tlsSettings;
  for (const [setting, source] of [
    [authority, serverCACert],
    [certificate, clientCert],
    [key, clientKey],
  ] as const) {
    if (source === undefined || !('path' in source)) continue;
    try {
      readFileSync(source.path);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? error.code : error;
      throw wrong(`the file "${source.path}" of ${setting} cannot be read (${why}).`, error);
    }
  }
  if (clientKey !== undefined && clientCert === undefined)
    throw wrong(`${key} is set, and ${certificate} is not. Set both.`);
  if (clientCert !== undefined && clientKey === undefined)
    throw wrong(`${certificate} is set, and ${key} is not. Set both.`);
}

function checkTls({
  serverRootCACertificate: authority,
  clientCertPair: pair,
}: Exclude<TlsSettings, boolean | null | undefined>) {
  if (authority) read(tlsSettings.authority, 'a certificate', () => new X509Certificate(authority));
  if (!pair) return;
  const { certificate: certificateSetting, key: keySetting } = tlsSettings;
  const certificate = read(certificateSetting, 'a certificate', () => new X509Certificate(pair.crt));
  const key = read(keySetting, 'a private key without a password', () => createPrivateKey(Buffer.from(pair.key)));
  if (certificate.checkPrivateKey(key)) return;
  throw wrong(`the key of ${keySetting} is not that of the certificate of ${certificateSetting}. Set both to a pair.`);
}

/** `what`: what must stand in the file, as PEM. What the library says is left out: it may quote the file. */
function read<T>(setting: string, what: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw wrong(
      `what ${setting} names holds no ${what.replace(/^a /, '')} in PEM form. Name a file that holds ${what}.`,
    );
  }
}

function wrong(why: string, cause?: unknown): Failure {
  return new Failure('InvalidConfig', `The settings of the connection to Temporal are wrong: ${why}`, { cause });
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { selfSignedCertificate } from '../../../fakes/flux/kubernetes/certificate.ts';

/** The users of a cluster. */
export const users = { admin: 'admin', fairlead: 'fairlead' } as const;

export type UserName = keyof typeof users;

/** What an API server and its clients need to trust each other, as files and in memory. */
export interface Credentials {
  readonly certificate: string;
  readonly tokens: Readonly<Record<UserName, string>>;
  readonly files: Readonly<
    Record<'certificate' | 'key' | 'tokens' | 'serviceAccountKey' | 'serviceAccountPublic', string>
  >;
}

/** Makes all keys anew below the directory. The admin may everything; fairlead what RBAC gives it. */
export async function makeCredentials(directory: string): Promise<Credentials> {
  const { certificate, key } = selfSignedCertificate('fairlead flux rig');
  const serviceAccounts = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const tokens = { admin: randomBytes(16).toString('hex'), fairlead: randomBytes(16).toString('hex') };
  const write = async (name: string, content: string) => {
    const file = join(directory, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  return {
    certificate,
    tokens,
    files: {
      certificate: await write('server.crt', certificate),
      key: await write('server.key', key),
      tokens: await write(
        'tokens.csv',
        `${tokens.admin},${users.admin},1,system:masters\n${tokens.fairlead},${users.fairlead},2\n`,
      ),
      serviceAccountKey: await write('service-accounts.key', serviceAccounts.privateKey),
      serviceAccountPublic: await write('service-accounts.pub', serviceAccounts.publicKey),
    },
  };
}

/** Writes a kubeconfig for one user of one API server; the context has the given name. */
export function kubeconfigText(context: string, url: string, login: { certificate: string; token: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      {
        name: context,
        cluster: { server: url, 'certificate-authority-data': Buffer.from(login.certificate).toString('base64') },
      },
    ],
    users: [{ name: context, user: { token: login.token } }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
  });
}

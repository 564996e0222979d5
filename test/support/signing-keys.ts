import { generateKeyPairSync } from 'node:crypto';
import { readSigningKey, type SigningKey } from '../../src/record/signing/keys.ts';
import type { Secret } from '../../src/settings/secret.ts';

/** A key of a worker, as people make and list it. */
export interface TestKey {
  readonly pem: string;
  readonly signing: SigningKey;
  /** What stands in `record.publicKeys`. */
  readonly listed: string;
  /** As the worker's settings locate it. */
  readonly secret: Secret;
}

/** Makes a new key. */
export function newKey(name = 'file /etc/fairlead/record.pem'): TestKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const signing = readSigningKey(pem);
  if (signing === undefined) throw new Error('a new key cannot be read');
  return { pem, signing, listed: signing.listed, secret: { name, read: async () => pem } };
}

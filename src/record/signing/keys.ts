import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A public key of a record. */
export interface PublicKey {
  /** The first 16 hexadecimal digits of the SHA-256 of its SPKI DER. */
  readonly id: string;
  readonly key: KeyObject;
  readonly der: Buffer;
}

/** The private key of a worker. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly public: PublicKey;
  /** The public key as `record.publicKeys` lists it. */
  readonly listed: string;
}

/** What a platform says of its record: `record` in fairlead.yaml at main's head. */
export interface RecordKeys {
  /** Any of them vouches for a line. None: nothing is signed, and every line counts. */
  readonly publicKeys: readonly PublicKey[];
  /** What is older counts without a signature, ISO 8601 in UTC; undefined: nothing does. */
  readonly unsignedBefore?: string;
}

/** The keys of a platform that lists none. */
export const noKeys: RecordKeys = { publicKeys: [] };

/** Reads a public key, PEM or the one line of base64 inside of it; undefined where it is no Ed25519 key. */
export function readPublicKey(text: string): PublicKey | undefined {
  const base64 = text.replace(/-----(?:BEGIN|END) PUBLIC KEY-----/g, '').replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? publicKey(key) : undefined;
  } catch {
    // What OpenSSL says of a text that is no key helps nobody.
    return undefined;
  }
}

/** Reads a private key, PEM of PKCS#8; undefined where it is no Ed25519 key. Nothing of the text is in an error. */
export function readSigningKey(pem: string): SigningKey | undefined {
  try {
    // An environment variable may hold the line breaks as people write them on one line.
    const key = createPrivateKey({ key: pem.replaceAll('\\n', '\n'), format: 'pem' });
    if (key.asymmetricKeyType !== 'ed25519') return undefined;
    const own = publicKey(createPublicKey(key));
    return { key, public: own, listed: own.der.toString('base64') };
  } catch {
    // The error may quote what was read, which is a secret.
    return undefined;
  }
}

function publicKey(key: KeyObject): PublicKey {
  const der = key.export({ format: 'der', type: 'spki' });
  return { id: createHash('sha256').update(der).digest('hex').slice(0, 16), key, der };
}

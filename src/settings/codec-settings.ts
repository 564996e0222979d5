import { resolve } from 'node:path';
import { type Secret, type SecretOrigin, secretFrom } from './secret.ts';
import type { WrittenSettings } from './worker-schema.ts';

/** Where the keys are kept that encrypt what Temporal stores, and whether the worker serves a codec endpoint. */
export interface CodecSettings {
  /** The first one encrypts, all decrypt. None: nothing is encrypted. */
  readonly keys: readonly CodecKeySetting[];
  /** A list of keys, `ID=KEY`, that wins where it is set; undefined: none is named. */
  readonly list?: Secret;
  readonly endpoint?: CodecEndpointSettings;
}

/** A key, and where it is kept. */
export interface CodecKeySetting {
  readonly id: string;
  readonly secret: Secret;
}

/** The endpoint that decrypts for the Temporal UI and command line. */
export interface CodecEndpointSettings {
  /** Where it listens, `host:port`. */
  readonly address: string;
  /** The origins of web pages that may ask. */
  readonly origins: readonly string[];
  /** What callers must show; undefined: nothing. */
  readonly token?: Secret;
}

/** Locates the keys that a settings file or the environment names. */
export function codecSettings({ codec }: WrittenSettings, origin: SecretOrigin): CodecSettings {
  const { endpoint, keys } = codec;
  const list = listedKeys(origin);
  return {
    keys: keys.map(({ id, key }) => ({ id, secret: secretFrom(key, origin) })),
    ...(list && { list }),
    ...(endpoint && {
      endpoint: {
        address: endpoint.address,
        origins: endpoint.origins,
        ...(endpoint.token && { token: secretFrom(endpoint.token, origin) }),
      },
    }),
  };
}

function listedKeys(origin: SecretOrigin): Secret | undefined {
  if (origin.env.FAIRLEAD_CODEC_KEYS) return secretFrom({ env: 'FAIRLEAD_CODEC_KEYS' }, origin);
  const file = origin.env.FAIRLEAD_CODEC_KEYS_FILE;
  return file ? secretFrom({ file: resolve(file) }, origin) : undefined;
}

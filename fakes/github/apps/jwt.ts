import { verify } from 'node:crypto';
import { z } from 'zod';
import { type Answer, Refusal, refused } from '../answer.ts';
import type { ForgeState } from '../model.ts';
import type { AppAccount } from './model.ts';

const claimsSchema = z.object({ iat: z.number(), exp: z.number(), iss: z.union([z.string(), z.number()]) });
const undecoded = refused(401, 'A JSON web token could not be decoded');

/** Answers the App that signed a token of its own. Throws `Refusal` in GitHub's words. */
export function appOfJwt(state: ForgeState, jwt: string | undefined): AppAccount {
  const [header = '', payload = '', signature = ''] = jwt?.split('.') ?? [];
  const claims = claimsSchema.safeParse(decoded(payload));
  if (!claims.success) throw new Refusal(undecoded);
  const { iat, exp, iss } = claims.data;
  const app = state.apps.find(({ id, clientId }) => [String(id), clientId].includes(String(iss)));
  if (app === undefined) throw new Refusal(refused(404, 'Integration not found'));
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) throw new Refusal(undecoded);
  const problem = claimProblem({ iat, exp }, Math.floor(state.now().getTime() / 1000));
  if (problem) throw new Refusal(problem);
  return app;
}

function claimProblem({ iat, exp }: { readonly iat: number; readonly exp: number }, now: number): Answer | undefined {
  if (exp <= now)
    return refused(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + 600) return refused(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now)
    return refused(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return undefined;
}

function decoded(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}

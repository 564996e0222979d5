import { createForges, type ForgesOptions } from '../../../../src/forge/forges.ts';
import type { Forge } from '../../../../src/forge/port.ts';

/** What a call is answered with. */
export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call as it was sent. */
export interface Sent {
  /** `GET /pulls/7?limit=50`, below the repository where it is there. */
  readonly call: string;
  readonly body: unknown;
  readonly url: string;
  readonly headers: Headers;
}

export const token = 'gitea-token-0123456789';
export const repositoryUrl = 'https://git.example.com/acme/gitops';

/** A Gitea whose answers a test decides: the first pattern that matches a call answers it, each as often as it likes. */
export function recordedForge(
  replies: Readonly<Record<string, Reply | ((sent: Sent) => Reply | Promise<Reply>)>>,
  options: Omit<ForgesOptions, 'forges'> & {
    readonly kind?: 'gitea' | 'forgejo';
    readonly tokens?: readonly (string | undefined)[];
    readonly signal?: AbortSignal;
  } = {},
): { readonly forge: Forge; readonly sent: readonly Sent[]; readonly calls: () => readonly string[] } {
  const sent: Sent[] = [];
  const { kind = 'gitea', signal, tokens = [token], ...limits } = options;
  const answer: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const path = `${url.pathname}${url.search}`.replace('/api/v1/repos/acme/gitops', '');
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const call = { call: `${init?.method} ${path}`, body, url: url.href, headers: new Headers(init?.headers) };
    sent.push(call);
    const [, found] = Object.entries(replies).find(([pattern]) => new RegExp(`^${pattern}`).test(call.call)) ?? [];
    if (found === undefined) throw new Error(`nobody answers ${call.call}`);
    const { status = 200, json, text, headers = {} } = typeof found === 'function' ? await found(call) : found;
    const content = text ?? (json === undefined ? '' : JSON.stringify(json));
    return new Response(status === 204 ? null : content, { status, headers });
  };
  const setting = {
    host: 'git.example.com',
    kind,
    apiUrl: 'https://git.example.com/api/v1',
    token: async () => tokens[0],
    tokenName: 'environment variable GITEA_TOKEN',
  };
  const forge = createForges({ forges: [setting], fetch: answer, ...limits }).for(repositoryUrl, signal);
  return { forge, sent, calls: () => sent.map(({ call }) => call) };
}

const head = 'a'.repeat(40);
const base = 'b'.repeat(40);

/** An open request #7 from `deploy/x` to `qa`, as the API gives it. */
export function pullRequestJson(more: object = {}): object {
  return {
    number: 7,
    html_url: `${repositoryUrl}/pulls/7`,
    state: 'open',
    title: 'Promote',
    body: 'What changes',
    draft: false,
    user: { login: 'bot' },
    labels: [],
    head: { label: 'deploy/x', ref: 'deploy/x', sha: head, repo_id: 3 },
    base: { label: 'qa', ref: 'qa', sha: base, repo_id: 3 },
    merge_base: base,
    merged: false,
    merge_commit_sha: null,
    merged_by: null,
    closed_at: null,
    ...more,
  };
}

export const draft = {
  head: { branch: 'deploy/x', sha: head },
  base: 'qa',
  title: 'Promote',
  body: 'What changes',
  label: 'promotion',
  isInBase: async () => true,
};

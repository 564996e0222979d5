export interface Answer {
  readonly status: number;
  /** The content: a string is sent as plain text, everything else as JSON. */
  readonly body: object | string;
}

export interface Refusal extends Answer {
  readonly body: object;
}

/** Answers a failure as a Kubernetes `Status`. */
export function refuse(code: number, reason: string, message: string): Refusal {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
  };
}

/** Answers what an API server says about a group that it does not have. */
export function notFound(): Answer {
  return { status: 404, body: '404 page not found\n' };
}

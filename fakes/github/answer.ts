/** What a handler answers over HTTP, as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DOCS = 'https://docs.github.com/rest';

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** Answers an error in GitHub's words. */
export function refused(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: { message, documentation_url: DOCS, status: String(status) }, headers };
}

/** One problem of one field, as GitHub's 422 lists it. */
export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom';
  readonly message?: string;
}

/** Answers 422 with what is wrong in each field. */
export function invalid(...errors: readonly FieldError[]): Answer {
  return {
    status: 422,
    body: { message: 'Validation Failed', errors, documentation_url: DOCS, status: '422' },
  };
}

export const notFound = refused(404, 'Not Found');
export const badCredentials = refused(401, 'Bad credentials');

/** Ends a handler early; the server sends the answer that it holds. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answered with ${answer.status}`);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

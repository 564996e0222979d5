import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** An answer in plain text, or in what its headers say. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an answer as JSON; no content where it has no body. */
export function sendJson(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

/** Sends an answer as text. */
export function sendText(response: ServerResponse, { status, text, headers }: TextAnswer): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

import { appendFileSync } from 'node:fs';

export async function load(url, context, next) {
  appendFileSync(process.env.NOTE_MODULES, `${url}\n`);
  return next(url, context);
}

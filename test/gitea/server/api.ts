/** Calls the API as one user, past Fairlead. Throws the forge's words where it refuses. */
export type GiteaApi = <T = unknown>(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) => Promise<T>;

/** Makes the API of a token, or of a name and a password. */
export function giteaApi(url: string, user: string | { readonly name: string; readonly password: string }): GiteaApi {
  const authorization =
    typeof user === 'string'
      ? `token ${user}`
      : `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (response.headers.get('content-type')?.includes('json') && text !== '' ? JSON.parse(text) : text) as T;
  };
}

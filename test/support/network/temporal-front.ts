import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from '../../../fakes/flux/kubernetes/certificate.ts';

/** What a front says instead of Temporal: a code of gRPC, and words. */
export interface GrpcRefusal {
  readonly code: number;
  readonly details: string;
}

/** Whom a front lets in. */
export interface FrontRules {
  /** The authority of client certificates, as PEM. Whoever shows none of it is turned away. */
  readonly clientAuthority?: string;
  /** Looks at the header `authorization` of each call. Answers why it is refused; undefined: it is not. */
  readonly refuse?: (authorization: string | undefined) => GrpcRefusal | undefined;
}

export interface TemporalFront {
  /** `localhost:PORT`. */
  readonly address: string;
  /** How many calls it has passed on. */
  passed(): number;
  /** Ends all connections; clients connect again. */
  drop(): void;
  close(): Promise<void>;
}

/** Stands before a Temporal that speaks plain HTTP/2, as proxies and Temporal Cloud do: it ends TLS, and asks who calls. */
export async function temporalFront(
  { certificate, key }: ServerCertificate,
  target: string,
  { clientAuthority, refuse }: FrontRules = {},
): Promise<TemporalFront> {
  const behind = connect(`http://${target}`);
  behind.on('error', () => undefined);
  const sockets = new Set<Socket>();
  let passed = 0;
  const server = createSecureServer({
    cert: certificate,
    key,
    ...(clientAuthority !== undefined && { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const refusal = refuse?.(headers.authorization);
    if (refusal !== undefined) return void stream.respond(grpcAnswer(refusal), { endStream: true });
    passed += 1;
    pass(stream, behind, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        behind.destroy();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function grpcAnswer({ code, details }: GrpcRefusal) {
  return { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': `${code}`, 'grpc-message': details };
}

/** Passes one call on, with its trailers, in which gRPC tells how it ended. */
function pass(stream: ServerHttp2Stream, behind: ClientHttp2Session, headers: IncomingHttpHeaders): void {
  const call: ClientHttp2Stream = behind.request({ ...headers, ':authority': 'temporal', ':scheme': 'http' });
  let trailers: IncomingHttpHeaders = {};
  call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  call.on('response', (answer, flags) => {
    if (stream.destroyed) return;
    const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond({ ...answer }, endStream ? { endStream } : { waitForTrailers: true });
  });
  call.on('trailers', (told) => {
    trailers = told;
  });
  stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }));
  stream.on('close', () => call.close(stream.rstCode));
  stream.pipe(call).pipe(stream);
}

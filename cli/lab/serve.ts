import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { InputError, StragglerError } from '../../bindings/index.js';

/** Only this machine can reach it. */
const ADDRESS = '127.0.0.1';

const HEADERS: Readonly<Record<string, string>> = {
  // With these two the page may share memory between threads.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // What is kept is asked for again: the next version may have the same address.
  'Cache-Control': 'no-cache',
};

/** The worker that draws: Vega compiles its expressions to JavaScript. Nothing else on the page may do that. */
const DRAWING_WORKER = '/worker/lab-worker.js';

/** The lab as it is served. */
export interface ServedLab {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the page of the lab to this machine alone.
 * @param folder What was bundled: `dist/web`.
 * @param port 0: any that is free.
 * @throws InputError when the port is not to be had; StragglerError when the page has not been built.
 */
export async function serveLab(folder: string, port: number): Promise<ServedLab> {
  if (!existsSync(join(folder, 'index.html'))) throw new StragglerError(`lab: the page is not in ${folder}; it is made by 'npm run build'`);
  const files = sirv(folder, { etag: true });
  const server = createServer();
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  const hosts = new Set([`${ADDRESS}:${taken}`, `localhost:${taken}`]);
  server.on('request', (request, response) => answer(request, response, hosts, files));
  return {
    url: `http://${ADDRESS}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, hosts: ReadonlySet<string>, files: ReturnType<typeof sirv>): void {
  const { method = '', headers, url = '/' } = request;
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', contentPolicy(url.split('?')[0] === DRAWING_WORKER));
  // A page elsewhere can have its own name point to this machine, and would then read along.
  if (!hosts.has(headers.host ?? '')) return refuse(response, 403, 'The lab answers to localhost only.');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'The lab can only be read.');
  }
  files(request, response, () => refuse(response, 404, 'There is no such page in the lab.'));
}

function contentPolicy(draws: boolean): string {
  const scripts = `'self' 'wasm-unsafe-eval'${draws ? " 'unsafe-eval'" : ''}`;
  return [
    "default-src 'none'", `script-src ${scripts}`, "worker-src 'self'", "connect-src 'self'", "style-src 'self'", "img-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const rules: Readonly<Record<string, string>> = { EADDRINUSE: 'be a port that is free', EACCES: 'be a port that you may listen at' };
      const rule = rules[error.code ?? ''];
      reject(rule === undefined ? error : new InputError('lab', '--port', rule, port));
    });
    server.listen(port, ADDRESS, resolve);
  });
}

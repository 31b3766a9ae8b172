import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a server on a free port of this machine. @returns It and its address, without a slash at the end. */
export async function listen(handler: RequestListener): Promise<{ server: Server; address: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const { server, address } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

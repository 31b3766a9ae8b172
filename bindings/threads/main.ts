/** What every thread of the library runs: the first message says what for. */
import { threadPort } from '#platform';
import type { GradientThreadStart } from './gradient-thread.js';
import { serveGradients } from './gradient-thread.js';

const port = threadPort();
let serve: ((message: unknown) => void) | undefined;
port.onMessage((message) => {
  if (serve === undefined) serve = takeRole(message as GradientThreadStart | { readonly role?: undefined });
  else serve(message);
});

function takeRole(start: GradientThreadStart | { readonly role?: undefined }): (message: unknown) => void {
  if (start.role === 'gradients') return serveGradients(port, start);
  throw new TypeError(`thread: 'message' must name a known role, got ${JSON.stringify(start)}`);
}

/** What every thread of the library runs: the first message names the role, further ones are for whoever plays it. */
import { threadPort } from '#platform';
import type { ThreadPort } from './threads/port.js';

/** The first message: what the thread is for, and what the role needs. */
export interface RoleMessage {
  readonly role: string;
}

/** Plays a role: serves the line to the thread that started this one. */
type Serve = (port: ThreadPort, message: never) => void;

/** The roles; a thread loads the modules of its own only. */
const ROLES: Readonly<Record<string, () => Promise<Serve>>> = {
  gradients: async () => (await import('./threads/gradient-thread.js')).serveGradients,
  runs: async () => (await import('./experiment/run-thread.js')).serveRuns,
};

const port = threadPort();
/** What arrives before the role is ready. */
const early: unknown[] = [];
let handle: ((message: unknown) => void) | undefined;
let begun = false;

port.onMessage((message) => {
  if (handle !== undefined) handle(message);
  else if (begun) early.push(message);
  else {
    begun = true;
    begin(message as RoleMessage).catch(fail);
  }
});

/** Ends the thread as an error does. In browsers whoever started it is not told of a promise that was rejected. */
function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error as Error;
  });
}

async function begin(message: RoleMessage): Promise<void> {
  const load = ROLES[message.role];
  if (load === undefined) throw new TypeError(`thread: 'role' must be ${Object.keys(ROLES).join(' or ')}, got ${JSON.stringify(message.role)}`);
  const serve = await load();
  const line: ThreadPort = {
    post: (content, transfer) => port.post(content, transfer),
    onMessage: (handler) => {
      handle = handler;
      for (const waiting of early.splice(0)) handler(waiting);
    },
  };
  serve(line, message as never);
}

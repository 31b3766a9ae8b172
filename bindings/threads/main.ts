/** What every thread of the library runs: the first message says what for. */
import { threadPort } from '#platform';

const port = threadPort();
port.onMessage((message) => {
  throw new TypeError(`thread: 'message' must name a known role, got ${JSON.stringify(message)}`);
});

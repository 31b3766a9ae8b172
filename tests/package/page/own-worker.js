import { digests } from './digests.js';

addEventListener('message', async ({ data: threads }) => postMessage(await digests(threads)));

/** The worker of the page: computes and draws. */
import type { Command } from './protocol.js';
import { Lab, threadsToUse } from './worker/lab.js';

const lab = new Lab({
  post: (report) => globalThis.postMessage(report),
  now: () => performance.now(),
  threads: threadsToUse(globalThis.crossOriginIsolated),
});

globalThis.addEventListener('message', ({ data }: MessageEvent<Command>) => void lab.handle(data));

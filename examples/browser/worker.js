// Runs the experiment that the page posts, tells its progress, and stops when the page posts 'stop'. With a bundler: from 'straggler'.
import { runExperiment } from './node_modules/straggler/dist/browser/straggler.js';

const stop = new AbortController();

addEventListener('message', async ({ data }) => {
  if (data === 'stop') {
    stop.abort();
    return;
  }
  const { best, interrupted } = await runExperiment(data, { signal: stop.signal, onProgress: ({ fraction }) => postMessage({ fraction }) });
  postMessage({ interrupted, best: best.map(({ method, stepsize, timeToTarget }) => [method, stepsize, timeToTarget ?? 'not reached']) });
});

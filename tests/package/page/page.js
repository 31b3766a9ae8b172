import { digests } from './digests.js';

const threads = 2;
const worker = new Worker(new URL('./own-worker.js', import.meta.url), { type: 'module' });
const inWorker = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`worker: ${message}`));
});
worker.postMessage(threads);
const inPage = await digests(threads);
document.querySelector('output').textContent = JSON.stringify({ isolated: crossOriginIsolated, inPage, inWorker: await inWorker });

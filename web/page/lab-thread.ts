import type { Command, Report } from '../protocol.js';

/** A worker that does not stop within this many milliseconds is ended. */
const PATIENCE = 500;

/** The page's line to its worker, and what is done when that does not answer. */
export class LabThread {
  readonly #onReport: (report: Report) => void;
  #worker: Worker;
  /** Whether the worker is of no use any more. */
  #failed = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(onReport: (report: Report) => void) {
    this.#onReport = onReport;
    this.#worker = this.#start();
  }

  send(command: Command): void {
    if (this.#failed) this.#worker = this.#start();
    this.#worker.postMessage(command);
  }

  /** Stops what runs: at once, whatever the worker is doing. */
  stop(): void {
    if (this.#patience !== undefined) return;
    this.send({ do: 'stop' });
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      this.#worker.terminate();
      this.#worker = this.#start();
      this.#onReport({ tell: 'lost' });
    }, PATIENCE);
  }

  #start(): Worker {
    this.#failed = false;
    const worker = new Worker(new URL('./worker/lab-worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
      if (worker !== this.#worker) return;
      if (data.tell === 'ended' || data.tell === 'refused') this.#calm();
      this.#onReport(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      this.#calm();
      worker.terminate();
      this.#failed = true;
      this.#onReport({ tell: 'refused', field: null, message: `The lab’s worker failed: ${event.message || 'it could not be loaded'}` });
    });
    return worker;
  }

  #calm(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }
}

/** Helper threads that compute stochastic gradients of a run on another thread, in the memory that both share. */
import { wallClock } from '../experiment/clock.js';
import type { KernelExports } from '../kernels/abi.js';
import type { GradientProgram, GradientRecipe } from '../problems/gradient-recipe.js';
import { gradientProgram } from '../problems/gradient-recipe.js';
import { Jobs } from './jobs.js';
import type { ThreadPort } from './port.js';

/** The first message: what the helper needs to compute. */
export interface GradientThreadStart {
  readonly role: 'gradients';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Its number among the helpers. */
  readonly helper: number;
  /** How long to look for work before sleeping, in seconds. */
  readonly patience: number;
}

/** Later messages: a board to take jobs from until it is closed. */
export interface BoardMessage {
  readonly jobs: SharedArrayBuffer;
  readonly capacity: number;
  readonly helpers: number;
  readonly recipe: GradientRecipe;
  /** First byte of the helper's scratch. */
  readonly scratch: number;
}

/** What a helper says once it can take boards. */
export interface GradientThreadReady {
  readonly ready: true;
}

/** How often to look for work between two looks at the clock. */
const LOOKS = 50;

/** Makes a thread a helper. */
export function serveGradients(port: ThreadPort, { module, memory, helper, patience }: GradientThreadStart): void {
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  let visibleBytes = memory.buffer.byteLength;
  // Engines tell other threads of a grown memory, but not at once, and some kernels check bounds against what the thread was told last.
  const seeMemory = (bytes: number): void => {
    if (bytes <= visibleBytes) return;
    memory.grow(0);
    visibleBytes = memory.buffer.byteLength;
  };
  const ready: GradientThreadReady = { ready: true };
  port.onMessage((message) => {
    const { jobs, capacity, helpers, recipe, scratch } = message as BoardMessage;
    takeJobs(new Jobs(jobs, capacity, helpers), helper, patience, seeMemory, gradientProgram(exports, recipe, scratch));
  });
  port.post(ready);
}

/** Takes jobs until the board is closed. */
function takeJobs(jobs: Jobs, helper: number, patience: number, seeMemory: (bytes: number) => void, program: GradientProgram): void {
  while (!jobs.closed) {
    const slot = jobs.take(helper);
    if (slot === -1) {
      if (!lookForWork(jobs, patience)) jobs.sleep(helper);
      continue;
    }
    try {
      seeMemory(jobs.reservedBytes);
      program(jobs.workers[slot]!, jobs.indices[slot]!, jobs.x[slot]!, jobs.out[slot]!);
      jobs.finish(slot);
    } catch (error) {
      jobs.finish(slot, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
}

/** Looks for work for a while: waking a sleeping thread takes longer than many a gradient. @returns Whether there is some. */
function lookForWork(jobs: Jobs, patience: number): boolean {
  const until = wallClock() + patience;
  do {
    for (let look = 0; look < LOOKS; look += 1) if (jobs.stirred) return true;
  } while (wallClock() < until);
  return false;
}

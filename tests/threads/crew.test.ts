import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  digits, explicitQuadratic, heterogeneousQuadraticData, LoadedDataset, loadKernels, LogisticRegressionProblem, MlpProblem, sampledProblem, tridiagonalQuadratic, Vector,
} from '../../dist/bindings/index.js';
import type { Dataset, Kernels, Problem } from '../../dist/bindings/index.js';
import type { GradientRecipe } from '../../dist/bindings/problems/gradient-recipe.js';
import { startCrew } from '../../dist/bindings/threads/crew.js';
import type { Crew } from '../../dist/bindings/threads/crew.js';

const WORKERS = 9;
const THREADS = new URL('../../dist/bindings/', import.meta.url).href;

/** Sample numbers of the workers, of different sizes. */
const parts = Array.from({ length: WORKERS }, (_, i) => Uint32Array.from({ length: 3 + 5 * i }, (_, j) => (j * 37 + i * 11) % 300));

const sparse = (kernels: Kernels): Dataset => digits(kernels, { train: 300, test: 10 });
const dense = (): Dataset => ({
  name: 'dense',
  features: 21,
  classes: 2,
  train: {
    count: 300,
    inputs: Float32Array.from({ length: 300 * 21 }, (_, j) => ((j * 7919) % 101) / 50 - 1.007),
    labels: Uint8Array.from({ length: 300 }, (_, j) => (j * 7) % 2),
  },
  test: { count: 0, inputs: new Float32Array(0), labels: new Uint8Array(0) },
});

const kinds: Record<string, (kernels: Kernels) => Problem> = {
  'network on compressed rows': (kernels) =>
    new MlpProblem(kernels, new LoadedDataset(kernels, sparse(kernels)), { hidden: [20, 12], batch: 5, partition: parts }, kernels.random(1)),
  'network on dense rows': (kernels) =>
    new MlpProblem(kernels, new LoadedDataset(kernels, dense()), { hidden: [33], batch: 17, partition: parts }, kernels.random(2)),
  'logistic regression': (kernels) =>
    new LogisticRegressionProblem(
      kernels, new LoadedDataset(kernels, dense()), { batch: 3, partition: parts, nonconvexRegularizer: 0.1 }, kernels.random(2 ** 40 + 3),
    ),
  'tridiagonal quadratic': (kernels) => tridiagonalQuadratic(kernels, WORKERS, 103, 0.01, kernels.random(4)),
  'quadratics by their numbers': (kernels) =>
    explicitQuadratic(kernels, heterogeneousQuadraticData(WORKERS, 13, 1, [0.1, 1], kernels.random(5)), 0.1, kernels.random(5)),
};

const bits = (vector: Vector): string => Buffer.from(vector.bytes()).toString('base64');

/** Numbers that look random. */
function lottery(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Models and the gradients at them as the plain kernels give them. */
async function expected(make: (kernels: Kernels) => Problem, models: number, indices: number): Promise<string[]> {
  const kernels = await loadKernels();
  const problem = make(kernels);
  const out = new Vector(kernels.pool, problem.dimension, problem.scalar, 'test');
  const points = modelsOf(kernels, problem, models);
  const all: string[] = [];
  for (const x of points) {
    for (let worker = 0; worker < WORKERS; worker += 1) {
      for (let index = 0; index < indices; index += 1) {
        problem.gradient(worker, index, x, out);
        all.push(bits(out));
      }
    }
  }
  return all;
}

/** x⁰ and a few others. */
function modelsOf(kernels: Kernels, problem: Problem, count: number): Vector[] {
  return Array.from({ length: count }, (_, m) => {
    const x = problem.initial();
    if (problem.scalar === 'float32') kernels.exports.addNormalF32(x.length, 0.05 * m, 1, 2, m, 0, 1, x.pointer);
    else kernels.exports.addNormalF64(x.length, 0.05 * m, 1, 2, m, 0, 1, x.pointer);
    return x;
  });
}

/** The recipe for gradients as vectors. */
function vectorsOf({ recipe }: Problem): GradientRecipe {
  return recipe!.kind === 'mlp' ? { ...recipe!, compact: false } : recipe!;
}

describe.each([1, 2, 3, 7])('%i helpers', (helpers) => {
  let kernels: Kernels;
  let crew: Crew;
  beforeAll(async () => {
    kernels = await loadKernels({ shared: true });
    crew = await startCrew(kernels, helpers);
  });
  afterAll(() => crew.dispose());

  it('are there', () => {
    expect([kernels.shared, crew.helpers, crew.notice]).toEqual([true, helpers, undefined]);
  });

  it.each(Object.entries(kinds))('compute the same bits in any order, while jobs are withdrawn and memory grows: %s', async (_, make) => {
    const [MODELS, INDICES, JOBS] = [3, 4, 1500];
    const wanted = await expected(make, MODELS, INDICES);
    const problem = make(kernels);
    const models = modelsOf(kernels, problem, MODELS);
    const board = crew.board(vectorsOf(problem))!;
    expect(() => crew.board(problem.recipe!)).toThrow(RangeError);
    const draw = lottery(helpers);
    const flights: { slot: number; job: number; out: Vector }[] = [];
    let byHelpers = 0;
    let grown = 0;
    const retire = (at: number): void => {
      const { slot, job, out } = flights.splice(at, 1)[0]!;
      if (board.reclaim(slot)) {
        if (draw(4) === 0) {
          // Dropped.
          board.free(slot);
          out.release();
          return;
        }
        problem.gradient(Math.floor(job / INDICES) % WORKERS, job % INDICES, models[Math.floor(job / (INDICES * WORKERS))]!, out);
      } else {
        board.wait(slot);
        expect(board.isDone(slot)).toBe(true);
        byHelpers += 1;
      }
      if (bits(out) !== wanted[job]) expect.fail(`gradient ${job} has other bits`);
      board.free(slot);
      out.release();
    };
    for (let j = 0; j < JOBS || byHelpers < 50; j += 1) {
      if (j % 150 === 75 && grown < 8) {
        const before = kernels.pool.memory.buffer.byteLength;
        while (kernels.pool.memory.buffer.byteLength === before) kernels.pool.allocate(300_000 + j, 'growth');
        grown += 1;
        // The vectors made next lie in memory that helpers have not seen yet.
        const fresh = Array.from({ length: 2 * board.capacity }, () => new Vector(kernels.pool, problem.dimension, problem.scalar, 'test'));
        fresh.forEach((vector) => vector.release());
      }
      const job = draw(wanted.length);
      const out = new Vector(kernels.pool, problem.dimension, problem.scalar, 'test');
      out.view().fill(NaN);
      const slot = board.submit(Math.floor(job / INDICES) % WORKERS, job % INDICES, models[Math.floor(job / (INDICES * WORKERS))]!.pointer, out.pointer, draw(10));
      if (slot === -1) {
        expect(flights).toHaveLength(board.capacity);
        out.release();
        while (flights.length > draw(board.capacity)) retire(draw(flights.length));
      } else flights.push({ slot, job, out });
    }
    while (flights.length > 0) retire(0);
    expect(grown).toBe(8);
    board.close();
    models.forEach((x) => x.release());
    problem.dispose();
  });

  it('go from board to board', () => {
    for (let j = 0; j < 50; j += 1) {
      const problem = tridiagonalQuadratic(kernels, 2, 5, j / 10, kernels.random(j));
      const [x, out, other] = [problem.initial(), problem.initial(), problem.initial()];
      const board = crew.board(problem.recipe!)!;
      const slot = board.submit(1, j, x.pointer, out.pointer, 0);
      if (board.reclaim(slot)) problem.gradient(1, j, x, out);
      else board.wait(slot);
      problem.gradient(1, j, x, other);
      expect(bits(out)).toBe(bits(other));
      board.close();
      [x, out, other].forEach((vector) => vector.release());
      problem.dispose();
    }
  });

  it('hand on their errors, and go on', async () => {
    const problem = tridiagonalQuadratic(kernels, 2, 100, 0, kernels.random(1));
    const [x, out] = [problem.initial(), problem.initial()];
    const board = crew.board(problem.recipe!)!;
    const submitted = async (address: number): Promise<number> => {
      for (;;) {
        const slot = board.submit(0, 0, x.pointer, address, 0);
        for (let look = 0; look < 200 && !board.isDone(slot); look += 1) await new Promise((resolve) => setTimeout(resolve, 1));
        if (!board.reclaim(slot)) return slot;
        board.free(slot);
      }
    };
    const bad = await submitted(2 ** 32 - 64);
    expect(() => board.wait(bad)).toThrow(/helper \d+ failed: RuntimeError: memory access out of bounds/);
    board.free(bad);
    const good = await submitted(out.pointer);
    board.wait(good);
    board.close();
  });
});

describe('crews', () => {
  it('have no helpers where memory is not shared, and say so', async () => {
    const kernels = await loadKernels();
    const crew = await startCrew(kernels, 3);
    expect([kernels.shared, crew.helpers]).toEqual([false, 0]);
    expect(crew.notice).toBe('gradients are computed by one thread: the kernels have no memory that can be shared');
    expect(crew.board(tridiagonalQuadratic(kernels, 2, 3, 0, kernels.random(1)).recipe!)).toBeUndefined();
    await crew.dispose();
  });

  it('say when a page is not isolated', async () => {
    const original = globalThis.SharedArrayBuffer;
    try {
      Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
      const kernels = await loadKernels({ shared: true });
      expect([kernels.shared, kernels.exports.exp(1)]).toEqual([false, Math.E]);
      expect((await startCrew(kernels, 1)).notice).toMatch('cross-origin isolated page only');
    } finally {
      globalThis.SharedArrayBuffer = original;
    }
  });

  it('end all threads when disposed of, also with a board open', async () => {
    const kernels = await loadKernels({ shared: true });
    const crew = await startCrew(kernels, 2);
    const problem = tridiagonalQuadratic(kernels, 2, 3, 0, kernels.random(1));
    const before = kernels.pool.usage();
    const board = crew.board(problem.recipe!)!;
    await crew.dispose();
    expect([crew.helpers, crew.board(problem.recipe!)]).toEqual([0, undefined]);
    expect(() => board.submit(0, 0, 0, 0, 0)).toThrow(RangeError);
    expect(kernels.pool.usage()).toEqual(before);
  });

  it('lose a helper whose thread dies, and say so', async () => {
    const kernels = await loadKernels({ shared: true });
    const crew = await startCrew(kernels, 1);
    crew.board({ kind: 'unknown', scratchBytes: 0, nanoseconds: 1 } as unknown as GradientRecipe)!;
    while (crew.helpers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(crew.notice).toMatch(/^a thread that computes gradients has died: .*known recipe/);
    await crew.dispose();
  });

  it.each(['', 'crew.board(problem.recipe);', 'crew.board(problem.recipe).submit(0, 0, x.pointer, x.pointer + 80, 0);'])(
    'do not keep the process alive: %s',
    (action) => {
      const program = `
        const { loadKernels, tridiagonalQuadratic } = await import('${THREADS}index.js');
        const { startCrew } = await import('${THREADS}threads/crew.js');
        const kernels = await loadKernels({ shared: true });
        const problem = tridiagonalQuadratic(kernels, 2, 3, 0, kernels.random(1));
        const x = problem.initial();
        const crew = await startCrew(kernels, 2);
        ${action}
        console.log(crew.helpers);`;
      const folder = mkdtempSync(join(tmpdir(), 'straggler-'));
      const file = join(folder, 'program.mjs');
      writeFileSync(file, program);
      const output = execFileSync(process.execPath, [file], { timeout: 20_000 }).toString();
      rmSync(folder, { recursive: true });
      expect(output).toBe('2\n');
    },
  );
});

it('problems of the user’s own have no recipe', async () => {
  const kernels = await loadKernels();
  const own = sampledProblem(kernels, { x0: [0], samples: [[1]], loss: () => 0, gradient: () => [0] }, kernels.random(1));
  expect(own.recipe).toBeUndefined();
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../dist/bench/', import.meta.url));

/** Runs a built program of bench/. */
function run(program: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [folder + program, ...args], (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }));
  });
}

test('bench measures what its words name', async () => {
  const { code, stdout, stderr } = await run('kernels.bench.js', 'axpyF64', 'softmaxCrossEntropy 32', '--seconds', '0.02');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const rows = stdout.split('\n').filter((line) => /^\| \w+F64|^\| softmax/.test(line));
  expect(rows.map((row) => row.split(' ')[1])).toEqual(['softmaxCrossEntropy', 'axpyF64,', 'axpyF64,']);
  expect(rows[1]).toMatch(/ µs \| +\S+ GB\/s \| +\d+% \|$/);
});

test('bench:simulation measures what its words name', async () => {
  const { code, stdout, stderr } = await run('simulation.bench.js', 'n = 100, latency', '--seconds', '0.01');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const rows = stdout.split('\n').filter((line) => line.startsWith('| engine alone'));
  expect(rows.map((row) => row.split('|')[2]!.trim())).toEqual(['asgd', 'loscar-sgd']);
});

test.each([
  ['kernels.bench.js', ['nonsense'], "bench: 'words' must be part of a benchmark's name, such as gemm, mlp, axpy or normal, got 'nonsense'"],
  ['kernels.bench.js', ['--seconds', 'x'], "bench: '--seconds' must be a number greater than 0, at most 600, got 'x'"],
  ['kernels.bench.js', ['--kernels', 'avx'], "bench: '--kernels' must be simd or fma, got 'avx'"],
  ['kernels.bench.js', ['--second', '1'], "Unknown option '--second'"],
  ['peers/peers.bench.js', ['gemv'], "bench:peers: 'tables' must be among gemm, gradient, native, limits, simulation, got 'gemv'"],
  ['simulation.bench.js', ['nonsense'], "bench:simulation: 'words' must be part of a simulation's name, such as network, batch, quadratic, engine or asgd, got 'nonsense'"],
  ['peers/peers.bench.js', ['limits', '--data', 'no-such-folder'], "data: 'no-such-folder' must be"],
])('%s %j is bad usage', async (program, args, message) => {
  const { code, stdout, stderr } = await run(program, ...args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(`Error: ${message}`);
  expect(stderr.trim().split('\n')).toHaveLength(2);
});

test.each(['kernels.bench.js', 'simulation.bench.js', 'peers/peers.bench.js'])('%s has --help', async (program) => {
  const { code, stdout } = await run(program, '--help');
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

import { vi } from 'vitest';
import { relaxedSimd } from 'wasm-feature-detect';

/** What switches it on in Node 20. */
export const FLAG = '--experimental-wasm-relaxed-simd';

/** Runs a test's body in an engine with relaxed SIMD. */
export async function withRelaxedSimd<Result>(body: () => Promise<Result>): Promise<Result> {
  if (await relaxedSimd()) return body();
  const { setFlagsFromString } = await import('node:v8'); // browsers have it
  setFlagsFromString(FLAG);
  try {
    return await body();
  } finally {
    setFlagsFromString(FLAG.replace('--', '--no-'));
  }
}

/** Runs a test's body in an engine without relaxed SIMD: a real one in Node 20, later ones are made to look so. */
export async function withoutRelaxedSimd<Result>(body: () => Promise<Result>): Promise<Result> {
  if (!(await relaxedSimd())) return body();
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  try {
    return await body();
  } finally {
    validate.mockRestore();
  }
}

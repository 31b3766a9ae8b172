import { join } from 'node:path';
import { InputError } from '../../../bindings/index.js';
import type { Predictions } from '../../../figures/index.js';
import { readJson } from '../read-run.js';
import { THEORY_FILE } from './record.js';

/**
 * Reads the predictions that `run --theory` left in a run folder.
 * @returns Nothing when there are none.
 * @throws InputError when the file is torn, or of another kind.
 */
export async function readPredictions(folder: string): Promise<Predictions | undefined> {
  const file = join(folder, THEORY_FILE);
  const value = await readJson(file);
  if (value === undefined) return undefined;
  const { lowerBound, methods } = value as Partial<Record<string, unknown>>;
  const rule = "hold what 'run --theory' writes (without the file, the figure is drawn without predicted times)";
  if (typeof lowerBound !== 'number' || !Array.isArray(methods)) throw new InputError(file, 'file', rule, value);
  const bad = (methods as unknown[]).find((method) => !isPrediction(method));
  if (bad !== undefined) throw new InputError(file, 'methods', rule, bad);
  return { lowerBound, methods: methods as Predictions['methods'][number][] };
}

function isPrediction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { method, time, leadingTerm } = value as Record<string, unknown>;
  return typeof method === 'string' && (time === null || typeof time === 'number') && typeof leadingTerm === 'boolean';
}

import { InputError } from '../errors.js';

/** @throws InputError unless it is a whole number of at least 1. */
export function requireCount(where: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new InputError(where, what, 'be an integer of at least 1', value);
}

/** @throws InputError unless it can be a standard deviation: finite and at least 0. */
export function requireDeviation(where: string, what: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new InputError(where, what, 'be a finite number of at least 0', value);
}

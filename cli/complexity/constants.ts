import type { Command } from 'commander';
import { InputError } from '../../bindings/index.js';
import type { ProblemQuantities } from '../../bindings/index.js';

/** The constants of a problem that are flags, how they are written, and whether they may be 0. */
export const CONSTANTS = [
  { name: 'smoothness', flag: '--smoothness', value: '<L>', symbol: 'L_f', zero: false, description: 'L_f: f is L_f-smooth (default 1)' },
  {
    name: 'maxSmoothness', flag: '--max-smoothness', value: '<L>', symbol: 'L_max', zero: false,
    description: 'L_max: every f_i is L_max-smooth (default: that of f)',
  },
  { name: 'delta', flag: '--delta', value: '<delta>', symbol: 'Δ', zero: false, description: 'Δ = f(x⁰) − f* (default 1)' },
  { name: 'variance', flag: '--variance', value: '<variance>', symbol: 'σ²', zero: true, description: 'σ²: variance of a stochastic gradient (default 1)' },
  { name: 'epsilon', flag: '--epsilon', value: '<epsilon>', symbol: 'ε', zero: false, description: 'ε: the target is E‖∇f(x)‖² ≤ ε (default 0.01)' },
] as const;

export type ConstantName = (typeof CONSTANTS)[number]['name'];
/** The constants that were given as flags. */
export type GivenConstants = Partial<Record<ConstantName, number>>;

const DEFAULTS: ProblemQuantities = { smoothness: 1, delta: 1, variance: 1, epsilon: 0.01 };

/** Adds a flag per constant; their defaults are filled in by `constantsFrom`, because an experiment has its own. */
export function addConstantFlags(command: Command): void {
  for (const { flag, value, zero, description } of CONSTANTS) {
    command.option(`${flag} ${value}`, description, (text: string) => readNumberAbove(command.name(), flag, text, zero));
  }
}

/**
 * A finite number greater than 0.
 * @param where The command, for errors. @param zero Whether it may be 0.
 * @throws InputError naming the flag.
 */
export function readNumberAbove(where: string, flag: string, text: string, zero: boolean): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && (value > 0 || (zero && value === 0))) return value;
  throw new InputError(where, flag, zero ? 'be a number of at least 0' : 'be a number greater than 0', text);
}

/**
 * Lays the flags over what is known about a problem.
 * @param where The command, for errors. @param known Default: the defaults of the flags.
 * @returns With L_max and Ringleader ASGD's L moved where a given L_f or L_max demands it: L_f ≤ L ≤ L_max.
 * @throws InputError when L_max is less than L_f.
 */
export function constantsFrom(where: string, given: GivenConstants, known: ProblemQuantities = DEFAULTS): ProblemQuantities {
  const { smoothness = known.smoothness, delta = known.delta, variance = known.variance, epsilon = known.epsilon } = given;
  const { maxSmoothness = Math.max(smoothness, known.maxSmoothness ?? smoothness) } = given;
  if (maxSmoothness < smoothness) {
    throw new InputError(where, '--max-smoothness', `be at least ${smoothness}, the smoothness of f`, maxSmoothness);
  }
  const ringleaderSmoothness = Math.min(Math.max(known.ringleaderSmoothness ?? smoothness, smoothness), maxSmoothness);
  return { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance, epsilon };
}

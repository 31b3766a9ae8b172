/** The public library: everything that users import, and nothing else. */
export { InputError, MemoryLimitError, StragglerError } from './errors.js';
export { loadKernels } from './kernels/load.js';
export type { Kernels, KernelSource, LoadOptions } from './kernels/load.js';
export { MemoryPool, readableBytes } from './kernels/memory.js';
export { Purpose, Random } from './kernels/random.js';
export { scalarBytes, Vector } from './kernels/vector.js';
export type { Scalar } from './kernels/vector.js';
export type { KernelExports } from './kernels/abi.js';

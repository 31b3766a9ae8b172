// The export list of the build: the ABI that bindings/kernels/abi.ts describes.
export { gemmNN, gemmNT, gemmScratchBytes, gemmTN } from './gemm';
export { relu, reluMask } from './activations';
export { softmaxCrossEntropy } from './softmax';
export { mlpAdd, mlpCompact, mlpCompactBytes, mlpEvaluate, mlpExpand, mlpGradient, mlpScratchBytes } from './mlp';
export { axpyF32, copyBytes, dotF32, fillF32, scaleF32, stepF32, weightedSumF32 } from './vectors-f32';
export { axpyF64, dotF64, fillF64, scaleF64, stepF64, weightedSumF64 } from './vectors-f64';
export { gatherF32, gatherF64, scatterF32, scatterF64 } from './coordinates';
export { denseGradient, tridiagonalGradient } from './quadratic';
export { logisticGradient, nonconvexRegularizer } from './logistic';
export { philox } from './philox';
export { fillUniformF32, fillUniformF64, sampleIndices, sampleRows, uniform } from './uniforms';
export { addNormalF32, addNormalF64, fillNormalF32, normal } from './normals';
export { tridiagonalNoisyGradient, tridiagonalNoisyStep } from './noisy-quadratic';
export { cos, exp, log } from './elementary';
export { peakLoop } from './peak';

/** First byte of the memory that the kernels themselves do not use. */
export function heapBase(): usize {
  return __heap_base;
}

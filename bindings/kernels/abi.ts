/**
 * The functions that the WebAssembly build exports: the ABI of `assembly/index.ts`.
 *
 * Every pointer is a byte offset into the imported memory; a pointer of 0 means "none" where that is allowed. Kernels
 * allocate nothing and trust their arguments: the typed layer validates. Matrices are row-major, leading dimensions
 * (`lda`, `ldb`, `ldc`) count elements. Scratch is supplied by the caller, 64-byte aligned, of at least the size the
 * matching `…ScratchBytes` function names; its content on entry is irrelevant and on exit undefined.
 * Outputs never alias inputs unless a kernel's contract says so.
 */
export interface KernelExports extends Record<string, unknown> {
  /** First byte of the memory that the kernels themselves do not use. */
  heapBase(): number;

  // Matrix products, float32: C (m×n) = op(A)·op(B) + [bias per column] + [C itself, when accumulate is not 0].
  /** Scratch of a product, in bytes. */
  gemmScratchBytes(m: number, n: number, k: number): number;
  /** A is m×k, B is k×n. */
  gemmNN(m: number, n: number, k: number, a: number, lda: number, b: number, ldb: number, c: number, ldc: number, bias: number, accumulate: number, scratch: number): void;
  /** A is stored k×m, B is k×n. */
  gemmTN(m: number, n: number, k: number, a: number, lda: number, b: number, ldb: number, c: number, ldc: number, bias: number, accumulate: number, scratch: number): void;
  /** A is m×k, B is stored n×k. */
  gemmNT(m: number, n: number, k: number, a: number, lda: number, b: number, ldb: number, c: number, ldc: number, bias: number, accumulate: number, scratch: number): void;

  // Network layers, float32.
  /** y_j = max(0, x_j); y may be x. */
  relu(n: number, x: number, y: number): void;
  /** gradient_j = 0 where activation_j ≤ 0, unchanged elsewhere. */
  reluMask(n: number, activation: number, gradient: number): void;
  /**
   * Softmax cross-entropy over rows. labels: uint8 per row. weights: float32 per row (0: every row weighs 1/rows).
   * losses: float32 per row out (0: none). gradient: rows×classes, w_r (softmax − onehot) out (0: none; may be logits).
   * @returns Σ_r w_r loss_r in float64.
   */
  softmaxCrossEntropy(rows: number, classes: number, logits: number, ldLogits: number, labels: number, weights: number, losses: number, gradient: number, ldGradient: number): number;

  // Multilayer perceptron. widths: uint32[layers + 1], input width first, classes last; layers ≥ 1 counts weight matrices.
  // parameters: per layer W (in×out, row-major), then b (out). labels: uint8 per row. indices: uint32[batch] rows to take (0:
  // rows 0 … batch−1). inputs: float32 rows of widths[0] where `starts` is 0; otherwise rows are compressed: row r has the
  // entries starts[r] … starts[r+1]−1 (uint32), each a uint32 column and a float32 value, columns ascending;
  // one more entry must be readable.
  /** `longest`: the most entries of a row of compressed inputs; 0 for dense inputs. */
  mlpScratchBytes(layers: number, widths: number, batch: number, longest: number): number;
  /**
   * Gradient of Σ_r w_r loss_r with respect to the parameters; `weights` is indexed by position in the batch (0: 1/batch).
   * accumulate ≠ 0 adds to `gradient`. losses: float32[batch] out (0: none).
   * @returns Σ_r w_r loss_r.
   */
  mlpGradient(layers: number, widths: number, batch: number, inputs: number, starts: number, indices: number, labels: number, weights: number, parameters: number, gradient: number, accumulate: number, losses: number, correct: number, scratch: number): number;
  /** Per-sample losses (float32, 0: none) and correctness (uint8 0/1, 0: none) without a gradient. */
  mlpEvaluate(layers: number, widths: number, batch: number, inputs: number, starts: number, indices: number, labels: number, parameters: number, losses: number, correct: number, scratch: number): void;
  // The compact form of the gradient of a batch's mean loss: uint32[batch] numbers of its rows, then what its layers computed; batch ≤ 512.
  /** Size of the compact form, in bytes. */
  mlpCompactBytes(layers: number, widths: number, batch: number): number;
  /** Completes the compact form, whose rows the caller has written. */
  mlpCompact(layers: number, widths: number, batch: number, inputs: number, starts: number, labels: number, parameters: number, compact: number, scratch: number): void;
  /** gradient ← the gradient, with the bits of mlpGradient. */
  mlpExpand(layers: number, widths: number, batch: number, inputs: number, starts: number, compact: number, gradient: number, scratch: number): void;
  /** out ← x + a·gradient, with the bits of axpyF32; out may be x. */
  mlpAdd(layers: number, widths: number, batch: number, inputs: number, starts: number, compact: number, a: number, x: number, out: number, scratch: number): void;

  // Vectors. Float32 versions take their scalars as float64 and round them once.
  /** Bytes of `target` ← those of `source`, which may overlap. */
  copyBytes(bytes: number, source: number, target: number): void;
  /** x_j ← value */
  fillF32(n: number, value: number, x: number): void;
  /** x_j ← value, in float64. */
  fillF64(n: number, value: number, x: number): void;
  /** x ← a x */
  scaleF32(n: number, a: number, x: number): void;
  /** x ← a x, in float64. */
  scaleF64(n: number, a: number, x: number): void;
  /** y ← y + a x */
  axpyF32(n: number, a: number, x: number, y: number): void;
  /** y ← y + a x, in float64. */
  axpyF64(n: number, a: number, x: number, y: number): void;
  /** Σ x_j y_j, accumulated in float64. */
  dotF32(n: number, x: number, y: number): number;
  /** Σ x_j y_j of float64 numbers. */
  dotF64(n: number, x: number, y: number): number;
  /** out ← x − γ g; out may be x. */
  stepF32(n: number, gamma: number, x: number, g: number, out: number): void;
  /** out ← x − γ g, in float64; out may be x. */
  stepF64(n: number, gamma: number, x: number, g: number, out: number): void;
  /** out ← Σ_j weights_j vectors_j in the order of j; vectors: uint32[count] of pointers, weights: float64[count]. */
  weightedSumF32(n: number, count: number, vectors: number, weights: number, out: number): void;
  /** As `weightedSumF32`, over float64 vectors. */
  weightedSumF64(n: number, count: number, vectors: number, weights: number, out: number): void;

  // Entries at given coordinates: uint32[count], ascending, each below the vector's length.
  /** out_j ← x[coordinates_j] */
  gatherF32(count: number, coordinates: number, x: number, out: number): void;
  /** out_j ← x[coordinates_j], in float64. */
  gatherF64(count: number, coordinates: number, x: number, out: number): void;
  /** x[coordinates_j] ← values_j */
  scatterF32(count: number, coordinates: number, values: number, x: number): void;
  /** x[coordinates_j] ← values_j, in float64. */
  scatterF64(count: number, coordinates: number, values: number, x: number): void;

  // Quadratic gradients, float64. b may be 0 (none).
  /** out ← T x − b, T symmetric tridiagonal with constant diagonal and off-diagonal. */
  tridiagonalGradient(d: number, diagonal: number, offDiagonal: number, x: number, b: number, out: number): void;
  /**
   * out ← T x − b + σ z, the bits of tridiagonalGradient and then addNormalF64, in one pass. Entries of b from `leading` on are 0 and not
   * read: it is fast where they are few. scratch: 128 bytes.
   */
  tridiagonalNoisyGradient(d: number, diagonal: number, offDiagonal: number, x: number, leading: number, b: number, sigma: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number, scratch: number): void;
  /** out ← y + a (T x − b + σ z), the bits of tridiagonalNoisyGradient and then stepF64 with γ = −a; out may be y. scratch: 128 bytes. */
  tridiagonalNoisyStep(d: number, diagonal: number, offDiagonal: number, x: number, leading: number, b: number, sigma: number, key0: number, key1: number, index: number, worker: number, purpose: number, a: number, y: number, out: number, scratch: number): void;
  /** out ← A x − b, A d×d row-major. */
  denseGradient(d: number, a: number, x: number, b: number, out: number): void;

  // Logistic regression with two classes. Model, gradient, weights and losses: float64. inputs, starts, indices: as for mlpGradient.
  /**
   * Gradient of Σ_r w_r log(1 + exp(−y_r a_rᵀx)); labels: uint8, 1 for y = +1 and 0 for y = −1. weights: float64 by position in the batch (0:
   * 1/batch). gradient: float64[d] (0: none), added to where accumulate ≠ 0. losses: float64[batch] out (0: none). correct: uint8[batch] out
   * (0: none), 1 where aᵀx > 0 and y = +1, or aᵀx ≤ 0 and y = −1.
   * @returns Σ_r w_r loss_r.
   */
  logisticGradient(d: number, batch: number, inputs: number, starts: number, indices: number, labels: number, weights: number, x: number, gradient: number, accumulate: number, losses: number, correct: number): number;
  /** Adds λ·2x_j/(1 + x_j²)² to gradient_j (0: none). @returns λ Σ_j x_j²/(1 + x_j²). */
  nonconvexRegularizer(d: number, lambda: number, x: number, gradient: number): number;

  // Philox4x32-10. A stream is (key = seed, counter words 1…3 = index, worker, purpose); counter word 0 runs within it.
  /** One block: writes uint32[4]. */
  philox(key0: number, key1: number, c0: number, c1: number, c2: number, c3: number, out: number): void;
  /** First uniform of the stream, in [0, 1), 53 bits. */
  uniform(key0: number, key1: number, index: number, worker: number, purpose: number): number;
  /** First standard normal of the stream, float64 accuracy. */
  normal(key0: number, key1: number, index: number, worker: number, purpose: number): number;
  /** First n draws of the stream, uniform in [0, 1). */
  fillUniformF32(n: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number): void;
  /** First n draws of the stream, uniform in [0, 1) with 53 bits. */
  fillUniformF64(n: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number): void;
  /** First n standard normals of the stream (float32 accuracy; the float64 form widens the same numbers). */
  fillNormalF32(n: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number): void;
  /** x_j ← x_j + σ z_j with the same z as fillNormalF32. */
  addNormalF32(n: number, sigma: number, key0: number, key1: number, index: number, worker: number, purpose: number, x: number): void;
  /** x_j ← x_j + σ z_j in float64, with the same z, widened. */
  addNormalF64(n: number, sigma: number, key0: number, key1: number, index: number, worker: number, purpose: number, x: number): void;
  /** uint32 out_j = offset + ⌊bound · u_j / 2³²⌋, independent draws with replacement. */
  sampleIndices(count: number, bound: number, offset: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number): void;
  /** uint32 out_j = order[⌊size · u_j / 2³²⌋], independent draws with replacement; order: uint32[size]. */
  sampleRows(count: number, size: number, order: number, key0: number, key1: number, index: number, worker: number, purpose: number, out: number): void;

  // Elementary functions, float64, the same bits on every engine.
  /** eˣ */
  exp(x: number): number;
  /** ln x */
  log(x: number): number;
  /** cos x, x in radians. */
  cos(x: number): number;

  /** Multiplications and additions in registers only, 56 floating point operations per iteration: the yardstick of benchmarks. */
  peakLoop(iterations: number): number;
}

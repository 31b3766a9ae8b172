/** Labelled samples: `inputs` is count×features row-major float32, `labels` one class number per sample. */
export interface Samples {
  readonly count: number;
  readonly inputs: Float32Array;
  readonly labels: Uint8Array;
}

/** A classification data set, split into the samples that workers train on and those kept for testing. */
export interface Dataset {
  readonly name: string;
  /** Numbers per sample. */
  readonly features: number;
  readonly classes: number;
  /** Height and width where a sample is an image. */
  readonly shape?: readonly [height: number, width: number];
  readonly train: Samples;
  readonly test: Samples;
}

/** Labelled samples whose rows are stored whole. */
export interface DenseSamples {
  readonly count: number;
  /** count×features, row-major. */
  readonly inputs: Float32Array;
  /** A class number per sample. */
  readonly labels: Uint8Array;
}

/** Labelled samples of which only the inputs that are not 0 are stored, compressed by rows. */
export interface CompressedSamples {
  readonly count: number;
  /** count + 1 numbers: row r has the entries starts[r] … starts[r+1] − 1. */
  readonly starts: Uint32Array;
  /** The column of every entry, from 0, ascending within a row. */
  readonly columns: Uint32Array;
  /** The value of every entry, not 0. */
  readonly values: Float32Array;
  /** A class number per sample. */
  readonly labels: Uint8Array;
}

/** Labelled samples in either form; `'starts' in samples` tells which. */
export type Samples = DenseSamples | CompressedSamples;

/** A classification data set, split into the samples that workers train on and those kept for testing. */
export interface Dataset {
  readonly name: string;
  /** Numbers per sample. */
  readonly features: number;
  readonly classes: number;
  /** How the file calls its classes, where these are not simply 0, 1, 2, … */
  readonly classNames?: readonly string[];
  /** Height and width where a sample is an image. */
  readonly shape?: readonly [height: number, width: number];
  readonly train: Samples;
  readonly test: Samples;
}

/** A data set whose rows are stored whole. */
export interface DenseDataset extends Dataset {
  readonly train: DenseSamples;
  readonly test: DenseSamples;
}

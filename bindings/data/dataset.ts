/** Labelled samples whose rows are stored whole. */
export interface DenseSamples {
  /** Rows. */
  readonly count: number;
  /** count×features, row-major. */
  readonly inputs: Float32Array;
  /** A class number per sample. */
  readonly labels: Uint8Array;
}

/** Labelled samples of which only the inputs that are not 0 are stored, compressed by rows. */
export interface CompressedSamples {
  /** Rows. */
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
  /** As `loadDataset` was asked for it. */
  readonly name: string;
  /** Numbers per sample. */
  readonly features: number;
  /** How many classes there are; labels are below it. */
  readonly classes: number;
  /** How the file calls its classes, where these are not simply 0, 1, 2, … */
  readonly classNames?: readonly string[];
  /** Height and width where a sample is an image. */
  readonly shape?: readonly [height: number, width: number];
  /** What workers train on. */
  readonly train: Samples;
  /** What is kept for testing. */
  readonly test: Samples;
}

/** A data set whose rows are stored whole. */
export interface DenseDataset extends Dataset {
  /** What workers train on. */
  readonly train: DenseSamples;
  /** What is kept for testing. */
  readonly test: DenseSamples;
}

/** A file of a data set as its publishers provide it. */
export interface SourceFile {
  readonly name: string;
  /** MD5 of the gzipped file, in hexadecimal. */
  readonly md5: string;
  readonly bytes: number;
}

/** A data set that can be fetched. */
export interface DatasetSource {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Addresses of folders with the files, tried in order. */
  readonly mirrors: readonly string[];
  readonly files: readonly SourceFile[];
}

/** Sources: LeCun, Cortes, Burges (MNIST, mirrored by PyTorch and Google); Xiao, Rasul, Vollgraf, arXiv 1708.07747 (Fashion-MNIST). */
export const SOURCES: readonly DatasetSource[] = [
  {
    name: 'mnist',
    title: 'handwritten digits, 60,000 + 10,000 grey images of 28×28',
    mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
    files: [
      { name: 'train-images-idx3-ubyte.gz', md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873', bytes: 9_912_422 },
      { name: 'train-labels-idx1-ubyte.gz', md5: 'd53e105ee54ea40749a09fcbcd1e9432', bytes: 28_881 },
      { name: 't10k-images-idx3-ubyte.gz', md5: '9fb629c4189551a2d022fa330f9573f3', bytes: 1_648_877 },
      { name: 't10k-labels-idx1-ubyte.gz', md5: 'ec29112dd5afa0611ce80d1b7f02629c', bytes: 4_542 },
    ],
  },
  {
    name: 'fashion-mnist',
    title: 'pieces of clothing, 60,000 + 10,000 grey images of 28×28',
    mirrors: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
    files: [
      { name: 'train-images-idx3-ubyte.gz', md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d', bytes: 26_421_880 },
      { name: 'train-labels-idx1-ubyte.gz', md5: '25c81989df183df01b3e8a0aad5dffbe', bytes: 29_515 },
      { name: 't10k-images-idx3-ubyte.gz', md5: 'bef4ecab320f06d8554ea6380940ec79', bytes: 4_422_102 },
      { name: 't10k-labels-idx1-ubyte.gz', md5: 'bb300cfdad3c16e7a12a480ee83cd310', bytes: 5_148 },
    ],
  },
];

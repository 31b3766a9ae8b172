/** The section of a Wasm module that lists what it imports, and the kind of import that is a memory. */
const IMPORT_SECTION = 2;
const MEMORY = 2;
/** The flag of a memory's limits which says that threads share it. */
const SHARED = 2;
const HEADER_BYTES = 8;

/**
 * Makes a kernel build for a memory that threads share out of one for a plain memory: they differ in one flag of the memory that they import.
 * @param build Not changed. One that imports a shared memory is returned as it is, as is what does not import a memory first.
 */
export function withSharedMemory(build: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(build);
  const flags = memoryFlags(bytes);
  if (flags !== undefined) bytes[flags]! |= SHARED;
  return bytes;
}

/** Where the flags of the first import are, if it is a memory. */
function memoryFlags(bytes: Uint8Array): number | undefined {
  let at = HEADER_BYTES;
  /** Numbers have seven bits per byte, the lowest first; all but the last byte have the eighth set. */
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const skip = (count: number): void => void (at += count);
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = number();
    if (section !== IMPORT_SECTION) {
      skip(length);
      continue;
    }
    number(); // how many imports
    skip(number()); // name of the module
    skip(number()); // name of the field
    return bytes[at++] === MEMORY ? at : undefined;
  }
  return undefined;
}

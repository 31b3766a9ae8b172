/** The version of this package, recorded with every experiment. */
export const version = '0.1.0';

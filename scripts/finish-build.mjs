// Last step of the build: what the compilers do not copy.
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';

for (const name of ['straggler', 'straggler-fma']) {
  copyFileSync(`bindings/kernels/${name}.wasm`, `dist/bindings/kernels/${name}.wasm`);
}
const { experimentJsonSchema } = await import('../dist/bindings/experiment/json-schema.js');
writeFileSync('dist/straggler.schema.json', `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
chmodSync('dist/cli/main.js', 0o755);

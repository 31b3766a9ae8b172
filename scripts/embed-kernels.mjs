// After the kernels are compiled: puts them into JavaScript, deflated, for browsers.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

const folder = 'bindings/kernels/embedded';
mkdirSync(folder, { recursive: true });
for (const [variant, file] of [['simd', 'straggler.wasm'], ['fma', 'straggler-fma.wasm']]) {
  const base64 = deflateRawSync(readFileSync(`bindings/kernels/${file}`), { level: 9 }).toString('base64');
  writeFileSync(`${folder}/${variant}.ts`, `export default '${base64}';\n`);
}

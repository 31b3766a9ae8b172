import * as z from 'zod/mini';
import { experimentSchema } from './schema.js';

/**
 * The JSON Schema of experiment files, for editors and for the flags of the command line.
 *
 * The build writes it to `straggler.schema.json`. The library itself does not import it, so that browsers need not load what makes it.
 */
export function experimentJsonSchema(): Record<string, unknown> {
  return { title: 'Straggler experiment', ...z.toJSONSchema(experimentSchema(), { io: 'input', unrepresentable: 'any', override: listKinds }) };
}

interface Context {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** Puts a kind's mere name and the sections of all kinds in one list, not in two levels of them. */
function listKinds({ zodSchema, jsonSchema }: Context): void {
  const { def } = zodSchema._zod;
  if (def.type === 'union' && def.options[0]?._zod.def.type === 'pipe') jsonSchema.anyOf = jsonSchema.anyOf!.flatMap((branch) => branch.oneOf ?? [branch]);
}

/**
 * A plugin of TypeDoc: gives every export the category that its section in bindings/index.ts has. A section begins with a line `// Title`.
 */
import { readFileSync } from 'node:fs';
import { CommentTag, Converter } from 'typedoc';

const list = new URL('../bindings/index.ts', import.meta.url);

/** The section of every exported name. */
function sections() {
  const found = new Map();
  let section;
  for (const [, title, names] of readFileSync(list, 'utf8').matchAll(/^\/\/ (.+)$|^export (?:type )?\{([^}]*)\}/gm)) {
    if (title === undefined) for (const name of names.split(',')) found.set(name.trim(), section);
    else section = title;
  }
  return found;
}

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const sectionOf = sections();
    for (const reflection of project.children ?? []) {
      const section = sectionOf.get(reflection.name);
      if (section === undefined) throw new Error(`bindings/index.ts: '${reflection.name}' must stand below a line '// Title'`);
      // What has no comment gets none here, so that TypeDoc reports it.
      const { comment } = reflection.signatures?.[0] ?? reflection;
      comment?.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: section }]));
    }
  });
}

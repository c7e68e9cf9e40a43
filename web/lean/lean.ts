/** Plugins that keep the page small: they leave out what nothing uses, and shorten names that nobody outside reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { minifySync, type Plugin } from 'vite';
import { allCuts, cut } from './cuts.ts';
import { withoutUnusedMethods } from './methods.ts';
import { ownNames, wordsOf } from './names.ts';

const modules = `${import.meta.dirname}/../../node_modules`;

/** Cuts out of the libraries what the page does not use. Fails if a library is no longer what it was. */
function cuts(): Plugin {
  const left = new Set(allCuts);
  return {
    name: 'cuts',
    transform: {
      filter: { id: /\/node_modules\// },
      handler: (code, id) => cut(code, id, (made) => left.delete(made)),
    },
    buildEnd(error) {
      if (error === undefined && left.size > 0)
        this.error(`nothing to cut: ${[...left].map(({ what }) => what).join(', ')}`);
    },
  };
}

/** Works on the first chunk, which is the only one with libraries in it. */
function libraries(): Plugin {
  /** All words of the page's own modules. */
  const words = new Set<string>();
  return {
    name: 'libraries',
    transform: {
      order: 'post',
      filter: { id: { exclude: /\/node_modules\// } },
      handler(code) {
        for (const word of wordsOf(code)) words.add(word);
      },
    },
    renderChunk(code, { isEntry, fileName }) {
      if (!isEntry) return null;
      const used = withoutUnusedMethods(code, words);
      const names = ownNames(used, new Set([...words, ...platformWords()]));
      const options = { compress: false, mangle: false, codegen: false };
      const include = new RegExp(`^(?:${names.join('|')})$`);
      return minifySync(fileName, used, { ...options, mangleProps: { include } }).code;
    },
  };
}

/** All words in the declarations of the browser and the language. */
function platformWords(): readonly string[] {
  const folder = `${modules}/@typescript`;
  const [lib] = readdirSync(folder).filter((name) => name.startsWith('typescript-'));
  const files = readdirSync(`${folder}/${lib}/lib`).filter((name) => /^lib\.(?:dom|es\d+)\./.test(name));
  return files.flatMap((name) => wordsOf(readFileSync(`${folder}/${lib}/lib/${name}`, 'utf8')));
}

export const lean = (): Plugin[] => [cuts(), libraries()];

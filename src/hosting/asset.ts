/**
 * The files of a page, with the compressed variants that the build has made. They are read once and served from memory:
 * an aborted request can leave no descriptor open, and a file that changes on disk changes nothing.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export type Asset = {
  type: string;
  /** A weak ETag of the content. The files of an npm package all have the same date. */
  tag: string;
  variants: readonly Variant[];
};

/** A file's content under one content coding. */
export type Variant = { coding: Coding; bytes: Buffer };

/** The codings that are offered, the best one first, with the ending of their files. */
const endings = { br: '.br', gzip: '.gz', identity: '' };
type Coding = keyof typeof endings;

const types: Record<string, string> = {
  '.html': 'text/html;charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Reads a folder. A page `name.html` is also found at `/name`, and `index.html` at `/`. */
export function readAssets(folder: string): Map<string, Asset> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const assets = new Map<string, Asset>();
  for (const file of files) {
    if (/\.(br|gz)$/.test(file)) continue;
    const asset = readAsset(file, new Set(files));
    const path = `/${relative(folder, file).replaceAll(sep, '/')}`;
    assets.set(path, asset);
    if (path.endsWith('.html')) assets.set(path.replace(/(index)?\.html$/, ''), asset);
  }
  return assets;
}

function readAsset(file: string, files: ReadonlySet<string>): Asset {
  const variants = Object.entries(endings)
    .filter(([, ending]) => files.has(file + ending))
    .map(([coding, ending]) => ({ coding: coding as Coding, bytes: readFileSync(file + ending) }));
  const hash = createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22);
  return { type: types[extname(file)] ?? 'application/octet-stream', tag: `W/"${hash}"`, variants };
}

/** Less than any weight that a header can give. */
const lastResort = 0.0001;

/** The variant that suits an `Accept-Encoding` best, or `undefined` if none is acceptable (RFC 9110 §12.5.3). */
export function variantFor({ variants }: Asset, header: string | undefined): Variant | undefined {
  const weights = weightsIn(header ?? 'identity');
  let best: Variant | undefined;
  let most = 0;
  for (const variant of variants) {
    const unnamed = variant.coding === 'identity' ? lastResort : 0;
    const weight = weights.get(variant.coding) ?? weights.get('*') ?? unnamed;
    if (weight > most) [best, most] = [variant, weight];
  }
  return best;
}

/** The codings in an `Accept-Encoding` with their weights. */
function weightsIn(header: string): Map<string, number> {
  return new Map(
    header.split(',').map((part) => {
      const [coding = '', weight = 'q=1'] = part.split(';', 2).map((text) => text.trim().toLowerCase());
      return [coding, Number(/^q=([\d.]+)$/.exec(weight)?.[1] ?? 0)];
    }),
  );
}

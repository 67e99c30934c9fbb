/**
 * The credential that is attached to a certificate's PDF.
 */

import { fromUtf8 } from "./bytes.mjs";
import { Unreadable } from "./failures.mjs";
import { Reference } from "./pdf_objects.mjs";
import { objectAt, openPdf, resolved, streamAfter } from "./pdf_tables.mjs";

const ATTACHED = "open-badge-credential.json";
const LARGEST_CREDENTIAL = 256 * 1024;
const MOST_FILES = 200;

/** @typedef {import("./pdf_tables.mjs").Pdf} Pdf */

/**
 * Returns the text of the one credential that is attached to a PDF.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>}
 */
export async function attachedCredential(bytes) {
  const pdf = await openPdf(bytes);
  /** @type {Set<number>} */
  const streams = new Set();
  for (const file of attachments(pdf)) {
    const embedded = resolved(pdf, file.get("EF"));
    if (!(embedded instanceof Map) || !namesOf(pdf, file).includes(ATTACHED)) continue;
    const stream = embedded.get("UF") ?? embedded.get("F");
    if (stream instanceof Reference) streams.add(stream.number);
  }
  const [only] = streams;
  if (streams.size !== 1) throw new Unreadable(streams.size ? "pdf_several" : "pdf_none");
  const { value, cursor } = objectAt(pdf, only);
  if (!(value instanceof Map)) throw new Unreadable("pdf_unreadable");
  return fromUtf8(await streamAfter(pdf, value, cursor, LARGEST_CREDENTIAL));
}

/**
 * Returns the file specifications that the catalog lists, associated files and named ones.
 * @param {Pdf} pdf
 * @returns {Map<string, any>[]}
 */
function attachments(pdf) {
  const catalog = resolved(pdf, pdf.trailer.get("Root"));
  if (!(catalog instanceof Map)) throw new Unreadable("pdf_unreadable");
  const names = resolved(pdf, catalog.get("Names"));
  const tree = names instanceof Map ? resolved(pdf, names.get("EmbeddedFiles")) : null;
  const listed = resolved(pdf, catalog.get("AF"));
  const files = [...(Array.isArray(listed) ? listed : []), ...leaves(pdf, tree)];
  if (files.length > MOST_FILES) throw new Unreadable("pdf_unreadable");
  return files.map((file) => resolved(pdf, file)).filter((file) => file instanceof Map);
}

/**
 * Returns the values of a name tree.
 * @param {Pdf} pdf
 * @param {any} root
 */
function leaves(pdf, root) {
  const found = [];
  const open = [root];
  for (let visited = 0; open.length; visited += 1) {
    const node = resolved(pdf, open.pop());
    if (visited > MOST_FILES || open.length > MOST_FILES) throw new Unreadable("pdf_unreadable");
    if (!(node instanceof Map)) continue;
    const kids = resolved(pdf, node.get("Kids"));
    const names = resolved(pdf, node.get("Names"));
    if (Array.isArray(kids)) open.push(...kids.slice(0, MOST_FILES));
    if (Array.isArray(names)) found.push(...names.filter((_, place) => place % 2).slice(0, MOST_FILES));
  }
  return found;
}

/**
 * Returns the names of an attached file; those in UTF-16 are plain ASCII here or they are not the one looked for.
 * @param {Pdf} pdf
 * @param {Map<string, any>} file
 */
function namesOf(pdf, file) {
  const names = ["UF", "F"].map((key) => resolved(pdf, file.get(key)));
  return names.map((name) => (typeof name === "string" ? name.replace(/^\u00fe\u00ff/, "").replace(/\0/g, "") : ""));
}

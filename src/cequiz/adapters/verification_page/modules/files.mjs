/**
 * Files that people choose or drop: which kind they are, and the code or credential in them.
 */

import { Unreadable } from "./failures.mjs";
import { attachedCredential } from "./pdf.mjs";

const LARGEST_FILE = 10 * 1024 * 1024;

/** @typedef {{ text: string, source: import("./verdict.mjs").Source }} Found */

/**
 * @param {File} file
 * @returns {Promise<Found>}
 */
export async function found(file) {
  if (file.size > LARGEST_FILE) throw new Unreadable("too_large");
  const buffer = await file.arrayBuffer().catch(() => {
    throw new Unreadable("file_unreadable");
  });
  const bytes = new Uint8Array(buffer);
  const start = new TextDecoder().decode(bytes.slice(0, 1024)).trimStart();
  if (start.startsWith("%PDF-")) return { text: await attachedCredential(bytes), source: "pdf" };
  if (file.type.startsWith("image/")) return { text: await codeInPicture(file), source: "code" };
  return foundIn(new TextDecoder().decode(bytes));
}

/**
 * @param {string} text pasted, or the content of a file
 * @returns {Found}
 */
export function foundIn(text) {
  return { text, source: text.trimStart().startsWith("{") ? "credential" : "code" };
}

/** Whether this browser reads codes in pictures. */
export async function readsPictures() {
  return (await detector()?.getSupportedFormats())?.includes("qr_code") ?? false;
}

/** The browser's reader of codes; not every browser has one. */
function detector() {
  return /** @type {any} */ (globalThis).BarcodeDetector;
}

/** @param {File} file */
async function codeInPicture(file) {
  if (!(await readsPictures())) throw new Unreadable("picture_unsupported");
  const picture = await createImageBitmap(file).catch(() => {
    throw new Unreadable("file_unreadable");
  });
  const codes = await new (detector())({ formats: ["qr_code"] }).detect(picture);
  if (codes.length !== 1) throw new Unreadable(codes.length ? "picture_several" : "picture_none");
  return codes[0].rawValue;
}

/**
 * Decompression that stops at a limit, whatever the compressed bytes promise.
 */

import { joined } from "./bytes.mjs";
import { Incapable, Unreadable } from "./failures.mjs";

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {"deflate-raw" | "deflate" | "gzip"} format
 * @param {number} limit the most bytes that may come out
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function inflate(bytes, format, limit) {
  const reader = new Blob([bytes]).stream().pipeThrough(decompressor(format)).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Unreadable("not_a_certificate");
    });
    if (done) return joined(...parts);
    size += value.length;
    if (size > limit) {
      await reader.cancel().catch(() => undefined);
      throw new Unreadable("too_large");
    }
    parts.push(value);
  }
}

/** @param {"deflate-raw" | "deflate" | "gzip"} format */
function decompressor(format) {
  try {
    return new DecompressionStream(format);
  } catch {
    throw new Incapable("DecompressionStream");
  }
}

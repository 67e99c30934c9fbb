/**
 * Canonical JSON (RFC 8785). JavaScript writes numbers and strings as the RFC asks, and orders keys by UTF-16 units.
 */

import { Unreadable } from "./failures.mjs";

const DEEPEST_JSON = 40;

/**
 * @param {unknown} value what JSON.parse returned
 * @param {number} [depth]
 * @returns {string}
 */
export function canonical(value, depth = 0) {
  if (depth > DEEPEST_JSON) throw new Unreadable("not_a_certificate");
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const object = /** @type {Record<string, unknown>} */ (value);
    const members = Object.keys(object)
      .sort()
      .map((key) => `${canonical(key)}:${canonical(object[key], depth + 1)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "string" && /[\ud800-\udfff]/u.test(value)) throw new Unreadable("not_a_certificate");
  return JSON.stringify(value);
}

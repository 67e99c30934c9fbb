/**
 * The code on the page: base32 of a COSE_Sign1 message (RFC 9052) whose payload is the deflated list of claims.
 */

import { fromBase32, joined, toHex, utf8 } from "./bytes.mjs";
import { cborHead, fromCbor, Tagged } from "./cbor.mjs";
import { Unreadable } from "./failures.mjs";
import { inflate } from "./inflate.mjs";

const COSE_SIGN1 = 18;
const FORMAT = 1;
const LONGEST_CODE = 16384;
const HEADER = "a201270448"; // {1: -8, 4: eight bytes}, in the one way that it is written
const MOST_CLAIMS = 16384;
const MOST_PLACES = 999_999_999;

/** @typedef {{ name: string, text: string }} Field */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{ keyId: string, signature: Bytes, covered: Bytes, payload: Bytes }} Message */

/**
 * Returns the part of a pasted text that is the code: after the last `#`, without spaces, in capitals.
 * @param {string} text
 */
export function codeIn(text) {
  return text.slice(text.lastIndexOf("#") + 1).replace(/\s+/g, "").toUpperCase();
}

/**
 * Takes a code apart; nothing is checked yet but its form.
 * @param {string} code
 * @returns {Message}
 */
export function openCode(code) {
  if (!code || code.length > LONGEST_CODE) throw new Unreadable("not_a_code");
  const message = fromCbor(fromBase32(code));
  if (!(message instanceof Tagged) || message.tag !== COSE_SIGN1) throw new Unreadable("not_a_code");
  const parts = message.value;
  if (!Array.isArray(parts) || parts.length !== 4) throw new Unreadable("not_a_code");
  const [header, open, payload, signature] = parts;
  const bytes = [header, payload, signature].every((part) => part instanceof Uint8Array);
  if (!bytes || !(open instanceof Map) || open.size || signature.length !== 64) throw new Unreadable("not_a_code");
  return { keyId: signerOf(header), signature, covered: coveredBy(header, payload), payload };
}

/** @param {Uint8Array<ArrayBuffer>} header the protected header */
function signerOf(header) {
  const text = toHex(header);
  if (text.length !== HEADER.length + 16 || !text.startsWith(HEADER)) throw new Unreadable("not_a_code");
  return text.slice(HEADER.length);
}

/**
 * The bytes under the signature: RFC 9052, section 4.4.
 * @param {Uint8Array} header
 * @param {Uint8Array} payload
 */
function coveredBy(header, payload) {
  const context = utf8("Signature1");
  const none = cborHead(2, 0);
  const heads = [cborHead(2, header.length), cborHead(2, payload.length)];
  return joined(cborHead(4, 4), cborHead(3, context.length), context, heads[0], header, none, heads[1], payload);
}

/**
 * Returns the place in the status lists, and the printed fields in their order.
 * @param {Uint8Array<ArrayBuffer>} payload
 * @param {Map<number, string>} names the names of fields by their number in codes
 * @returns {Promise<{ index: number, fields: Field[] }>}
 */
export async function claimsOf(payload, names) {
  const claims = fromCbor(await inflate(payload, "deflate-raw", MOST_CLAIMS));
  if (!Array.isArray(claims) || claims.length < 4 || claims.length % 2) throw new Unreadable("not_a_certificate");
  const [format, index, ...rest] = claims;
  if (format !== FORMAT || typeof index !== "number" || index < 0 || index > MOST_PLACES) throw new Unreadable("not_a_certificate");
  /** @type {[unknown, unknown][]} */
  const pairs = [];
  for (let at = 0; at < rest.length; at += 2) pairs.push([names.get(/** @type {number} */ (rest[at])), rest[at + 1]]);
  return { index, fields: fieldsOf(pairs, [...names.values()]) };
}

/**
 * Returns fields whose names are known, each named once.
 * @param {unknown} pairs name and text of each
 * @param {string[]} known
 * @returns {Field[]}
 */
export function fieldsOf(pairs, known) {
  if (!Array.isArray(pairs) || !pairs.length) throw new Unreadable("not_a_certificate");
  /** @type {Map<string, Field>} */
  const fields = new Map();
  for (const pair of pairs) {
    const [name, text] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    const fits = typeof text === "string" && known.includes(name) && !fields.has(name);
    if (!fits) throw new Unreadable("not_a_certificate");
    fields.set(name, { name, text });
  }
  return [...fields.values()];
}

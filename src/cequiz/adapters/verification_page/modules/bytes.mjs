/**
 * Bytes and the texts that stand for them. Every decoder is strict: one text for one value, so that a changed
 * character is never read as the same bytes.
 */

import { Unreadable } from "./failures.mjs";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Reads digits of `width` bits each; bits that are left over must be zero (RFC 4648, section 3.5).
 * @param {string} text
 * @param {string} digits
 * @param {number} width
 * @returns {Uint8Array<ArrayBuffer>}
 */
function fromDigits(text, digits, width) {
  const bytes = new Uint8Array(Math.floor((text.length * width) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const digit = digits.indexOf(character);
    if (digit < 0) throw new Unreadable("not_a_code");
    held = (held << width) | digit;
    bits += width;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0 || bits >= width) throw new Unreadable("not_a_code");
  return bytes;
}

/**
 * RFC 4648 base32 in capitals, without padding.
 * @param {string} text
 */
export function fromBase32(text) {
  return fromDigits(text, BASE32, 5);
}

/**
 * RFC 4648 base64url without padding.
 * @param {string} text
 */
export function fromBase64Url(text) {
  return fromDigits(text, BASE64URL, 6);
}

/**
 * Base58 with the alphabet of Bitcoin, for keys and signatures: at most 200 characters.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase58(text) {
  if (text.length > 200) throw new Unreadable("not_a_certificate");
  let value = 0n;
  for (const character of text) {
    const digit = BASE58.indexOf(character);
    if (digit < 0) throw new Unreadable("not_a_certificate");
    value = value * 58n + BigInt(digit);
  }
  const bytes = [];
  for (; value > 0n; value >>= 8n) bytes.unshift(Number(value & 255n));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return new Uint8Array([...new Array(zeros).fill(0), ...bytes]);
}

/**
 * @param {string} text an even number of hexadecimal digits
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Unreadable("not_a_certificate");
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {string} text */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/**
 * Strict UTF-8; a byte order mark is a character like any other.
 * @param {Uint8Array} bytes
 */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable("not_a_certificate");
  }
}

/**
 * The part of CBOR (RFC 8949) that codes are made of: integers, byte and text strings, arrays, maps with integer keys
 * and tags, each in its shortest form and of known length. Everything else is refused.
 */

import { fromUtf8 } from "./bytes.mjs";
import { Unreadable } from "./failures.mjs";

const DEEPEST_ITEM = 4;
const MOST_ITEMS = 200;

/** @typedef {{ bytes: Uint8Array<ArrayBuffer>, at: number, items: number }} Cursor */
/** @typedef {number | string | Uint8Array<ArrayBuffer> | any[] | Map<number, any> | Tagged} Item */

/** A tagged item. */
export class Tagged {
  /**
   * @param {number} tag
   * @param {Item} value
   */
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/**
 * Reads one item that fills the bytes to the last.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Item}
 */
export function fromCbor(bytes) {
  const cursor = { bytes, at: 0, items: 0 };
  const item = readItem(cursor, 0);
  if (cursor.at !== bytes.length) throw new Unreadable("not_a_code");
  return item;
}

/**
 * @param {Cursor} cursor
 * @param {number} depth
 * @returns {Item}
 */
function readItem(cursor, depth) {
  cursor.items += 1;
  if (depth > DEEPEST_ITEM || cursor.items > MOST_ITEMS) throw new Unreadable("not_a_code");
  const first = takeBytes(cursor, 1)[0];
  const size = readSize(cursor, first & 31);
  switch (first >> 5) {
    case 0:
      return size;
    case 1:
      return -1 - size;
    case 2:
      return takeBytes(cursor, size);
    case 3:
      return fromUtf8(takeBytes(cursor, size));
    case 4:
      return readArray(cursor, size, depth);
    case 5:
      return readMap(cursor, size, depth);
    case 6:
      return new Tagged(size, readItem(cursor, depth + 1));
    default:
      throw new Unreadable("not_a_code");
  }
}

/**
 * @param {Cursor} cursor
 * @param {number} size
 * @param {number} depth
 */
function readArray(cursor, size, depth) {
  const items = [];
  for (let each = 0; each < size; each += 1) items.push(readItem(cursor, depth + 1));
  return items;
}

/**
 * @param {Cursor} cursor
 * @param {number} size
 * @param {number} depth
 */
function readMap(cursor, size, depth) {
  const map = new Map();
  for (let each = 0; each < size; each += 1) {
    const key = readItem(cursor, depth + 1);
    if (typeof key !== "number" || map.has(key)) throw new Unreadable("not_a_code");
    map.set(key, readItem(cursor, depth + 1));
  }
  return map;
}

/**
 * @param {Cursor} cursor
 * @param {number} short the five low bits of an item's first byte
 */
function readSize(cursor, short) {
  if (short < 24) return short;
  if (short > 26) throw new Unreadable("not_a_code"); // 64 bits, or of unknown length
  const width = 1 << (short - 24);
  const size = takeBytes(cursor, width).reduce((sum, byte) => sum * 256 + byte, 0);
  const smallest = width === 1 ? 24 : 256 ** (width / 2);
  if (size < smallest) throw new Unreadable("not_a_code"); // not the shortest form
  return size;
}

/**
 * @param {Cursor} cursor
 * @param {number} size
 */
function takeBytes(cursor, size) {
  if (size > cursor.bytes.length - cursor.at) throw new Unreadable("not_a_code");
  cursor.at += size;
  return cursor.bytes.slice(cursor.at - size, cursor.at);
}

/**
 * The head of a byte string, text or array, for the bytes that a signature covers.
 * @param {2 | 3 | 4} kind
 * @param {number} size below 65,536
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function cborHead(kind, size) {
  if (size < 24) return new Uint8Array([(kind << 5) | size]);
  if (size < 256) return new Uint8Array([(kind << 5) | 24, size]);
  return new Uint8Array([(kind << 5) | 25, size >> 8, size & 255]);
}

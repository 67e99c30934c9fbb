/**
 * The objects of a PDF, as far as finding an attached file needs them (ISO 32000-1, 7.2 and 7.3). Nothing of the page
 * is read or drawn.
 */

import { Unreadable } from "./failures.mjs";

const DEEPEST_OBJECT = 20;
const SPACE = /[\0\t\n\f\r ]+/y;
const COMMENT = /%[^\r\n]*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)/y;
const REFERENCE = /(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const NAME = /\/([^\0\t\n\f\r ()<>[\]{}/%]*)/y;
const HEX = /<([0-9A-Fa-f\0\t\n\f\r ]*)>/y;
const WORD = /true|false|null/y;

/** @typedef {{ text: string, at: number }} Cursor one character for each byte */
/** @typedef {Map<string, any>} Dictionary by name, without the slash */

/** A reference to another object. */
export class Reference {
  /** @param {number} number */
  constructor(number) {
    this.number = number;
  }
}

/** A name, such as `/FlateDecode`. */
export class Name {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
}

/**
 * Takes what a sticky pattern finds at the cursor.
 * @param {Cursor} cursor
 * @param {RegExp} pattern
 * @returns {RegExpExecArray | null}
 */
export function take(cursor, pattern) {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found) cursor.at += found[0].length;
  return found;
}

/** @param {Cursor} cursor */
export function skipSpaces(cursor) {
  while (take(cursor, SPACE) || take(cursor, COMMENT));
}

/**
 * Reads one object.
 * @param {Cursor} cursor
 * @param {number} [depth]
 * @returns {any} Dictionary, array, Reference, Name, string, number, boolean or null
 */
export function readObject(cursor, depth = 0) {
  if (depth > DEEPEST_OBJECT) throw new Unreadable("pdf_unreadable");
  skipSpaces(cursor);
  const here = cursor.text.charAt(cursor.at);
  if (cursor.text.startsWith("<<", cursor.at)) return readDictionary(cursor, depth);
  if (here === "[") return readRow(cursor, depth);
  if (here === "(") return readString(cursor);
  const name = take(cursor, NAME);
  if (name) return new Name(plainName(name[1]));
  const hex = take(cursor, HEX);
  if (hex) return fromHexString(hex[1]);
  const reference = take(cursor, REFERENCE);
  if (reference) return new Reference(Number(reference[1]));
  const number = take(cursor, NUMBER);
  if (number) return Number(number[0]);
  const word = take(cursor, WORD);
  if (word) return word[0] === "null" ? null : word[0] === "true";
  throw new Unreadable("pdf_unreadable");
}

/**
 * @param {Cursor} cursor
 * @param {number} depth
 * @returns {Dictionary}
 */
function readDictionary(cursor, depth) {
  cursor.at += 2;
  const dictionary = new Map();
  for (;;) {
    skipSpaces(cursor);
    if (cursor.text.startsWith(">>", cursor.at)) break;
    const name = take(cursor, NAME);
    if (!name) throw new Unreadable("pdf_unreadable");
    dictionary.set(plainName(name[1]), readObject(cursor, depth + 1));
  }
  cursor.at += 2;
  return dictionary;
}

/**
 * @param {Cursor} cursor
 * @param {number} depth
 */
function readRow(cursor, depth) {
  cursor.at += 1;
  const items = [];
  for (;;) {
    skipSpaces(cursor);
    if (cursor.text.charAt(cursor.at) === "]") break;
    items.push(readObject(cursor, depth + 1));
  }
  cursor.at += 1;
  return items;
}

/**
 * A string in parentheses; those inside are balanced or escaped.
 * @param {Cursor} cursor
 */
function readString(cursor) {
  let open = 0;
  let text = "";
  do {
    const character = cursor.text.charAt(cursor.at++);
    if (!character) throw new Unreadable("pdf_unreadable");
    if (character === "\\") {
      text += readEscape(cursor);
      continue;
    }
    if (character === "(") open += 1;
    if (character === ")") open -= 1;
    text += character;
  } while (open);
  return text.slice(1, -1);
}

/** @param {Cursor} cursor just after a backslash */
function readEscape(cursor) {
  const octal = take(cursor, /[0-7]{1,3}/y);
  if (octal) return String.fromCharCode(parseInt(octal[0], 8) & 255);
  if (take(cursor, /\r\n|\r|\n/y)) return "";
  const character = cursor.text.charAt(cursor.at++);
  return { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[character] ?? character;
}

/** @param {string} digits */
function fromHexString(digits) {
  const bare = digits.replace(/[^0-9A-Fa-f]/g, "");
  const pairs = (bare + (bare.length % 2 ? "0" : "")).match(/../g) ?? [];
  return pairs.map((pair) => String.fromCharCode(parseInt(pair, 16))).join("");
}

/** @param {string} name */
function plainName(name) {
  return name.replace(/#([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

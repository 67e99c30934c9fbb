/**
 * Where the objects of a PDF are (ISO 32000-1, 7.5): classic tables, tables in streams, objects in streams, and the
 * updates that were appended, of which the newest counts.
 */

import { Unreadable } from "./failures.mjs";
import { inflate } from "./inflate.mjs";
import { Name, readObject, Reference, skipSpaces, take } from "./pdf_objects.mjs";

const LARGEST_STREAM = 1 << 22;
const MOST_OBJECTS = 100000;
const MOST_UPDATES = 50;
const MOST_CONTAINERS = 100;

/** @typedef {import("./pdf_objects.mjs").Cursor} Cursor */
/** @typedef {{ text: string, at: number, bare: boolean }} Spot where an object is; bare ones have no head */
/** @typedef {{ container: number, nth: number }} Inside the place of an object in a stream of objects */
/** @typedef {Map<number, Spot | Inside | null>} Spots by number of the object; null where it was deleted */
/** @typedef {{ text: string, bytes: Uint8Array<ArrayBuffer>, spots: Spots, trailer: Map<string, any> }} Pdf */

/**
 * Reads the tables of objects, the newest first.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Pdf>}
 */
export async function openPdf(bytes) {
  const text = asText(bytes);
  const end = /startxref[\s\0]+(\d{1,10})/.exec(text.slice(text.lastIndexOf("startxref")));
  if (!text.startsWith("%PDF-") || !end) throw new Unreadable("pdf_unreadable");
  /** @type {Pdf} */
  const pdf = { text, bytes, spots: new Map(), trailer: new Map() };
  const starts = [Number(end[1])];
  for (let update = 0; starts.length; update += 1) {
    if (update > MOST_UPDATES) throw new Unreadable("pdf_unreadable");
    const trailer = await readTable(pdf, /** @type {number} */ (starts.pop()));
    if (!update) pdf.trailer = trailer;
    for (const key of ["Prev", "XRefStm"]) if (trailer.has(key)) starts.push(Number(trailer.get(key)));
  }
  if (pdf.trailer.has("Encrypt")) throw new Unreadable("pdf_locked");
  await openContainers(pdf);
  return pdf;
}

/**
 * Returns one character for each byte.
 * @param {Uint8Array} bytes
 */
function asText(bytes) {
  return new TextDecoder("windows-1252").decode(bytes);
}

/**
 * Adds the objects of one table that no newer one has, and returns its trailer.
 * @param {Pdf} pdf
 * @param {number} at
 * @returns {Promise<Map<string, any>>}
 */
async function readTable(pdf, at) {
  if (!Number.isSafeInteger(at)) throw new Unreadable("pdf_unreadable");
  const cursor = { text: pdf.text, at };
  skipSpaces(cursor);
  if (!take(cursor, /xref\s+/y)) return readTableStream(pdf, cursor);
  for (let part; (part = take(cursor, /(\d{1,10}) (\d{1,6})\s+/y)); ) {
    for (let each = 0; each < Number(part[2]); each += 1) {
      const entry = take(cursor, /(\d{10}) \d{5} ([nf])\s*/y);
      if (!entry) throw new Unreadable("pdf_unreadable");
      const spot = entry[2] === "n" ? { text: pdf.text, at: Number(entry[1]), bare: false } : null;
      addSpot(pdf, Number(part[1]) + each, spot);
    }
  }
  if (!take(cursor, /trailer/y)) throw new Unreadable("pdf_unreadable");
  return dictionaryAt(cursor);
}

/**
 * @param {Pdf} pdf
 * @param {Cursor} cursor
 * @returns {Promise<Map<string, any>>}
 */
async function readTableStream(pdf, cursor) {
  if (!take(cursor, /\d{1,10}\s+\d{1,5}\s+obj/y)) throw new Unreadable("pdf_unreadable");
  const table = dictionaryAt(cursor);
  const rows = await streamAfter(pdf, table, cursor, LARGEST_STREAM);
  const widths = integers(table.get("W"));
  const parts = integers(table.get("Index") ?? [0, table.get("Size")]);
  const width = widths.reduce((sum, one) => sum + one, 0);
  if (widths.length !== 3 || width < 1 || width > 24) throw new Unreadable("pdf_unreadable");
  let row = 0;
  for (let part = 0; part < parts.length; part += 2) {
    for (let each = 0; each < parts[part + 1] && row * width < rows.length; each += 1) {
      addSpot(pdf, parts[part] + each, spotIn(pdf, rows.slice(row * width, (row + 1) * width), widths));
      row += 1;
    }
  }
  return table;
}

/**
 * Returns what one row of a table in a stream says.
 * @param {Pdf} pdf
 * @param {Uint8Array} row
 * @param {number[]} widths of its three columns, in bytes
 * @returns {Spot | Inside | null}
 */
function spotIn(pdf, row, [first, second, third]) {
  const number = (/** @type {Uint8Array} */ bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const kind = first ? number(row.slice(0, first)) : 1;
  const where = number(row.slice(first, first + second));
  const which = number(row.slice(first + second, first + second + third));
  if (kind === 1) return { text: pdf.text, at: where, bare: false };
  return kind === 2 ? { container: where, nth: which } : null;
}

/**
 * @param {unknown} list
 * @returns {number[]}
 */
function integers(list) {
  const plain = Array.isArray(list) && list.every((one) => Number.isSafeInteger(one) && one >= 0);
  if (!plain) throw new Unreadable("pdf_unreadable");
  return list;
}

/**
 * @param {Pdf} pdf
 * @param {number} number
 * @param {Spot | Inside | null} spot
 */
function addSpot(pdf, number, spot) {
  if (pdf.spots.size > MOST_OBJECTS) throw new Unreadable("pdf_unreadable");
  if (!pdf.spots.has(number)) pdf.spots.set(number, spot);
}

/**
 * Opens the streams of objects, so that every object has a spot of its own.
 * @param {Pdf} pdf
 */
async function openContainers(pdf) {
  /** @type {Map<number, { text: string, starts: number[] }>} */
  const opened = new Map();
  for (const [number, spot] of pdf.spots) {
    if (!spot || !("container" in spot)) continue;
    const container = opened.get(spot.container) ?? (await openContainer(pdf, spot.container));
    opened.set(spot.container, container);
    if (opened.size > MOST_CONTAINERS) throw new Unreadable("pdf_unreadable");
    const at = container.starts[spot.nth];
    pdf.spots.set(number, at === undefined ? null : { text: container.text, at, bare: true });
  }
}

/**
 * @param {Pdf} pdf
 * @param {number} number
 */
async function openContainer(pdf, number) {
  const { value, cursor } = objectAt(pdf, number);
  if (!(value instanceof Map)) throw new Unreadable("pdf_unreadable");
  const text = asText(await streamAfter(pdf, value, cursor, LARGEST_STREAM));
  const first = value.get("First");
  const head = text.slice(0, first).trim().split(/\s+/).map(Number);
  return { text, starts: head.filter((_, place) => place % 2).map((start) => first + start) };
}

/**
 * Returns what stands at a number, and where it ends.
 * @param {Pdf} pdf
 * @param {number} number
 * @returns {{ value: any, cursor: Cursor }}
 */
export function objectAt(pdf, number) {
  const spot = pdf.spots.get(number);
  if (!spot) return { value: null, cursor: { text: "", at: 0 } };
  // A stream of objects is not inside of another.
  if ("container" in spot || !Number.isSafeInteger(spot.at)) throw new Unreadable("pdf_unreadable");
  const cursor = { text: spot.text, at: spot.at };
  skipSpaces(cursor);
  const head = spot.bare ? null : take(cursor, /(\d{1,10})\s+\d{1,5}\s+obj/y);
  if (!spot.bare && Number(head?.[1]) !== number) throw new Unreadable("pdf_unreadable");
  return { value: readObject(cursor), cursor };
}

/**
 * @param {Pdf} pdf
 * @param {any} value
 * @returns {any} the object itself where the value refers to one
 */
export function resolved(pdf, value) {
  return value instanceof Reference ? objectAt(pdf, value.number).value : value;
}

/** @param {Cursor} cursor */
function dictionaryAt(cursor) {
  const value = readObject(cursor);
  if (!(value instanceof Map)) throw new Unreadable("pdf_unreadable");
  return value;
}

/**
 * Returns the bytes of the stream that follows a dictionary, inflated.
 * @param {Pdf} pdf
 * @param {Map<string, any>} dictionary
 * @param {Cursor} cursor
 * @param {number} limit the most bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function streamAfter(pdf, dictionary, cursor, limit) {
  skipSpaces(cursor);
  const length = resolved(pdf, dictionary.get("Length"));
  const begins = cursor.text === pdf.text && take(cursor, /stream(?:\r\n|\n)/y);
  if (!begins || !(length >= 0 && length <= limit)) throw new Unreadable("pdf_unreadable");
  const bytes = pdf.bytes.slice(cursor.at, cursor.at + length);
  const filters = [resolved(pdf, dictionary.get("Filter")) ?? []].flat();
  if (!filters.length) return bytes;
  const [filter] = filters;
  const deflated = filters.length === 1 && filter instanceof Name && filter.name === "FlateDecode";
  if (!deflated) throw new Unreadable("pdf_unreadable");
  const [parameters] = [resolved(pdf, dictionary.get("DecodeParms"))].flat();
  const data = await inflate(bytes, "deflate", limit);
  return parameters instanceof Map ? unpredicted(data, parameters) : data;
}

/**
 * Undoes the prediction of rows from the ones above, as tables in streams have it (the filter "Up" of PNG).
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {Map<string, any>} parameters
 */
function unpredicted(data, parameters) {
  if ((parameters.get("Predictor") ?? 1) === 1) return data;
  const columns = parameters.get("Columns") ?? 1;
  const known = parameters.get("Predictor") >= 10 && columns > 0 && data.length % (columns + 1) === 0;
  if (!known) throw new Unreadable("pdf_unreadable");
  const rows = new Uint8Array((data.length / (columns + 1)) * columns);
  for (let row = 0; row * columns < rows.length; row += 1) {
    const filter = data[row * (columns + 1)];
    if (filter !== 0 && filter !== 2) throw new Unreadable("pdf_unreadable");
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const above = filter === 2 && row ? rows[at - columns] : 0;
      rows[at] = data[row * (columns + 1) + 1 + column] + above;
    }
  }
  return rows;
}

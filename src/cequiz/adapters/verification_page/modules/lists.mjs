/**
 * The provider's status lists (Bitstring Status List): one bit for every certificate in each of four lists.
 */

import { fromBase64Url } from "./bytes.mjs";
import { sealOf } from "./credential.mjs";
import { Incapable } from "./failures.mjs";
import { inflate } from "./inflate.mjs";
import { isKnown } from "./keyring.mjs";

const LARGEST_LIST = 1 << 22;
const DAY = 24 * 3600 * 1000;

/** @typedef {import("./keyring.mjs").Keyring} Keyring */
/** @typedef {import("./credential.mjs").Json} Json */
/** @typedef {"" | "missing" | "unsigned" | "stale" | "early"} Trouble */
/** @typedef {{ bits: Uint8Array | null, made: string, until: string, trouble: Trouble }} List */

export const PURPOSES = ["revocation", "suspension", "superseded", "expired"];

/**
 * Reads the four lists.
 * @param {Json | undefined} status the lists by purpose
 * @param {Keyring} ring
 * @param {Date} now
 * @returns {Promise<Map<string, List>>}
 */
export async function readLists(status, ring, now) {
  /** @type {Map<string, List>} */
  const lists = new Map();
  for (const purpose of PURPOSES) lists.set(purpose, await readList(status?.[purpose], purpose, ring, now));
  return lists;
}

/**
 * Reads one list; one that is not the provider's own has no bits.
 * @param {Json | undefined} credential
 * @param {string} purpose
 * @param {Keyring} ring
 * @param {Date} now
 * @returns {Promise<List>}
 */
async function readList(credential, purpose, ring, now) {
  const made = String(credential?.validFrom ?? "");
  const until = String(credential?.validUntil ?? "");
  if (!credential) return { bits: null, made, until, trouble: "missing" };
  try {
    const seal = await sealOf(credential);
    const subject = credential.credentialSubject;
    const fits = subject?.type === "BitstringStatusList" && subject.statusPurpose === purpose;
    if (!seal.good || !isKnown(seal, ring) || !fits) return { bits: null, made, until, trouble: "unsigned" };
    const packed = fromBase64Url(String(subject.encodedList).replace(/^u/, ""));
    return { bits: await inflate(packed, "gzip", LARGEST_LIST), made, until, trouble: age(made, until, now) };
  } catch (error) {
    if (error instanceof Incapable) throw error;
    return { bits: null, made, until, trouble: "unsigned" };
  }
}

/**
 * Whether a list still counts.
 * @param {string} made
 * @param {string} until
 * @param {Date} now
 * @returns {Trouble}
 */
function age(made, until, now) {
  if (!(now.getTime() <= Date.parse(until))) return "stale"; // a date that cannot be read counts as past
  return now.getTime() >= Date.parse(made) - DAY ? "" : "early";
}

/**
 * Whether a list has the bit of a certificate set; null where it does not know.
 * @param {List | undefined} list
 * @param {number | null} index
 * @returns {boolean | null}
 */
export function bitOf(list, index) {
  if (!list?.bits || index === null || index >= list.bits.length * 8) return null;
  return (list.bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
}

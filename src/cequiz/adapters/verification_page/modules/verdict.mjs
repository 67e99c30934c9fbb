/**
 * From something given to a verdict: who signed it, is it unchanged, and what has become of it since.
 */

import { fromHex } from "./bytes.mjs";
import { claimsOf, codeIn, fieldsOf, openCode } from "./code.mjs";
import { openCredential, placeOf, sealOf } from "./credential.mjs";
import { Incapable, Unreadable } from "./failures.mjs";
import { isKnown, keyring, signed } from "./keyring.mjs";
import { bitOf, PURPOSES, readLists } from "./lists.mjs";

/** @typedef {import("./code.mjs").Field} Field */
/** @typedef {import("./keyring.mjs").Key} Key */
/** @typedef {import("./lists.mjs").List} List */
/** @typedef {"code" | "credential" | "pdf"} Source */
/** @typedef {"in_force" | "not_checked" | "suspended" | "superseded" | "revoked" | "expired"} Genuine */
/** @typedef {Genuine | "unknown_key" | "altered" | "unreadable" | "incapable"} Kind */
/** @typedef {"good" | "bad" | "unknown"} Signature */
/** @typedef {{ keyId: string, signature: Signature, index: number | null, fields: Field[] }} Certificate */
/** @typedef {{ kind: Kind, reason: string, source: Source, key: Key | null, lists: Map<string, List> }} Finding */
/** @typedef {Finding & { fields: Field[], keyId: string, index: number | null }} Verdict */
/** @typedef {Record<string, any>} Json */
/** @typedef {{ provider: Record<string, string>, keys: Key[], status?: Json, log?: Json }} Trust what the page holds */
/** @typedef {{ trust: Trust, names: Map<number, string>, now: Date }} Ground */

/**
 * Checks a code or a credential.
 * @param {string} text a code, its whole address, or the JSON of a credential
 * @param {Source} source where the text comes from
 * @param {Ground} ground
 * @returns {Promise<Verdict>}
 */
export async function examine(text, source, ground) {
  try {
    const ring = await keyring(ground.trust.keys);
    const lists = await readLists(ground.trust.status, ring, ground.now);
    const certificate = await (source === "code" ? fromCode : fromCredential)(text, ring, ground);
    const key = ring.get(certificate.keyId) ?? null;
    return { ...certificate, ...judge(certificate, lists), source, key, lists };
  } catch (error) {
    if (error instanceof Unreadable) return withoutCertificate("unreadable", error.reason);
    if (error instanceof Incapable) return withoutCertificate("incapable", incapacity());
    throw error;
  }
}

/**
 * @param {"unreadable" | "incapable"} kind
 * @param {string} reason
 * @returns {Verdict}
 */
export function withoutCertificate(kind, reason) {
  return { kind, reason, source: "code", fields: [], keyId: "", key: null, index: null, lists: new Map() };
}

/** Why this browser cannot check: the page came over plain http, or the browser is too old. */
function incapacity() {
  return globalThis.isSecureContext === false ? "insecure" : "too_old";
}

/**
 * @param {string} text
 * @param {import("./keyring.mjs").Keyring} ring
 * @param {Ground} ground
 * @returns {Promise<Certificate>}
 */
async function fromCode(text, ring, ground) {
  const message = openCode(codeIn(text));
  const key = ring.get(message.keyId);
  const good = key ? await signed(fromHex(key.public), message.signature, message.covered) : null;
  const claims = await claimsOf(message.payload, ground.names);
  return { keyId: message.keyId, signature: good === null ? "unknown" : good ? "good" : "bad", ...claims };
}

/**
 * @param {string} text
 * @param {import("./keyring.mjs").Keyring} ring
 * @param {Ground} ground
 * @returns {Promise<Certificate>}
 */
async function fromCredential(text, ring, ground) {
  const credential = openCredential(text);
  const index = placeOf(credential);
  const fields = fieldsOf(credential.credentialSubject?.printed, [...ground.names.values()]);
  const seal = await sealOf(credential);
  const signature = !seal.good ? "bad" : isKnown(seal, ring) ? "good" : "unknown";
  return { keyId: seal.keyId, signature, index, fields };
}

/**
 * What signature and status lists say together: the particular lists go before the general one. Lists that are too
 * old still tell what is never undone, but neither a suspension, which may have ended, nor that nothing has happened.
 * @param {Certificate} certificate
 * @param {Map<string, List>} lists
 * @returns {{ kind: Kind, reason: string }}
 */
export function judge(certificate, lists) {
  if (certificate.signature === "bad") return { kind: "altered", reason: "" };
  if (certificate.signature === "unknown") return { kind: "unknown_key", reason: "" };
  const bits = PURPOSES.map((purpose) => bitOf(lists.get(purpose), certificate.index));
  const [revocation, suspension, superseded, expired] = bits;
  const trouble = PURPOSES.map((purpose) => lists.get(purpose)?.trouble ?? "missing").find((one) => one);
  if (suspension && trouble === "stale") return { kind: "not_checked", reason: "was_suspended" };
  if (suspension) return { kind: "suspended", reason: "" };
  if (superseded) return { kind: "superseded", reason: "" };
  if (revocation) return { kind: "revoked", reason: "" };
  if (expired) return { kind: "expired", reason: "" };
  if (trouble) return { kind: "not_checked", reason: trouble };
  return bits.includes(null) ? { kind: "not_checked", reason: "missing" } : { kind: "in_force", reason: "" };
}

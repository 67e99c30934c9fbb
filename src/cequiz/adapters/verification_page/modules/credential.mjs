/**
 * Signed credentials: the certificate's own, and the provider's status lists. Data Integrity, eddsa-jcs-2022, with the
 * signer's key written out as did:key.
 */

import { fromBase58, joined, toHex, utf8 } from "./bytes.mjs";
import { canonical } from "./canonical.mjs";
import { Unreadable } from "./failures.mjs";
import { keyId, sha256, signed } from "./keyring.mjs";

/** @typedef {Record<string, any>} Json */
/** @typedef {{ keyId: string, key: string, good: boolean }} Seal the key in hexadecimal; empty where none is named */

const LARGEST_CREDENTIAL_TEXT = 256 * 1024;

/**
 * Checks the signature of a credential by the key that it names; whose key that is, is another question.
 * @param {Json} credential
 * @returns {Promise<Seal>}
 */
export async function sealOf(credential) {
  const { proof, ...document } = credential;
  const usable = (Array.isArray(proof) ? proof : [proof]).filter((one) => one?.cryptosuite === "eddsa-jcs-2022");
  if (usable.length !== 1) return { keyId: "", key: "", good: false };
  const { proofValue, ...options } = usable[0];
  const key = keyOf(options.verificationMethod);
  if (!key) return { keyId: "", key: "", good: false };
  return { keyId: await keyId(key), key: toHex(key), good: await fits(document, options, proofValue, key) };
}

/**
 * Whether the signature fits; what cannot even be read in the way that signatures ask does not.
 * @param {Json} document
 * @param {Json} options
 * @param {unknown} proofValue
 * @param {Uint8Array<ArrayBuffer>} key
 */
async function fits(document, options, proofValue, key) {
  try {
    return await isGood(document, options, proofValue, key);
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

/**
 * @param {Json} document
 * @param {Json} options the proof without its value
 * @param {unknown} proofValue
 * @param {Uint8Array<ArrayBuffer>} key
 */
async function isGood(document, options, proofValue, key) {
  const method = /** @type {string} */ (options.verificationMethod);
  const issuer = typeof document.issuer === "string" ? document.issuer : document.issuer?.id;
  const meant = options.type === "DataIntegrityProof" && options.proofPurpose === "assertionMethod";
  if (!meant || issuer !== method.split("#")[0]) return false;
  if ("@context" in options && canonical(options["@context"]) !== canonical(document["@context"])) return false;
  if (typeof proofValue !== "string" || !proofValue.startsWith("z")) return false;
  const signature = fromBase58(proofValue.slice(1));
  const digests = await Promise.all([options, document].map((part) => sha256(utf8(canonical(part)))));
  return signature.length === 64 && signed(key, signature, joined(...digests));
}

/**
 * Returns the 32 bytes of a public key that a did:key URL names; null where it names none.
 * @param {unknown} method `did:key:z...#z...`
 */
function keyOf(method) {
  const found = /^did:key:z([1-9A-HJ-NP-Za-km-z]+)#z\1$/.exec(typeof method === "string" ? method : "");
  if (!found || found[1].length > 100) return null;
  const bytes = fromBase58(found[1]);
  // 0xed 0x01 says Ed25519 (multicodec)
  return bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 1 ? bytes.slice(2) : null;
}

/**
 * Reads the JSON text of a credential.
 * @param {string} text
 * @returns {Json}
 */
export function openCredential(text) {
  try {
    if (text.length > LARGEST_CREDENTIAL_TEXT) throw new Unreadable("too_large");
    onceNamed(text);
    const credential = JSON.parse(text.trim());
    if (typeof credential === "object" && credential !== null && !Array.isArray(credential)) return credential;
  } catch {
    // said below, as for every other text
  }
  throw new Unreadable("not_a_certificate");
}

/**
 * Refuses JSON in which an object names something twice: two readers could see two things in it.
 * @param {string} text
 */
function onceNamed(text) {
  /** @type {(Set<string> | null)[]} the names in each open object; null for an open array */
  const open = [];
  for (const [token, name, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (!name) open.pop();
    else if (colon) {
      const names = open.at(-1);
      if (names?.has(JSON.parse(name))) throw new Unreadable("not_a_certificate");
      names?.add(JSON.parse(name));
    }
  }
}

/**
 * Returns a certificate's place in the status lists.
 * @param {Json} credential
 * @returns {number}
 */
export function placeOf(credential) {
  const index = credential.credentialStatus?.statusListIndex;
  if (!["string", "number"].includes(typeof index) || !/^\d{1,9}$/.test(index)) throw new Unreadable("not_a_certificate");
  return Number(index);
}

/**
 * Signed credentials: the certificate's own, and the provider's status lists. Data Integrity, eddsa-jcs-2022, with the
 * signer's key written out as did:key.
 */

import { fromBase58, joined, utf8 } from "./bytes.mjs";
import { canonical } from "./canonical.mjs";
import { Unreadable } from "./failures.mjs";
import { keyId, sha256, signed } from "./keyring.mjs";

/** @typedef {Record<string, any>} Json */
/** @typedef {{ keyId: string, good: boolean }} Seal */

/**
 * Checks the signature of a credential by the key that it names; whose key that is, is another question.
 * @param {Json} credential
 * @returns {Promise<Seal>}
 */
export async function sealOf(credential) {
  const { proof, ...document } = credential;
  const usable = (Array.isArray(proof) ? proof : [proof]).filter((one) => one?.cryptosuite === "eddsa-jcs-2022");
  if (usable.length !== 1) throw new Unreadable("not_a_certificate");
  const { proofValue, ...options } = usable[0];
  const key = keyOf(options.verificationMethod);
  return { keyId: await keyId(key), good: await isGood(document, options, proofValue, key) };
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
 * Returns the 32 bytes of a public key that a did:key URL names.
 * @param {unknown} method `did:key:z...#z...`
 */
function keyOf(method) {
  const found = /^did:key:z([1-9A-HJ-NP-Za-km-z]+)#z\1$/.exec(typeof method === "string" ? method : "");
  const bytes = fromBase58(found?.[1] ?? "");
  // 0xed 0x01 says Ed25519 (multicodec)
  if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 1) throw new Unreadable("not_a_certificate");
  return bytes.slice(2);
}

/**
 * Reads the JSON text of a credential.
 * @param {string} text
 * @returns {Json}
 */
export function openCredential(text) {
  try {
    const credential = JSON.parse(text.trim());
    if (typeof credential === "object" && credential !== null && !Array.isArray(credential)) return credential;
  } catch {
    // said below, as for every other text
  }
  throw new Unreadable("not_a_certificate");
}

/**
 * Returns a certificate's place in the status lists; null where the credential names none.
 * @param {Json} credential
 * @returns {number | null}
 */
export function placeOf(credential) {
  const status = [credential.credentialStatus].flat().find((one) => one?.type === "BitstringStatusListEntry");
  const index = status?.statusListIndex;
  return typeof index === "string" && /^\d{1,9}$/.test(index) ? Number(index) : null;
}

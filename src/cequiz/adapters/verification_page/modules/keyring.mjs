/**
 * The provider's public keys, and the one question asked of them: did this key sign these bytes?
 */

import { fromHex, toHex } from "./bytes.mjs";
import { Incapable } from "./failures.mjs";

/** @typedef {{ id: string, public: string, made_at: string, retired_at: string }} Key */
/** @typedef {Map<string, Key>} Keyring by key id */

/**
 * Returns the keys whose id is what their bytes say: the first 8 bytes of SHA-256, in hexadecimal.
 * @param {Key[]} keys
 * @returns {Promise<Keyring>}
 */
export async function keyring(keys) {
  /** @type {Keyring} */
  const ring = new Map();
  for (const key of keys) if ((await keyId(fromHex(key.public))) === key.id) ring.set(key.id, key);
  return ring;
}

/**
 * Whether a seal is by a key that is known: all of its bytes count, because an id is but a part of a hash.
 * @param {{ keyId: string, key: string }} seal
 * @param {Keyring} ring
 */
export function isKnown(seal, ring) {
  return seal.key !== "" && ring.get(seal.keyId)?.public === seal.key;
}

/** @param {Uint8Array<ArrayBuffer>} key the 32 bytes of a public key */
export async function keyId(key) {
  return toHex((await sha256(key)).slice(0, 8));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function sha256(bytes) {
  return new Uint8Array(await subtle().digest("SHA-256", bytes));
}

/**
 * Whether an Ed25519 signature is good.
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<boolean>}
 */
export async function signed(key, signature, bytes) {
  const crypto = subtle();
  try {
    const usable = await crypto.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.verify("Ed25519", usable, signature, bytes);
  } catch (error) {
    if (error instanceof DOMException && error.name === "DataError") return false; // not a key at all
    throw new Incapable("Ed25519");
  }
}

function subtle() {
  // Browsers hide it from pages that came over plain http.
  if (!globalThis.crypto?.subtle) throw new Incapable("WebCrypto");
  return globalThis.crypto.subtle;
}

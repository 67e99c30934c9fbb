/**
 * Lets tests ask the page's modules without a browser: a list of questions comes on standard input as JSON, and the
 * list of answers goes out. A failure that the page would put in words is answered as its reason.
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`);
const load = (name) => import(new URL(`${name}.mjs`, folder));
const { fromBase32, fromBase58, fromBase64Url, toHex } = await load("bytes");
const { canonical } = await load("canonical");
const { fromCbor } = await load("cbor");
const { Incapable, Unreadable } = await load("failures");
const { inflate } = await load("inflate");
const { attachedCredential } = await load("pdf");
const { examine } = await load("verdict");
const { languageFor, visible } = await load("words");

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const given = JSON.parse(readFileSync(0, "utf8"));
const ground = {
  trust: given.trust,
  names: new Map(Object.entries(given.fields ?? {}).map(([name, code]) => [code, name])),
  now: new Date(given.now),
};
const answers = {
  base32: (text) => toHex(fromBase32(text)),
  base58: (text) => toHex(fromBase58(text)),
  base64url: (text) => toHex(fromBase64Url(text)),
  canonical: (text) => canonical(JSON.parse(text)),
  cbor: (base64) => (fromCbor(bytes(base64)), "read"),
  credential: async (text) => shown(await examine(text, "credential", ground)),
  code: async (text) => shown(await examine(text, "code", ground)),
  inflate: async ({ data, format, limit }) => (await inflate(bytes(data), format, limit)).length,
  language: (wanted) => languageFor(wanted),
  pdf: (base64) => attachedCredential(bytes(base64)),
  visible: (text) => visible(text),
};

function shown(verdict) {
  return { kind: verdict.kind, reason: verdict.reason, index: verdict.index, fields: verdict.fields };
}

async function answer([about, question]) {
  try {
    return await answers[about](question);
  } catch (error) {
    if (error instanceof Unreadable) return { refused: error.reason };
    if (error instanceof Incapable) return { refused: "incapable" };
    throw error;
  }
}

const said = [];
for (const question of given.questions) said.push(await answer(question));
process.stdout.write(JSON.stringify(said));

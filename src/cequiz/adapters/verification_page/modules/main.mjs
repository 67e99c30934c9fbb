/**
 * Puts the page to work: what is given to it, when it checks, and where the focus goes.
 */

import { Unreadable } from "./failures.mjs";
import { found, foundIn, readsPictures } from "./files.mjs";
import { sealOf } from "./credential.mjs";
import { isKnown, keyring } from "./keyring.mjs";
import { readLists } from "./lists.mjs";
import { examine, withoutCertificate } from "./verdict.mjs";
import { byId, showAbout, showVerdict, showWords } from "./view.mjs";
import { languageFor, say, visible } from "./words.mjs";

/** @typedef {import("./verdict.mjs").Trust} Trust */
/** @typedef {import("./verdict.mjs").Verdict} Verdict */
/** @typedef {import("./files.mjs").Found} Found */

/** @type {{ trust: Trust, fields: Record<string, number> }} */
const held = JSON.parse(byId("held").textContent ?? "");
const names = new Map(Object.entries(held.fields).map(([name, code]) => [code, name]));
const state = {
  language: languageFor(navigator.languages),
  pictures: false,
  checks: 0,
  checkedAt: new Date(),
  /** @type {Verdict | null} */
  verdict: null,
  /** @type {import("./view.mjs").Known | null} what the page holds, once it is checked */
  known: null,
};

/** Shows everything again in the language of the reader. */
function show() {
  showWords(state.language, { provider: visible(held.trust.provider.name) });
  byId("choose-help").textContent = say(state.language, state.pictures ? "choose_help" : "choose_help_no_picture");
  showAbout(state.language, held.trust, state.known);
  if (state.verdict) showVerdict(state.language, state.verdict, held.trust, state.checkedAt);
}

/**
 * Checks what was given, and shows the verdict unless something newer was given meanwhile.
 * @param {() => Found | Promise<Found>} given
 * @param {boolean} asked whether the reader asked for it on this page, and so is led to the answer
 */
async function check(given, asked) {
  const turn = ++state.checks;
  byId("result").hidden = true;
  byId("announcement").textContent = say(state.language, "busy");
  const now = new Date();
  const verdict = await verdictOn(given, now);
  if (turn !== state.checks) return;
  state.verdict = verdict;
  state.checkedAt = now;
  show();
  byId("result").dataset.turn = String(turn);
  if (asked) byId("verdict").focus();
}

/**
 * @param {() => Found | Promise<Found>} given
 * @param {Date} now
 * @returns {Promise<Verdict>}
 */
async function verdictOn(given, now) {
  try {
    const { text, source } = await given();
    return await examine(text, source, { trust: held.trust, names, now });
  } catch (error) {
    if (error instanceof Unreadable) return withoutCertificate("unreadable", error.reason);
    console.error(error);
    return withoutCertificate("incapable", "mishap");
  }
}

function checkAddress() {
  const code = location.hash.slice(1);
  if (code) check(() => foundIn(code), false);
  else forget();
}

function checkPasted() {
  const text = /** @type {HTMLTextAreaElement} */ (byId("pasted")).value;
  check(() => {
    if (!text.trim()) throw new Unreadable("empty");
    return foundIn(text);
  }, true);
}

/** @param {FileList | null | undefined} files */
function checkFile(files) {
  const [file, second] = files ?? [];
  if (!file) return;
  check(() => {
    if (second) throw new Unreadable("several_files");
    return found(file);
  }, true);
}

/** Takes the last verdict off the page: what it was about is no longer given. */
function forget() {
  state.checks += 1;
  state.verdict = null;
  byId("result").hidden = true;
  byId("announcement").textContent = "";
}

function clear() {
  forget();
  /** @type {HTMLFormElement} */ (byId("form")).reset();
  history.replaceState(null, "", location.pathname + location.search);
  byId("pasted").focus();
}

/** Learns what the page itself holds: its status lists, and the size of the log where its signature is good. */
async function learn() {
  const ring = await keyring(held.trust.keys);
  const lists = await readLists(held.trust.status, ring, new Date());
  const log = held.trust.log;
  const seal = log ? await sealOf(log) : null;
  const size = seal?.good && isKnown(seal, ring) ? Number(log?.credentialSubject?.size) : NaN;
  state.known = { lists, logSize: Number.isSafeInteger(size) ? size : null };
}

function listen() {
  addEventListener("hashchange", checkAddress);
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    checkPasted();
  });
  const chooser = /** @type {HTMLInputElement} */ (byId("file"));
  chooser.addEventListener("change", () => {
    checkFile(chooser.files);
    chooser.value = ""; // so that choosing the same file again checks it again
  });
  byId("clear").addEventListener("click", clear);
  byId("print").addEventListener("click", () => print());
  for (const button of document.querySelectorAll("button[data-language]")) {
    button.addEventListener("click", () => {
      state.language = languageFor([/** @type {HTMLElement} */ (button).dataset.language ?? ""]);
      show();
    });
  }
  listenForDrops();
}

function listenForDrops() {
  const marked = document.documentElement.classList;
  addEventListener("dragover", (event) => {
    event.preventDefault();
    marked.add("dragging");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) marked.remove("dragging");
  });
  addEventListener("drop", (event) => {
    event.preventDefault(); // a browser would open the file in place of this page
    marked.remove("dragging");
    checkFile(event.dataTransfer?.files);
  });
}

async function start() {
  listen();
  show();
  checkAddress();
  state.pictures = await readsPictures().catch(() => false);
  await learn().catch(() => undefined); // a browser that cannot check says so at the first check
  show();
  document.documentElement.dataset.ready = "yes";
}

start();

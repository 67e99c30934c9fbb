/**
 * What is on the page. Text is set as text only; nothing that was given becomes markup.
 */

import { PURPOSES } from "./lists.mjs";
import { dateIn, say, visible } from "./words.mjs";

/** @typedef {import("./words.mjs").Language} Language */
/** @typedef {import("./verdict.mjs").Verdict} Verdict */
/** @typedef {import("./verdict.mjs").Trust} Trust */
/** @typedef {import("./lists.mjs").List} List */
/** @typedef {{ lists: Map<string, List>, logSize: number | null }} Known */

const CHECK = "M5 12.5l4.5 4.5L19 7.5";
const CROSS = "M6.5 6.5l11 11M17.5 6.5l-11 11";
const BANG = "M12 5v9M12 18.4v.2";
/** Strokes on a field of 24 by 24. */
const GLYPHS = {
  in_force: CHECK,
  not_checked: BANG,
  suspended: "M9 6v12M15 6v12",
  superseded: "M5 12h13M13 6.5l5.5 5.5-5.5 5.5",
  revoked: CROSS,
  expired: "M12 6v6.5l4 2.5",
  unknown_key: "M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1M12 17.9v.2",
  altered: CROSS,
  unreadable: BANG,
  incapable: BANG,
};

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Puts the words of a language everywhere that waits for them.
 * @param {Language} language
 * @param {Record<string, string>} places
 */
export function showWords(language, places) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say]")) {
    element.textContent = say(language, /** @type {HTMLElement} */ (element).dataset.say ?? "", places);
  }
  for (const button of document.querySelectorAll("button[data-language]")) {
    const chosen = /** @type {HTMLElement} */ (button).dataset.language === language;
    button.setAttribute("aria-pressed", String(chosen));
  }
  byId("languages").setAttribute("aria-label", say(language, "language"));
  document.title = `${say(language, "title")} · ${places.provider}`;
}

/**
 * @param {Language} language
 * @param {Verdict} verdict
 * @param {Trust} trust
 * @param {Date} now
 */
export function showVerdict(language, verdict, trust, now) {
  const provider = visible(trust.provider.name);
  const until = dateIn(language, verdict.lists.get("revocation")?.until ?? "");
  const word = say(language, verdict.kind, { provider });
  const unchecked = ["unreadable", "incapable"].includes(verdict.kind);
  const keys = [unchecked ? "" : `${verdict.kind}_says`, verdict.reason].filter((key) => key);
  const sentence = keys.map((key) => say(language, key, { provider, until })).join(" ");
  const result = byId("result");
  result.dataset.kind = verdict.kind;
  byId("glyph").replaceChildren(glyph(verdict.kind));
  byId("verdict").textContent = word;
  byId("sentence").textContent = sentence;
  byId("announcement").textContent = `${word}. ${sentence}`;
  showFields(language, verdict);
  showSigner(language, verdict, provider, now);
  result.hidden = false;
}

/** @param {keyof typeof GLYPHS} kind */
function glyph(kind) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", GLYPHS[kind]);
  picture.append(path);
  return picture;
}

/**
 * @param {Language} language
 * @param {Verdict} verdict
 */
function showFields(language, verdict) {
  const unproven = ["altered", "unknown_key"].includes(verdict.kind);
  byId("lines").hidden = !verdict.fields.length;
  byId("lines-heading").textContent = say(language, unproven ? "unproven_lines" : "signed_lines");
  const compare = verdict.source === "pdf" ? "compare_pdf" : "compare";
  byId("compare").textContent = say(language, unproven ? "do_not_trust" : compare);
  const rows = verdict.fields.map(({ name, text }) => row(say(language, `field.${name}`), text, name));
  byId("fields").classList.toggle("unproven", unproven);
  byId("fields").replaceChildren(...rows);
}

/**
 * @param {Language} language
 * @param {Verdict} verdict
 * @param {string} provider
 * @param {Date} now
 */
function showSigner(language, verdict, provider, now) {
  const rows = [];
  const key = grouped(verdict.keyId);
  if (verdict.key && verdict.kind !== "altered") {
    rows.push(row(say(language, "signed_by"), say(language, "signed_by_value", { provider })));
  }
  if (verdict.key) rows.push(row(say(language, "key"), keyWords(language, verdict.key)));
  else if (verdict.keyId) rows.push(row(say(language, "key"), say(language, "key_unknown", { key, provider })));
  const list = verdict.lists.get("revocation");
  if (verdict.key && list?.bits) {
    const places = { date: dateIn(language, list.made), until: dateIn(language, list.until) };
    rows.push(row(say(language, "lists"), say(language, "lists_value", places)));
  }
  if (verdict.index !== null) rows.push(row(say(language, "place"), String(verdict.index)));
  rows.push(row(say(language, "checked_at"), dateIn(language, now, true)));
  byId("signer").hidden = !verdict.keyId;
  byId("facts").replaceChildren(...rows);
}

/**
 * @param {Language} language
 * @param {import("./keyring.mjs").Key} key
 */
function keyWords(language, key) {
  if (!key.retired_at) return grouped(key.id);
  return say(language, "key_retired", { key: grouped(key.id), date: dateIn(language, key.retired_at) });
}

/** @param {string} id */
function grouped(id) {
  return (id.match(/.{1,4}/g) ?? []).join(" ");
}

/**
 * @param {string} label
 * @param {string} text
 * @param {string} [name]
 */
function row(label, text, name = "") {
  const pair = document.createElement("div");
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  term.textContent = label;
  value.textContent = visible(text);
  value.dir = "auto"; // a name in Hebrew or Arabic reads in its own direction
  if (name) value.dataset.field = name;
  pair.append(term, value);
  return pair;
}

/**
 * @param {Language} language
 * @param {Trust} trust
 * @param {Known | null} known null while or because it could not be checked
 */
export function showAbout(language, trust, known) {
  const address = visible(trust.provider.verify_at ?? "");
  byId("address").textContent = address ? say(language, "about_address", { address }) : "";
  const keys = trust.keys.map((key) => {
    const item = document.createElement("li");
    const [date, retired] = [key.made_at, key.retired_at].map((at) => dateIn(language, at));
    const places = { key: grouped(key.id), date, retired };
    item.textContent = say(language, key.retired_at ? "about_key_retired" : "about_key", places);
    return item;
  });
  byId("keys").replaceChildren(...keys);
  byId("lists-known").textContent = known ? listsWords(language, known.lists, visible(trust.provider.name)) : "";
  const size = known?.logSize == null ? "" : new Intl.NumberFormat(language).format(known.logSize);
  const date = dateIn(language, trust.log?.credentialSubject?.at ?? "");
  byId("log-known").textContent = size && say(language, "about_log", { date, size });
}

/**
 * @param {Language} language
 * @param {Map<string, List>} lists
 * @param {string} provider
 */
function listsWords(language, lists, provider) {
  const trouble = PURPOSES.map((purpose) => lists.get(purpose)?.trouble ?? "missing").find((one) => one) ?? "";
  const list = lists.get("revocation");
  const places = { date: dateIn(language, list?.made ?? ""), until: dateIn(language, list?.until ?? ""), provider };
  const about = { "": "about_lists", stale: "about_lists_stale", missing: "about_lists_missing" };
  return say(language, trouble === "unsigned" || trouble === "early" ? trouble : about[trouble], places);
}

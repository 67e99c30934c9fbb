// The line between the terminal on this page and the server, kept up whatever the network does.
//
// The terminal comes with its own program (textual.js), which opens one WebSocket and never another. `Line` stands where
// that program expects a WebSocket, and opens a real one as often as it takes: the terminal stays, the screen is painted
// anew. A signed-in stay has a token that this tab alone remembers; it is the first thing said on every new line, so that
// a reload or a lost line leads back to the same question.
"use strict";

(() => {
  const PROTOCOL = "cequiz.1";
  const VISIT = "cequiz.visit";
  const PIECE = 8192; // characters of a paste in one message
  const WAITS = [1, 2, 4, 8, 15]; // seconds between tries
  const RESET = new Uint8Array([0x1b, 0x63]).buffer; // puts the terminal back into the state it began in
  const sentences = document.getElementById("sentences").dataset;
  const Socket = window.WebSocket;

  let remembered = null;

  function visit() {
    try {
      return sessionStorage.getItem(VISIT);
    } catch {
      return remembered; // a browser that keeps nothing: then a reload asks for the passphrase
    }
  }

  function remember(token) {
    remembered = token;
    try {
      if (token === null) sessionStorage.removeItem(VISIT);
      else sessionStorage.setItem(VISIT, token);
    } catch {
      // as above
    }
  }

  /** Show a notice: `stale` where the screen above it may no longer be true, `button` for what its button does. */
  function say(words, { stale = false, button = null } = {}) {
    document.getElementById("words").textContent = words;
    document.getElementById("line").hidden = false;
    document.body.classList.toggle("-stale", stale);
    const again = document.getElementById("again");
    again.hidden = button === null;
    again.onclick = button;
    if (button !== null) again.focus();
  }

  function hush() {
    document.getElementById("line").hidden = true;
    document.body.classList.remove("-stale");
    document.querySelector(".xterm-helper-textarea")?.focus();
  }

  function download(path) {
    if (!/^\/certificate\/[\w.-]+$/.test(path)) return;
    const link = document.createElement("a");
    link.href = path;
    link.download = "";
    document.body.append(link);
    link.click();
    link.remove();
  }

  class Line extends EventTarget {
    #socket = null;
    #size;
    #tries = 0;
    #timer = 0;
    #before = false; // whether there was a line before this one
    #painted = false;
    #over = false; // whether the server has said that this was the end

    constructor(address) {
      super();
      const asked = new URL(address, location.href).searchParams;
      this.#size = { width: Number(asked.get("width")), height: Number(asked.get("height")) };
      window.addEventListener("online", () => this.#hasten());
      document.addEventListener("visibilitychange", () => document.hidden || this.#hasten());
      this.#open();
    }

    /** What the terminal says, as JSON; nothing is kept for later while the line is down. */
    send(text) {
      const [kind, value] = JSON.parse(text);
      if (kind === "resize") this.#size = value;
      else if (kind !== "stdin") return;
      if (!this.#painted || this.#socket.readyState !== Socket.OPEN) return;
      if (kind === "resize") this.#tell([kind, value]);
      else for (const piece of pieces(value)) this.#tell([kind, piece]);
    }

    #tell(message) {
      this.#socket.send(JSON.stringify(message));
    }

    #open() {
      this.#over = false;
      this.#painted = false;
      this.#timer = 0;
      const socket = new Socket(location.origin.replace(/^http/, "ws") + "/line", PROTOCOL);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => this.#tell(["hello", { ...this.#size, visit: visit() }]);
      socket.onmessage = ({ data }) => (typeof data === "string" ? this.#hear(JSON.parse(data)) : this.#paint(data));
      socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
      this.#socket = socket;
    }

    #paint(data) {
      if (!this.#painted) {
        this.#painted = true;
        this.#tries = 0;
        if (this.#before) this.#show(RESET);
        else this.dispatchEvent(new Event("open"));
        this.#before = true;
        hush();
      }
      this.#show(data);
    }

    #show(data) {
      this.dispatchEvent(new MessageEvent("message", { data }));
    }

    #hear([kind, value]) {
      if (kind === "visit") remember(value);
      else if (kind === "forget") remember(null);
      else if (kind === "certificate") download(value);
      else if (kind === "ended") {
        this.#over = true;
        say(value || sentences.ended, { button: () => this.#open() });
      }
    }

    #closed(code) {
      if (this.#over) return;
      if (code === 1002 || code === 1003 || code === 1008 || code === 1009) {
        say(sentences.refused, { stale: true, button: () => this.#open() });
        return;
      }
      const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)];
      this.#tries += 1;
      say(sentences.lost, { stale: true });
      // Not all at once when a server comes back.
      this.#timer = setTimeout(() => this.#open(), (wait + Math.random()) * 1000);
    }

    #hasten() {
      if (this.#timer === 0) return;
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  /** Yield a text in pieces that fit into a message, never between the halves of a character. */
  function* pieces(text) {
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + PIECE, text.length);
      if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1])) to -= 1;
      yield text.slice(from, to);
      from = to;
    }
  }

  /** Load the terminal, once its font is here: it measures the font when it begins. */
  async function begin() {
    const loaded = new Promise((resolve) => {
      if (document.readyState === "complete") resolve();
      else window.addEventListener("load", resolve, { once: true });
    });
    const fonts = ["16px", "bold 16px"].map((font) => document.fonts.load(`${font} "Roboto Mono"`));
    await Promise.allSettled([loaded, ...fonts]);
    window.WebSocket = Line;
    const script = document.createElement("script");
    script.src = "/terminal/textual.js";
    script.onerror = () => say(sentences.unloaded, { button: () => location.reload() });
    script.onload = () => {
      try {
        window.onload(new Event("load")); // the page's own event is over; the program waits for it
      } catch {
        say(sentences.undrawn);
      }
    };
    document.head.append(script);
  }

  // A page that comes back from the browser's memory has a line that is long gone.
  window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  void begin();
})();

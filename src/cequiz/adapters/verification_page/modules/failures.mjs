/**
 * The two ways in which a check ends without a verdict about a signature.
 */

/** What was given holds no certificate that can be read; `reason` is a key of the table of words. */
export class Unreadable extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The browser lacks something that checking needs; never to be taken for a verdict. */
export class Incapable extends Error {}

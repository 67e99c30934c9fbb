// Asks another maker's verifier what it thinks of a credential.
//
// Input (JSON): {credential, documents: {address: document}, modules: folder of node_modules, now: instant}.
// Output (JSON): {verified, statuses: [true where the status list says so], words: [why it was refused]}.
// Nothing is fetched: an address that is not among the documents is an error.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const input = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${input.modules}/here.js`));
async function load(name) {
  const found = await import(pathToFileURL(require.resolve(name)));
  return {...found.default, ...found}; // a CommonJS package has its names below `default`
}

const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const jcs = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const rdfc = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const multikey = await load('@digitalbazaar/ed25519-multikey');
const didKey = await load('@digitalbazaar/did-method-key');
const {contexts} = await load('@digitalbazaar/credentials-context');
const lists = await load('@digitalbazaar/vc-bitstring-status-list');

const driver = didKey.driver();
driver.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: multikey.from});

const known = new Map([...contexts, ...Object.entries(input.documents)]);
async function documentLoader(address) {
  if (known.has(address)) {
    return {contextUrl: null, documentUrl: address, document: known.get(address)};
  }
  if (address.startsWith('did:key:')) {
    return {contextUrl: null, documentUrl: address, document: await driver.get({url: address})};
  }
  throw new Error(`not at hand: ${address}`);
}

const suites = [
  new DataIntegrityProof({cryptosuite: jcs.createVerifyCryptosuite()}),
  new DataIntegrityProof({cryptosuite: rdfc.cryptosuite}),
];
const found = await vc.verifyCredential({
  credential: input.credential,
  suite: suites,
  documentLoader,
  now: new Date(input.now),
  checkStatus: asked => lists.checkStatus({
    ...asked, documentLoader, suite: suites, verifyBitstringStatusListCredential: true,
  }),
});

function words(error) {
  return error ? [error.message, ...(error.errors ?? []).flatMap(words), ...words(error.cause)] : [];
}
process.stdout.write(JSON.stringify({
  verified: found.verified,
  statuses: (found.statusResult?.results ?? []).map(one => one.status),
  words: [...words(found.error), ...words(found.statusResult?.error)],
}));

// Credentials: what icn issues and presents, JavaScript verifies, and the other way round. SD-JWTs by @sd-jwt/core; the
// proof of W3C documents by canonicalize (RFC 8785), multiformats and the Ed25519 of node.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import canonicalize from 'canonicalize'
import { SDJwtInstance } from '@sd-jwt/core'
import { base58btc } from 'multiformats/bases/base58'
import { Folder } from './support.mjs'

let folder
before(() => {
  folder = new Folder()
  folder.run(['init', '--development', '--members', 'alice,bob'])
})
after(() => folder.remove())

const audience = 'https://clinic.example'
const sha256 = (text) => crypto.createHash('sha256').update(text).digest()

// The public key of did:key:z6Mk….
function keyOf (did) {
  const bytes = base58btc.decode(did.split(':').pop())
  assert.deepEqual([...bytes.slice(0, 2)], [0xed, 0x01])
  const x = Buffer.from(bytes.slice(2)).toString('base64url')
  return crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
function didOf (publicKey) {
  const x = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url')
  return 'did:key:' + base58btc.encode(Buffer.concat([Buffer.from([0xed, 0x01]), x]))
}

// The bytes that eddsa-jcs-2022 signs.
function hashData (document, options) {
  return Buffer.concat([sha256(canonicalize(options)), sha256(canonicalize(document))])
}
function proofHolds (secured) {
  const { proof, ...document } = secured
  const { proofValue, ...options } = proof
  const did = proof.verificationMethod.split('#')[0]
  return crypto.verify(null, hashData(document, options), keyOf(did), base58btc.decode(proofValue))
}
function sign (document, key, purpose, more = {}) {
  const did = didOf(crypto.createPublicKey(key))
  const options = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    created: new Date().toISOString(),
    verificationMethod: `${did}#${did.split(':').pop()}`,
    proofPurpose: purpose,
    '@context': document['@context'],
    ...more
  }
  const proofValue = base58btc.encode(crypto.sign(null, hashData(document, options), key))
  return { ...document, proof: { ...options, proofValue } }
}

test('a document that icn issues has a proof that is valid in JavaScript', () => {
  const issued = folder.json('credential', 'issue', 'bob', '--until', '7d')
  const document = JSON.parse(issued.credential)
  assert(proofHolds(document))
  assert.deepEqual(document.type, ['VerifiableCredential', 'ScopeMembershipCredential'])
  assert.equal(document.credentialStatus.statusListIndex, String(issued.index))
  assert(!proofHolds({ ...document, id: 'urn:another' }))
})

test('a presentation by icn is valid in JavaScript, and in icn for its verifier only', () => {
  const issued = folder.json('credential', 'issue', 'bob')
  const file = folder.file('held.json', issued.credential)
  const shown = folder.json('credential', 'present', file, '--audience', audience, '--challenge', '8f2c', '--as', 'bob')
  const presentation = JSON.parse(shown.presentation)
  assert(proofHolds(presentation))
  assert.equal(presentation.proof.challenge, '8f2c')
  assert.equal(presentation.holder, JSON.parse(issued.credential).credentialSubject.id)
  const sent = folder.file('shown.json', shown.presentation)
  const seen = folder.json('credential', 'verify', sent, '--audience', audience, '--challenge', '8f2c')
  assert.deepEqual([seen.of_scope, seen.presented, seen.status], [true, true, 'valid'])
  folder.run(['credential', 'verify', sent, '--audience', audience, '--challenge', 'other'], { code: 106 })
  folder.run(['credential', 'verify', sent], { code: 101 })
  // Another than the subject shows it.
  const stolen = folder.json('credential', 'present', file, '--audience', audience, '--challenge', '1', '--as', 'alice')
  const theft = folder.file('stolen.json', stolen.presentation)
  folder.run(['credential', 'verify', theft, '--audience', audience, '--challenge', '1'], { code: 106 })
})

test('a document that JavaScript signs is valid in icn, and no changed one is', () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519')
  const document = {
    '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://example.org/#' }],
    type: ['VerifiableCredential', 'Example'],
    issuer: { id: didOf(publicKey), name: 'Grüße 🂡' },
    validFrom: '2020-01-01T00:00:00+02:00',
    credentialSubject: { id: 'did:example:1', numbers: [1e21, 0.000001, 1e-7, 4.5, -0], '\u20ac': true, '\ufb33': null }
  }
  const good = sign(document, privateKey, 'assertionMethod')
  const seen = folder.json('credential', 'verify', folder.file('js.json', JSON.stringify(good, null, 3)))
  assert.deepEqual([seen.issuer, seen.of_scope, seen.status, seen.subject], [didOf(publicKey), false, 'none', 'did:example:1'])
  const wrong = [
    { ...good, credentialSubject: { ...good.credentialSubject, id: 'did:example:2' } },
    { ...good, issuer: didOf(crypto.generateKeyPairSync('ed25519').publicKey) },
    sign({ ...document, validUntil: '2021-01-01T00:00:00Z' }, privateKey, 'assertionMethod'),
    sign(document, privateKey, 'authentication')
  ]
  for (const one of wrong) {
    const file = folder.file('wrong.json', JSON.stringify(one))
    assert.throws(() => folder.json('credential', 'verify', file), /exit code/)
  }
})

test('a status list of icn says in JavaScript what is revoked', () => {
  const kept = folder.json('credential', 'issue', 'alice')
  const taken = folder.json('credential', 'issue', 'bob')
  folder.json('credential', 'revoke', String(taken.index))
  const list = JSON.parse(folder.json('credential', 'status').status_list)
  assert(proofHolds(list))
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'))
  assert(bits.length >= 16384)
  const bit = (index) => (bits[index >> 3] >> (7 - (index & 7))) & 1
  assert.deepEqual([bit(kept.index), bit(taken.index)], [0, 1])
  folder.run(['credential', 'verify', folder.file('taken.json', taken.credential)], { code: 106 })
  assert.equal(folder.json('credential', 'verify', folder.file('kept.json', kept.credential)).status, 'valid')
})

const hasher = (data, algorithm) => {
  assert.equal(algorithm, 'sha-256')
  return new Uint8Array(sha256(typeof data === 'string' ? data : Buffer.from(data)))
}
const verifyJws = (key) => async (data, signature) =>
  crypto.verify(null, Buffer.from(data), key, Buffer.from(signature, 'base64url'))
const signJws = (key) => async (data) => crypto.sign(null, Buffer.from(data), key).toString('base64url')

test('a selective credential of icn is read by @sd-jwt/core, with what is disclosed alone', async () => {
  const issued = folder.json('credential', 'issue', 'bob', '--selective')
  const file = folder.file('selective.txt', issued.credential)
  const shown = folder.json('credential', 'present', file, '--audience', audience, '--challenge', 'nonce-1',
    '--disclose', 'memberOf', '--as', 'bob').presentation.trim()
  const issuer = JSON.parse(Buffer.from(issued.credential.split('.')[1], 'base64url')).iss
  const verifier = new SDJwtInstance({
    hasher,
    hashAlg: 'sha-256',
    verifier: verifyJws(keyOf(issuer)),
    kbVerifier: async (data, signature, payload) =>
      verifyJws(crypto.createPublicKey({ key: payload.cnf.jwk, format: 'jwk' }))(data, signature)
  })
  const { payload, kb } = await verifier.verify(shown, { keyBindingNonce: 'nonce-1' })
  assert(payload.memberOf.startsWith('bafy'))
  assert.deepEqual([payload.sub, payload.memberSince, payload.member], [undefined, undefined, undefined])
  assert.equal(kb.payload.aud, audience)
  await assert.rejects(verifier.verify(shown, { keyBindingNonce: 'nonce-2' }))
  const sent = folder.file('selective-shown.txt', shown)
  const seen = folder.json('credential', 'verify', sent, '--audience', audience, '--challenge', 'nonce-1')
  assert.deepEqual([seen.form, seen.presented, seen.of_scope], ['selective', true, true])
})

test('a selective credential of @sd-jwt/core is read by icn', async () => {
  const issuer = crypto.generateKeyPairSync('ed25519')
  const holder = crypto.generateKeyPairSync('ed25519')
  const did = didOf(issuer.publicKey)
  const instance = new SDJwtInstance({
    hasher,
    hashAlg: 'sha-256',
    signAlg: 'EdDSA',
    signer: signJws(issuer.privateKey),
    verifier: verifyJws(issuer.publicKey),
    kbSignAlg: 'EdDSA',
    kbSigner: signJws(holder.privateKey),
    saltGenerator: async (length) => crypto.randomBytes(length).toString('base64url')
  })
  const claims = {
    iss: did,
    vct: 'Example',
    name: 'Bob',
    address: { city: 'Graz', street: 'Ring' },
    colours: ['red', 'green'],
    cnf: { jwk: holder.publicKey.export({ format: 'jwk' }) }
  }
  const held = await instance.issue(claims, { _sd: ['name'], address: { _sd: ['city'] }, colours: { _sd: [1] } },
    { header: { typ: 'dc+sd-jwt', kid: `${did}#${did.split(':').pop()}` } })
  const now = Math.floor(Date.now() / 1000)
  const shown = await instance.present(held, { address: { city: true }, colours: { 1: true } },
    { kb: { payload: { iat: now, aud: audience, nonce: 'n' } } })
  const sent = folder.file('theirs.txt', shown)
  const seen = folder.json('credential', 'verify', sent, '--audience', audience, '--challenge', 'n')
  assert.deepEqual([seen.issuer, seen.presented, seen.status], [did, true, 'none'])
  assert.deepEqual([seen.claims.address, seen.claims.colours, seen.claims.name],
    [{ street: 'Ring', city: 'Graz' }, ['red', 'green'], undefined])
  folder.run(['credential', 'verify', sent, '--audience', audience, '--challenge', 'm'], { code: 106 })
})

// Invalid input is refused, reported with its offset, and leaves nothing behind. `theirs` says whether the npm packages
// refuse or accept the same bytes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CarBlockIterator } from '@ipld/car'
import * as dagCbor from '@ipld/dag-cbor'
import * as dagJson from '@ipld/dag-json'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as digest from 'multiformats/hashes/digest'
import { identity } from 'multiformats/hashes/identity'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import { Folder, block, carOf, exampleDag, exits, headerLength } from './support.mjs'

let folder
let dag
let good
before(async () => {
  folder = new Folder().init()
  dag = await exampleDag()
  good = await carOf([dag[0].cid], dag)
})
after(() => folder.remove())

// Everything that a careful user of the package checks: the header, each section, each hash.
async function theirsTakes (car) {
  try {
    for await (const { cid, bytes } of await CarBlockIterator.fromBytes(car)) {
      if (cid.multihash.code === sha256.code) {
        assert.deepEqual(cid.multihash.digest, (await sha256.digest(bytes)).digest, 'another hash')
      }
    }
    return 'take'
  } catch {
    return 'refuse'
  }
}

async function refused (car, { code, says, theirs }) {
  const before = folder.json('dag', 'stat').blocks
  const told = folder.run(['dag', 'import', folder.file('bad.car', car)], { code })
  assert.match(told, says)
  assert.match(told, /nothing was imported/)
  assert.equal(folder.json('dag', 'stat').blocks, before, 'nothing was stored')
  assert.equal(await theirsTakes(car), theirs)
}

const edited = (edit) => { const car = Buffer.from(good); edit(car); return car }
const header = (hex) => Buffer.concat([Buffer.from([hex.length / 2]), Buffer.from(hex, 'hex')])
const sections = () => good.subarray(headerLength(good))

test('archives cut off in a section', async () => {
  for (const length of [1, 20, 58, 60, 100, 204, 206, 300, good.length - 1]) {
    await refused(good.subarray(0, length),
      { code: exits.invalidFormat, says: /archive: byte \d+: .*(early|without end|without a CID)/, theirs: 'refuse' })
  }
})

test('an empty file', () => refused(Buffer.alloc(0),
  { code: exits.invalidFormat, says: /byte 0: the archive is empty/, theirs: 'refuse' }))

test('a block whose bytes do not match its CID', () => refused(edited((car) => { car[car.length - 1] ^= 1 }),
  { code: exits.invalidFormat, says: /byte \d+: block bafkrei\w+: its bytes do not match its CID/, theirs: 'refuse' }))

test('headers of another version or form', async () => {
  const cases = [
    ['a265726f6f7473806776657273696f6e03', exits.unsupportedVersion, /version 3; this program reads CARv1 and CARv2/, 'refuse'],
    ['a26776657273696f6e0165726f6f747380', exits.invalidFormat, /field 'roots'/, 'take'],
    ['a16776657273696f6e01', exits.invalidFormat, /malformed for version 1/, 'refuse'],
    ['a265726f6f7473f66776657273696f6e01', exits.invalidFormat, /field 'roots'/, 'refuse'],
    ['a265726f6f7473806776657273696f6e1801', exits.invalidFormat, /field 'version'/, 'refuse'],
    ['a0', exits.invalidFormat, /header/, 'refuse']
  ]
  for (const [hex, code, says, theirs] of cases) {
    await refused(Buffer.concat([header(hex), sections()]), { code, says, theirs })
  }
})

test('an empty section', () => refused(Buffer.concat([good, Buffer.from([0])]),
  { code: exits.invalidFormat, says: /an empty section/, theirs: 'refuse' }))

test('a length in more bytes than it needs', () => refused(
  Buffer.concat([good.subarray(0, good.length - 38), Buffer.from([0xa5, 0x00]), good.subarray(good.length - 37)]),
  { code: exits.invalidFormat, says: /a varint longer than needed/, theirs: 'take' }))

test('blocks that no CID of icn names, reported by their name', async () => {
  const text = new TextEncoder().encode('{"a":1}')
  const cids = [
    CID.createV0(await sha256.digest(dag[1].bytes)),
    CID.createV1(dagJson.code, await sha256.digest(text)),
    CID.createV1(raw.code, await sha512.digest(text)),
    CID.createV1(raw.code, identity.digest(text)),
    CID.createV1(dagCbor.code, digest.create(0xb220, new Uint8Array(32)))
  ]
  for (const cid of cids) {
    const bytes = cid.version === 0 ? dag[1].bytes : text
    await refused(await carOf([dag[0].cid], [...dag, { cid, bytes }]),
      { code: exits.unsupported, says: new RegExp(`byte 414: block: CID ${cid}: `), theirs: 'take' })
    await refused(await carOf([cid], [{ cid, bytes }]),
      { code: exits.unsupported, says: new RegExp(`root 0: CID ${cid}: `), theirs: 'take' })
  }
})

test('a root that is nowhere', async () => {
  const nowhere = await block(raw, new TextEncoder().encode('nowhere'))
  await refused(await carOf([nowhere.cid], dag),
    { code: exits.missingData, says: new RegExp(`root ${nowhere.cid} is neither`), theirs: 'take' })
})

test('a block larger than blocks may be', async () => {
  const large = await block(raw, new Uint8Array(2 * 1024 * 1024 + 1))
  await refused(await carOf([large.cid], [large]),
    { code: exits.limitExceeded, says: /block bafkrei\w+ of 2,097,153 bytes/, theirs: 'take' })
})

test('CARv2 archives with a wrong header or index', async () => {
  folder.run(['dag', 'import', folder.file('good.car', good)])
  const file = `${folder.path}/v2.car`
  folder.run(['dag', 'export', `${dag[0].cid}`, '--out', file, '--force', '--car-version', '2'])
  const { readFileSync } = await import('node:fs')
  const v2 = readFileSync(file)
  const cases = [
    [(car) => car.writeBigUInt64LE(50n, 27), /places its data/, 'refuse'],
    [(car) => car.writeBigUInt64LE(BigInt(good.length + 100), 35), /places its index/, 'refuse'],
    [(car) => car.writeBigUInt64LE(BigInt(good.length - 1), 35), /passes the end of the data/, 'refuse'],
    [(car) => { car[car.length - 1] = 1 }, /an index entry that names no section/, 'take'],
    [(car) => { car[11] = 0x80 }, null, 'take']
  ]
  for (const [edit, says, theirs] of cases) {
    const car = Buffer.from(v2)
    edit(car)
    if (says) await refused(car, { code: exits.invalidFormat, says, theirs })
    else folder.run(['dag', 'import', folder.file('fine.car', car)])
  }
  await refused(v2.subarray(0, v2.length - 1), { code: exits.invalidFormat, says: /ends early/, theirs: 'take' })
  await refused(v2.subarray(0, 30), { code: exits.invalidFormat, says: /the CARv2 header that ends early/, theirs: 'refuse' })
})

// Bytes that are CBOR but not canonical dag-cbor.
const bad = [
  ['9f01ff', 'an array of no definite length', 'refuse'],
  ['bf6161 01ff', 'a map of no definite length', 'refuse'],
  ['5f4101ff', 'bytes of no definite length', 'refuse'],
  ['1801', 'the integer 1 in two bytes', 'refuse'],
  ['190001', 'the integer 1 in three bytes', 'refuse'],
  ['3800', 'the integer -1 in two bytes', 'refuse'],
  ['6261', 'text that ends early', 'refuse'],
  ['61ff', 'text that is not UTF-8', 'take'],
  ['c000', 'tag 0', 'refuse'],
  ['d82a00', 'a link that is not bytes', 'refuse'],
  ['d82a4401550000', 'a link without the prefix 0', 'refuse'],
  ['f97e00', 'NaN in two bytes', 'refuse'],
  ['fb7ff8000000000000', 'NaN', 'refuse'],
  ['fb7ff0000000000000', 'infinity', 'refuse'],
  ['f93e00', '1.5 in two bytes', 'take'],
  ['fa3fc00000', '1.5 in four bytes', 'take'],
  ['f7', 'undefined', 'take'],
  ['f0', 'an unknown simple value', 'refuse'],
  ['a2616201616102', 'keys out of order', 'take'],
  ['a2626161016162 02', 'a longer key before a shorter one', 'take'],
  ['a2616101616102', 'a key twice', 'refuse'],
  ['a10102', 'a key that is not text', 'refuse'],
  ['0000', 'a second value behind the first', 'refuse'],
  ['', 'no bytes', 'refuse'],
  ['ff', 'a break alone', 'refuse']
]
for (const [hex, what, theirs] of bad) {
  test(`dag-cbor that is not canonical: ${what}`, async () => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const file = folder.file('value', bytes)
    assert.match(folder.run(['cid', '--codec', 'dag-cbor', file], { code: exits.invalidFormat }), /dag-cbor: .* at byte \d/)
    folder.run(['cid', '--codec', 'raw', file])
    const cid = CID.createV1(dagCbor.code, await sha256.digest(bytes))
    const told = folder.run(['dag', 'import', folder.file('bad.car', await carOf([cid], [{ cid, bytes }]))],
      { code: exits.invalidFormat })
    assert.match(told, new RegExp(`block ${cid}: dag-cbor: `))
    let took = 'take'
    try { dagCbor.decode(bytes) } catch { took = 'refuse' }
    assert.equal(took, theirs)
  })
}

test('a block above the limit has no dag-cbor CID', () => {
  const file = folder.file('large', Buffer.alloc(2 * 1024 * 1024 + 1))
  assert.match(folder.run(['cid', '--codec', 'dag-cbor', file], { code: exits.limitExceeded }), /longer than the longest block/)
})

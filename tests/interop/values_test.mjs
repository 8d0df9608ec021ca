// Values: the dag-cbor of @ipld/dag-cbor is canonical here, ours is canonical there, and both read the same value.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import * as dagCbor from '@ipld/dag-cbor'
import * as dagJson from '@ipld/dag-json'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { Folder, block, carOf, exampleDag, seeded } from './support.mjs'

let folder
before(() => { folder = new Folder().init() })
after(() => folder.remove())

const link = CID.parse('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')
const vectors = [
  null, true, false, '', 'x', 'grüße', '\u0000\u001f"\\\n', '🂡', [], {}, new Uint8Array(), new Uint8Array([0, 255]), link,
  0, 23, 24, 255, 256, 65535, 65536, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, 2n ** 64n - 1n,
  -1, -24, -25, -256, -257, -65536, -65537, -4294967296, Number.MIN_SAFE_INTEGER, -(2n ** 63n), -(2n ** 64n),
  [1, [2, [3, [4]]]], { a: { b: { c: { d: null } } } }, { b: 1, a: 2, aa: 3, '': 4, B: 5 },
  { links: [link, { deep: link }], bytes: new Uint8Array([1, 2, 3]) }, Array.from({ length: 300 }, (_, i) => i)
]
const floats = [1e-6, 1e-7, -1.25e-8, 1e21, 1e22, 1.5e300, 123456.75, 0.5, 1.5, -1.5, 1e300, 5e-324, 1.7976931348623157e308, 3.141592653589793, [0.1, { x: -0.2 }]]

// Values of every kind, nested; the same ones on every machine.
function randomValue (random, depth) {
  const text = () => Array.from({ length: random(8) }, () => String.fromCodePoint(32 + random(1000))).join('')
  const number = () => BigInt.asUintN(64, BigInt(random(2 ** 31)) ** BigInt(1 + random(3)))
  switch (random(depth > 3 ? 6 : 8)) {
    case 0: return random(2) === 0
    case 1: return null
    case 2: return number()
    case 3: return -1n - number()
    case 4: return text()
    case 5: return random(3) === 0 ? link : Uint8Array.from({ length: random(30) }, () => random(256))
    case 6: return Array.from({ length: random(5) }, () => randomValue(random, depth + 1))
    default: return Object.fromEntries(Array.from({ length: random(5) }, () => [text(), randomValue(random, depth + 1)]))
  }
}

// Their bytes have the same CID here and there, and are returned as bytes and as DAG-JSON.
async function check (values, sameText) {
  const blocks = []
  for (const value of values) blocks.push(await block(dagCbor, value))
  folder.run(['dag', 'import', folder.file('in.car', await carOf([], blocks))])
  for (const { cid, bytes } of blocks) {
    assert.equal(folder.line('cid', '--codec', 'dag-cbor', folder.file('value', bytes)), `${cid}`)
    assert.deepEqual(folder.run(['dag', 'get', `${cid}`]), Buffer.from(bytes))
    const text = folder.line('dag', 'get', `${cid}`, '--as', 'dag-json')
    assert.deepEqual(dagJson.decode(new TextEncoder().encode(text)), dagCbor.decode(bytes))
    if (sameText) assert.equal(text, new TextDecoder().decode(dagJson.encode(dagCbor.decode(bytes))))
  }
}

test('values of every kind, to the last byte of their DAG-JSON', () => check(vectors, true))
test('floats, to the last byte of their DAG-JSON', () => check(floats, true))
test('random values', () => {
  const random = seeded(2025)
  return check(Array.from({ length: 60 }, () => randomValue(random, 0)), true)
})

test('dag-pb and raw blocks have the DAG-JSON of the packages too', async () => {
  const dag = await exampleDag()
  folder.run(['dag', 'import', folder.file('in.car', await carOf([dag[0].cid], dag))])
  const codecs = { [dagPb.code]: dagPb, [raw.code]: raw, [dagCbor.code]: dagCbor }
  for (const { cid, bytes } of dag) {
    assert.equal(folder.line('dag', 'get', `${cid}`, '--as', 'dag-json'),
      new TextDecoder().decode(dagJson.encode(codecs[cid.code].decode(bytes))))
  }
})

test('bodies that icn signs decode there, and encode to the same bytes', () => {
  const golden = `${process.env.ICN_SOURCE}/tests/golden`
  const names = fs.readdirSync(golden).filter((name) => name.endsWith('.cbor'))
  assert(names.length >= 15)
  for (const name of names) {
    const bytes = fs.readFileSync(`${golden}/${name}`)
    assert.deepEqual(Buffer.from(dagCbor.encode(dagCbor.decode(bytes))), bytes, name)
  }
})

test('blocks of a real job decode there', async () => {
  const run = ['job', 'run', `${process.env.ICN_GUESTS}/word_count.wasm`, '--json']
  const report = JSON.parse(folder.run(run, { input: 'one two three\n' }))
  const file = `${folder.path}/receipt.car`
  folder.run(['dag', 'export', report.receipt, '--out', file])
  const { CarReader } = await import('@ipld/car')
  const reader = await CarReader.fromBytes(fs.readFileSync(file))
  const signed = dagCbor.decode((await reader.get(CID.parse(report.receipt))).bytes)
  const receipt = dagCbor.decode((await reader.get(signed.receipt)).bytes)
  assert.equal(`${receipt.job}`, report.job_id)
  assert.equal(receipt.outcome.kind, 'ok')
  const output = (await reader.get(receipt.output)).bytes
  assert.equal(new TextDecoder().decode(output), folder.run(['job', 'output', report.job_id]).toString())
})

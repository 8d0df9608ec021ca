// Archives in both directions: @ipld/car opens icn's exports, and icn imports the archives of @ipld/car.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { CarBlockIterator, CarIndexedReader, CarIndexer, CarReader } from '@ipld/car'
import * as dagCbor from '@ipld/dag-cbor'
import * as dagPb from '@ipld/dag-pb'
import { unixfs } from '@helia/unixfs'
import { MemoryBlockstore } from 'blockstore-core'
import { exporter } from 'ipfs-unixfs-exporter'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { Folder, MiB, block, carOf, content, exampleDag, seeded } from './support.mjs'

let folder
before(() => { folder = new Folder().init() })
after(() => folder.remove())

function exported (roots, version = 1) {
  const file = `${folder.path}/out.car`
  const told = folder.json('dag', 'export', ...roots.map(String), '--out', file, '--force', '--car-version', `${version}`)
  assert.deepEqual(told.roots, roots.map(String))
  return { told, bytes: fs.readFileSync(file), file }
}

async function blocksOf (bytes) {
  const blocks = []
  for await (const each of await CarBlockIterator.fromBytes(bytes)) blocks.push(each)
  return blocks
}

async function checkHashes (blocks) {
  for (const { cid, bytes } of blocks) {
    assert.deepEqual(cid.multihash.digest, (await sha256.digest(bytes)).digest, `${cid}`)
  }
}

// A MultihashIndexSorted index (https://ipld.io/specs/transport/car/carv2/) as digest → offset in the data.
function parseIndex (bytes) {
  assert.deepEqual([...bytes.subarray(0, 2)], [0x81, 0x08])
  assert.equal(bytes.readUInt32LE(2), 1, 'one hash function')
  assert.equal(bytes.readBigUInt64LE(6), 0x12n, 'sha2-256')
  assert.equal(bytes.readUInt32LE(14), 1, 'one width')
  assert.equal(bytes.readUInt32LE(18), 40)
  const length = Number(bytes.readBigUInt64LE(22))
  assert.equal(30 + length, bytes.length)
  const index = new Map()
  for (let at = 30; at < bytes.length; at += 40) {
    index.set(bytes.subarray(at, at + 32).toString('hex'), Number(bytes.readBigUInt64LE(at + 32)))
  }
  return index
}

test('a stored file leaves as an archive that holds its blocks', async () => {
  const bytes = content(3 * MiB + 17)
  const cid = folder.line('dag', 'put', folder.file('file', bytes))
  for (const version of [1, 2]) {
    const { told, bytes: car, file } = exported([cid], version)
    assert.equal(told.car_version, version)
    const reader = await CarReader.fromBytes(car)
    assert.equal(reader.version, version)
    assert.deepEqual((await reader.getRoots()).map(String), [cid])
    const blocks = await blocksOf(car)
    await checkHashes(blocks)
    assert.equal(blocks.length, 5)
    assert.equal(told.blocks, 5)
    assert.equal(`${blocks[0].cid}`, cid)
    const links = dagPb.decode(blocks[0].bytes).Links.map(({ Hash }) => `${Hash}`)
    assert.deepEqual(blocks.slice(1).map((each) => `${each.cid}`), links, 'leaves in the order of the file')
    // The IPFS exporter reassembles the file from the archive alone.
    const indexed = await CarIndexedReader.fromFile(file)
    const store = { async * get (wanted) { yield (await indexed.get(wanted)).bytes } }
    const pieces = []
    for await (const piece of (await exporter(cid, store)).content()) pieces.push(piece)
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes))
    await indexed.close()
  }
})

test('the index of a CARv2 has the offsets that CarIndexer finds', async () => {
  const cid = folder.line('dag', 'put', folder.file('file', content(5 * MiB)))
  const { bytes } = exported([cid], 2)
  const dataOffset = Number(bytes.readBigUInt64LE(27))
  const index = parseIndex(bytes.subarray(Number(bytes.readBigUInt64LE(43))))
  let blocks = 0
  for await (const entry of await CarIndexer.fromBytes(bytes)) {
    ++blocks
    assert.equal(index.get(Buffer.from(entry.cid.multihash.digest).toString('hex')), entry.offset - dataOffset)
  }
  assert.equal(blocks, 6)
  assert.equal(index.size, 6)
})

test('an archive of @ipld/car comes in, and goes out as it came', async () => {
  const dag = await exampleDag()
  const car = await carOf([dag[0].cid], dag)
  assert.equal(folder.line('dag', 'import', folder.file('in.car', car)), `${dag[0].cid}`)
  for (const { cid, bytes } of dag) {
    assert.deepEqual(folder.run(['dag', 'get', `${cid}`, '--as', 'raw']), Buffer.from(bytes), `${cid}`)
  }
  assert.deepEqual(exported([dag[0].cid]).bytes, car)
  folder.run(['dag', 'verify', `${dag[0].cid}`])
  // The same archive as in tests/golden, which the unit tests read.
  assert.deepEqual(fs.readFileSync(`${process.env.ICN_SOURCE}/tests/golden/archive_v1.car`), car)
})

test('ls and tree show what the packages decode', async () => {
  const [root, files, a, b] = await exampleDag()
  folder.run(['dag', 'import', folder.file('in.car', await carOf([root.cid], [root, files, a, b]))])
  assert.deepEqual(folder.json('dag', 'ls', `${files.cid}`).links,
    dagPb.decode(files.bytes).Links.map(({ Name, Hash, Tsize }) => ({ name: Name, cid: `${Hash}`, size: Tsize })))
  assert.deepEqual(folder.json('dag', 'ls', `${root.cid}`).links.map(({ name, cid }) => [name, cid]),
    [['files', `${files.cid}`], ['first', `${a.cid}`]])
  const nodes = folder.json('dag', 'tree', `${root.cid}`).nodes
  assert.deepEqual(nodes.map(({ depth, name, cid }) => [depth, name, cid]),
    [[0, '', `${root.cid}`], [1, 'files', `${files.cid}`], [2, 'a', `${a.cid}`], [2, 'bb', `${b.cid}`],
      [1, 'first', `${a.cid}`]])
})

test('several roots, blocks that come twice or stand alone, and no roots', async () => {
  const alone = await block(raw, new TextEncoder().encode('alone'))
  const dag = await exampleDag()
  const roots = [dag[0].cid, alone.cid, dag[1].cid]
  const car = await carOf(roots, [alone, ...dag, alone, dag[2]])
  assert.deepEqual(folder.line('dag', 'import', folder.file('in.car', car)).split('\n'), roots.map(String))
  assert.deepEqual(folder.run(['dag', 'cat', `${alone.cid}`]).toString(), 'alone')
  const out = exported(roots)
  const reader = await CarReader.fromBytes(out.bytes)
  assert.deepEqual((await reader.getRoots()).map(String), roots.map(String))
  assert.equal((await blocksOf(out.bytes)).length, 5, 'each block once')
  const told = folder.json('dag', 'import', folder.file('none.car', await carOf([], [alone])))
  assert.deepEqual(told, { roots: [], car_version: 1, blocks: 1, bytes: 5 })
})

test('five thousand small blocks come in and go out', async () => {
  const random = seeded(1)
  const leaves = []
  for (let i = 0; i < 5000; ++i) leaves.push(await block(dagCbor, { i, text: 'x'.repeat(random(40)) }))
  const root = await block(dagCbor, leaves.map(({ cid }) => cid))
  const car = await carOf([root.cid], [root, ...leaves])
  assert.equal(folder.line('dag', 'import', folder.file('in.car', car)), `${root.cid}`)
  assert.deepEqual(exported([root.cid]).bytes, car)
})

test('a CARv2 around their CARv1 comes in, with and without padding', async () => {
  const dag = await exampleDag()
  const data = await carOf([dag[0].cid], dag)
  for (const padding of [0, 1413]) {
    const head = Buffer.alloc(51 + padding)
    Buffer.from('0aa16776657273696f6e02', 'hex').copy(head)
    head.writeBigUInt64LE(BigInt(head.length), 27)
    head.writeBigUInt64LE(BigInt(data.length), 35)
    const car = Buffer.concat([head, data])
    assert.equal((await blocksOf(car)).length, 4, '@ipld/car reads it')
    assert.equal(folder.line('dag', 'import', folder.file('in.car', car)), `${dag[0].cid}`)
  }
})

test('a folder that helia made comes in with its names, and its files with their bytes', async () => {
  const store = new MemoryBlockstore()
  const helia = unixfs({ blockstore: store })
  const options = { profile: 'unixfs-v1-2025' }
  const large = content(2 * MiB + 5)
  let root
  for await (const entry of helia.addAll([
    { path: 'top/large.bin', content: large },
    { path: 'top/grüße.txt', content: new TextEncoder().encode('hallo') }
  ], options)) root = entry.cid
  const blocks = []
  // From the root down: the store lists its blocks without their codecs.
  for (const open = [root]; open.length > 0;) {
    const cid = open.pop()
    const pieces = []
    for await (const piece of store.get(cid)) pieces.push(piece)
    blocks.push({ cid, bytes: Buffer.concat(pieces) })
    if (cid.code === dagPb.code) open.push(...dagPb.decode(blocks.at(-1).bytes).Links.map(({ Hash }) => Hash))
  }
  const top = folder.line('dag', 'import', folder.file('in.car', await carOf([root], blocks)))
  assert.equal(top, `${root}`)
  const names = folder.json('dag', 'ls', top).links
  // addAll names the folder above, or the folder itself.
  const inside = names[0].name === 'top' ? folder.json('dag', 'ls', names[0].cid).links : names
  assert.deepEqual(inside.map(({ name }) => name).sort(), ['grüße.txt', 'large.bin'])
  const cidOf = (name) => inside.find((entry) => entry.name === name).cid
  assert.deepEqual(folder.run(['dag', 'cat', cidOf('large.bin')]), Buffer.from(large))
  assert.equal(folder.run(['dag', 'cat', cidOf('grüße.txt')]).toString(), 'hallo')
  assert.equal(cidOf('large.bin'), folder.line('cid', folder.file('large', large)))
  assert.deepEqual(await blocksOf(exported([root]).bytes).then((all) => all.map(({ cid }) => `${cid}`).sort()),
    blocks.map(({ cid }) => `${cid}`).sort())
  assert(CID.parse(top).equals(root))
})

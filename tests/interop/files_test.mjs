// The CID of a file is the one that helia computes for it under the profile unixfs-v1-2025.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { unixfs } from '@helia/unixfs'
import { MemoryBlockstore } from 'blockstore-core'
import * as raw from 'multiformats/codecs/raw'
import { Folder, MiB, content } from './support.mjs'

const GiB = 1024 * MiB
let folder
before(() => { folder = new Folder().init() })
after(() => folder.remove())

// Does not keep leaves, which would duplicate the file.
class NodesOnly extends MemoryBlockstore {
  put (cid, bytes, options) {
    return cid.code === raw.code ? cid : super.put(cid, bytes, options)
  }
}

async function heliaCid (source) {
  const helia = unixfs({ blockstore: new NodesOnly() })
  return `${await helia.addByteStream(source, { profile: 'unixfs-v1-2025' })}`
}

for (const size of [0, 1, 262_144, MiB - 1, MiB, MiB + 1, 3 * MiB, 7 * MiB + 12345]) {
  test(`${size} bytes`, async () => {
    const bytes = content(size)
    const file = folder.file('file', bytes)
    const expected = await heliaCid([bytes])
    assert.equal(folder.line('cid', file), expected)
    assert.equal(folder.line('cid', '--codec', 'unixfs', file), expected)
    assert.deepEqual(folder.json('cid', file), { cid: expected, codec: 'unixfs', bytes: size })
    assert.equal(folder.run(['cid', '-'], { input: bytes }).toString().trimEnd(), expected)
    assert.equal(folder.line('dag', 'put', file), expected)
    assert.deepEqual(folder.run(['dag', 'cat', expected]), Buffer.from(bytes))
    assert.deepEqual(folder.run(['dag', 'get', expected]), Buffer.from(bytes))
  })
}

// 1,024 leaves fill one node; one byte more needs a second level. Each leaf begins with its number, the rest of the
// file is a hole.
for (const size of [GiB, GiB + 1]) {
  test(`${size} bytes: ${size === GiB ? 'one full node' : 'a node above it'}`, async () => {
    const path = folder.file('large', '')
    const file = fs.openSync(path, 'r+')
    fs.ftruncateSync(file, size)
    const number = Buffer.alloc(4)
    for (let at = 0; at < GiB; at += MiB) {
      number.writeUInt32BE(at / MiB)
      fs.writeSync(file, number, 0, 4, at)
    }
    fs.closeSync(file)
    assert.equal(folder.line('cid', path), await heliaCid(fs.createReadStream(path, { highWaterMark: MiB })))
  })
}

test('a job’s output has the CID that helia computes', async () => {
  const lines = []
  for (let i = 0; i < 60_000; ++i) lines.push(`${Math.imul(i, 2654435761) >>> 0} line of the input\n`)
  const run = ['job', 'run', `${process.env.ICN_GUESTS}/sort_lines.wasm`, '--json']
  const report = JSON.parse(folder.run(run, { input: lines.join('') }))
  assert.equal(report.outcome, 'ok')
  const output = folder.run(['job', 'output', report.job_id])
  assert.equal(output.toString(), lines.sort().join(''))
  assert(output.length > MiB)
  assert.equal(folder.json('job', 'output', report.job_id).output_cid, await heliaCid([output]))
})

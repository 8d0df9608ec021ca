// Folders: their CIDs are those that ipfs-unixfs-importer computes under the profile unixfs-v1-2025, small or sharded, and
// its exporter reads ours.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { MemoryBlockstore } from 'blockstore-core'
import { importer } from 'ipfs-unixfs-importer'
import { Folder, content } from './support.mjs'

let folder
before(() => { folder = new Folder().init() })
after(() => folder.remove())

// Writes the files of a map of paths, and returns the folder.
function written (name, files) {
  const root = path.join(folder.path, name)
  fs.mkdirSync(root)
  for (const [file, bytes] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    fs.writeFileSync(path.join(root, file), bytes)
  }
  return root
}

async function importedCid (files) {
  const source = Object.entries(files).map(([file, bytes]) => ({ path: file, content: bytes }))
  let last
  for await (const entry of importer(source, new MemoryBlockstore(), { profile: 'unixfs-v1-2025', wrapWithDirectory: true })) {
    last = entry
  }
  return `${last.cid}`
}

const few = { a: content(1), 'b c': content(1000), 'sub/deep/x': content(3_000_000), 'sub/ü': content(0), '.hidden': content(5) }
const sharded = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`file-${i}`, Buffer.from(`${i}`)]))

for (const [name, files] of Object.entries({ few, many: sharded(2000), sharded: sharded(9000) })) {
  test(`${name}: the importer's CID`, async () => {
    const root = written(name, files)
    const cid = folder.line('dag', 'put', root)
    assert.equal(cid, await importedCid(files))
    const listed = folder.json('dag', 'ls', cid).links.map((link) => link.name)
    const names = [...new Set(Object.keys(files).map((file) => file.split('/')[0]))]
    assert.deepEqual(listed, names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    const first = Object.keys(files)[Math.floor(names.length / 2)]
    assert.deepEqual(folder.run(['dag', 'cat', `${cid}/${first}`]), Buffer.from(files[first]))
  })
}

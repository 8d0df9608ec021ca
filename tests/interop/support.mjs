// Shared by the interop tests: the icn program on its own data folder, and blocks made by the npm packages.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as dagCbor from '@ipld/dag-cbor'
import * as dagPb from '@ipld/dag-pb'
import { CarWriter } from '@ipld/car'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

const program = process.env.ICN
assert(program, 'ICN names the icn program')

// Exit codes of the error table (docs/ERRORS.md).
export const exits = { invalidFormat: 101, limitExceeded: 103, unsupported: 117, unsupportedVersion: 119, missingData: 122 }
export const MiB = 1024 * 1024

export class Folder {
  constructor () {
    this.path = fs.mkdtempSync(path.join(os.tmpdir(), 'icn-interop-'))
    this.data = path.join(this.path, 'data')
  }

  file (name, bytes) {
    const file = path.join(this.path, name)
    fs.writeFileSync(file, bytes)
    return file
  }

  // Runs icn; `code` is the expected exit code. Returns standard output, or standard error when it is expected to fail.
  run (args, { code = 0, input = undefined } = {}) {
    const run = spawnSync(program, ['--data', this.data, ...args], { input, maxBuffer: 1 << 30 })
    assert.ifError(run.error)
    assert.equal(run.status, code, `icn ${args.join(' ')}: exit code ${run.status}\n${run.stdout}${run.stderr}`)
    return code === 0 ? run.stdout : run.stderr.toString()
  }

  line (...args) {
    return this.run(args).toString().trimEnd()
  }

  json (...args) {
    return JSON.parse(this.run([...args, '--json']))
  }

  init () {
    this.run(['init', '--development'])
    return this
  }

  remove () {
    fs.rmSync(this.path, { recursive: true, force: true })
  }
}

export async function block (codec, value) {
  const bytes = codec.encode(value)
  return { bytes, cid: CID.createV1(codec.code, await sha256.digest(bytes)) }
}

// A dag-cbor root over a folder of two files, the DAG of tests/golden/archive_v1.car, in depth-first order.
export async function exampleDag () {
  const text = (string) => new TextEncoder().encode(string)
  const a = await block(raw, text('a'))
  const b = await block(raw, text('b'))
  const folder = await block(dagPb, {
    Data: new Uint8Array([8, 1]),
    Links: [{ Name: 'a', Tsize: 1, Hash: a.cid }, { Name: 'bb', Tsize: 1, Hash: b.cid }]
  })
  const root = await block(dagCbor, { name: 'example', files: folder.cid, first: a.cid })
  return [root, folder, a, b]
}

export async function carOf (roots, blocks) {
  const { writer, out } = CarWriter.create(roots)
  const pieces = []
  const collected = (async () => { for await (const piece of out) pieces.push(piece) })()
  for (const each of blocks) await writer.put(each)
  await writer.close()
  await collected
  return Buffer.concat(pieces)
}

// The length of an archive's header, including its varint.
export function headerLength (car) {
  assert(car[0] < 0x80)
  return 1 + car[0]
}

// The bytes of a file without two equal leaves.
export function content (size) {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; ++i) bytes[i] = Math.imul(i, 2654435761) >>> 24
  return bytes
}

// A small generator, so that the values are the same on every machine.
export function seeded (seed) {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor(state / 4294967296 * bound)
  }
}

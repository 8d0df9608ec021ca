// Zero knowledge: snarkjs verifies proofs made here, proofs of snarkjs verify here, and a ceremony that snarkjs runs and
// checks makes keys for here.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as snarkjs from 'snarkjs'

const program = process.env.ICN_ZK_FILES
const power = 11
let folder, curve
const at = name => path.join(folder, name)

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'icn-zk-'))
  curve = await snarkjs.curves.getCurveFromName('bn128')
  execFileSync(program, ['make', folder])
})
after(async () => {
  await curve.terminate()
  fs.rmSync(folder, { recursive: true })
})

// Little-endian numbers of 32 bytes as decimal text.
function numbersIn (name) {
  const bytes = Buffer.from(fs.readFileSync(at(name), 'utf8'), 'hex')
  return Array.from({ length: bytes.length / 32 }, (_, i) =>
    BigInt('0x' + Buffer.from(bytes.subarray(32 * i, 32 * i + 32)).reverse().toString('hex')).toString())
}
function writeNumbers (name, numbers) {
  const one = text => Buffer.from(BigInt(text).toString(16).padStart(64, '0'), 'hex').reverse().toString('hex')
  fs.writeFileSync(at(name), numbers.map(one).join(''))
}

const g1 = ([x, y]) => [x, y, '1']
const g2 = ([x0, x1, y0, y1]) => [[x0, x1], [y0, y1], ['1', '0']]
function proofHere () {
  const n = numbersIn('proof.hex')
  return { protocol: 'groth16', curve: 'bn128', pi_a: g1(n.slice(0, 2)), pi_b: g2(n.slice(2, 6)), pi_c: g1(n.slice(6, 8)) }
}
function keyHere () {
  const n = numbersIn('verifying.hex')
  const inputs = []
  for (let i = 14; i < n.length; i += 2) inputs.push(g1(n.slice(i, i + 2)))
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: inputs.length - 1,
    vk_alpha_1: g1(n.slice(0, 2)),
    vk_beta_2: g2(n.slice(2, 6)),
    vk_gamma_2: g2(n.slice(6, 10)),
    vk_delta_2: g2(n.slice(10, 14)),
    IC: inputs
  }
}
const flat = point => point.slice(0, 2).flat()
const check = () => spawnSync(program, ['check', folder]).status

test('snarkjs verifies a proof made here, and none of another input', async () => {
  const inputs = numbersIn('inputs.hex')
  assert.equal(check(), 0)
  assert.equal(await snarkjs.groth16.verify(keyHere(), inputs, proofHere()), true)
  assert.equal(await snarkjs.groth16.verify(keyHere(), [...inputs.slice(0, -1), '1'], proofHere()), false)
})

test('a ceremony of snarkjs makes keys for here, and its proofs verify here', async () => {
  await snarkjs.powersOfTau.newAccumulator(curve, power, at('begin.ptau'))
  await snarkjs.powersOfTau.contribute(at('begin.ptau'), at('one.ptau'), 'first', 'entropy of the first')
  await snarkjs.powersOfTau.preparePhase2(at('one.ptau'), at('phase2.ptau'))
  await snarkjs.zKey.newZKey(at('circuit.r1cs'), at('phase2.ptau'), at('begin.zkey'))
  await snarkjs.zKey.contribute(at('begin.zkey'), at('final.zkey'), 'second', 'entropy of the second')
  assert.equal(await snarkjs.zKey.verifyFromR1cs(at('circuit.r1cs'), at('phase2.ptau'), at('final.zkey')), true)
  const key = await snarkjs.zKey.exportVerificationKey(at('final.zkey'))

  // Their proof, here.
  const { proof, publicSignals } = await snarkjs.groth16.prove(at('final.zkey'), at('values.wtns'))
  assert.deepEqual(publicSignals, numbersIn('inputs.hex'))
  writeNumbers('proof.hex', [...flat(proof.pi_a), ...flat(proof.pi_b), ...flat(proof.pi_c)])
  writeNumbers('verifying.hex', [...flat(key.vk_alpha_1), ...flat(key.vk_beta_2), ...flat(key.vk_gamma_2),
    ...flat(key.vk_delta_2), ...key.IC.flatMap(flat)])
  assert.equal(check(), 0)
  writeNumbers('proof.hex', [...flat(proof.pi_c), ...flat(proof.pi_b), ...flat(proof.pi_a)])
  assert.equal(check(), 1)

  // Our proof under their keys, there and here.
  execFileSync(program, ['import', folder])
  const ours = keyHere()
  for (const part of ['vk_alpha_1', 'vk_beta_2', 'vk_gamma_2', 'vk_delta_2', 'IC']) assert.deepEqual(ours[part], key[part])
  assert.equal(check(), 0)
  assert.equal(await snarkjs.groth16.verify(key, publicSignals, proofHere()), true)
})

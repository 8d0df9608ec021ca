// Verifies a receipt in this browser, from bytes alone: what the node says about it plays no part.
import * as noble from "@noble/ed25519";
import { client } from "./node.ts";

export interface Check {
  what: string;
  detail: string;
  isGood: boolean;
}

class Link {
  constructor(readonly bytes: Uint8Array) {}
}
type Value = number | bigint | string | boolean | null | Uint8Array | Link | Value[] | { [name: string]: Value };

// Strict enough for signed bodies: definite lengths, text keys, only tag 42. Throws on anything else.
export function decode(input: Uint8Array): Value {
  let at = 0;
  const take = (size: number): Uint8Array => {
    if (at + size > input.length) throw new Error("the block ends early");
    return input.subarray(at, (at += size));
  };
  const number = (info: number): bigint => {
    if (info < 24) return BigInt(info);
    if (info > 27) throw new Error("not dag-cbor");
    return take(1 << (info - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  };
  const value = (depth: number): Value => {
    if (depth > 64) throw new Error("nested too deeply");
    const first = take(1)[0]!;
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) {
      if (info === 20 || info === 21) return info === 21;
      if (info === 22) return null;
      throw new Error("not dag-cbor");
    }
    const size = number(info);
    const length = Number(size);
    switch (major) {
      case 0: return Number.isSafeInteger(length) ? length : size;
      case 1: return Number.isSafeInteger(length) ? -1 - length : -1n - size;
      case 2: return take(length).slice();
      case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(length));
      case 4: {
        if (length > input.length) throw new Error("the block ends early");
        return Array.from({ length }, () => value(depth + 1));
      }
      case 5: {
        const map: { [name: string]: Value } = Object.create(null);
        for (let i = 0; i < length; ++i) {
          const name = value(depth + 1);
          if (typeof name !== "string" || name in map) throw new Error("not dag-cbor");
          map[name] = value(depth + 1);
        }
        return map;
      }
      default: {
        const inner = value(depth + 1);
        if (size !== 42n || !(inner instanceof Uint8Array) || inner[0] !== 0) throw new Error("not dag-cbor");
        return new Link(inner.subarray(1));
      }
    }
  };
  const whole = value(0);
  if (at !== input.length) throw new Error("bytes after the block");
  return whole;
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

export function cidBytes(text: string): Uint8Array {
  let [bits, size] = [0, 0];
  const out: number[] = [];
  for (const letter of text.slice(1)) {
    bits = (bits << 5) | BASE32.indexOf(letter);
    size += 5;
    if (size >= 8) {
      out.push((bits >> (size -= 8)) & 255);
      bits &= 255;
    }
  }
  if (text[0] !== "b" || out.length !== 36 || out[0] !== 1 || out[2] !== 0x12 || out[3] !== 32)
    throw new Error(`${text} is not a CID that this page reads`);
  return Uint8Array.from(out);
}

export function cidText(bytes: Uint8Array): string {
  let [bits, size, text] = [0, 0, "b"];
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    size += 8;
    while (size >= 5) text += BASE32[(bits >> (size -= 5)) & 31];
    bits &= 255;
  }
  return size ? text + BASE32[(bits << (5 - size)) & 31] : text;
}

export function didKey(did: string): Uint8Array {
  let sum = 0n;
  for (const letter of did.replace(/^did:key:z/, "")) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) throw new Error(`${did} has no key in itself`);
    sum = sum * 58n + BigInt(digit);
  }
  const hex = sum.toString(16).padStart(68, "0");
  if (!did.startsWith("did:key:z") || hex.length !== 68 || !hex.startsWith("ed01"))
    throw new Error(`${did} is not a did:key of Ed25519`);
  return Uint8Array.from(hex.slice(4).match(/../g)!, (pair) => parseInt(pair, 16));
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const plain = (bytes: Uint8Array) => new Uint8Array(bytes) as Uint8Array<ArrayBuffer>;

async function verifySignature(key: Uint8Array, message: Uint8Array,
  signature: Uint8Array): Promise<[boolean, string]> {
  try {
    const imported = await crypto.subtle.importKey("raw", plain(key), { name: "Ed25519" }, false, ["verify"]);
    return [await crypto.subtle.verify("Ed25519", imported, plain(signature), plain(message)), "WebCrypto"];
  } catch {
    return [await noble.verifyAsync(signature, message, key, { zip215: false }), "@noble/ed25519"];
  }
}

// The block under a CID, whose bytes hash to it.
async function block(cid: string): Promise<Uint8Array> {
  const answer = await client().dagGetBytes({ cid, as: "raw" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (!same(digest, cidBytes(cid).subarray(4))) throw new Error(`the bytes that the node sent are not block ${cid}`);
  return bytes;
}

const map = (value: Value): { [name: string]: Value } => {
  if (value === null || typeof value !== "object" || Array.isArray(value) || value instanceof Link ||
    value instanceof Uint8Array)
    throw new Error("the block is not a map");
  return value;
};
const link = (value: Value | undefined): string => {
  if (!(value instanceof Link)) throw new Error("a link is missing");
  return cidText(value.bytes);
};

export async function verifyReceipt(receipt: string): Promise<Check[]> {
  const checks: Check[] = [];
  const add = (what: string, detail: string, isGood = true) => checks.push({ what, detail, isGood });
  try {
    const signed = map(decode(await block(receipt)));
    add("receipt bytes", `SHA-256 of the block is that of its name ${receipt}`);
    const body = link(signed.receipt);
    const executor = String(signed.executor);
    const tag = new TextEncoder().encode("ICN-RECEIPT-v1\0");
    const message = new Uint8Array([...tag, ...cidBytes(body)]);
    if (!(signed.sig instanceof Uint8Array)) throw new Error("the receipt has no signature");
    const [isGood, by] = await verifySignature(didKey(executor), message, signed.sig);
    add("signature", `Ed25519 of ${executor} over ${body}, by ${by}`, isGood);
    const fields = map(decode(await block(body)));
    add("receipt body", `SHA-256 of the block is that of ${body}`);
    const order = map(decode(await block(link(fields.order))));
    const isSameJob = link(order.job) === link(fields.job);
    add("order", `block ${link(fields.order)} names the same job`, isSameJob);
    await block(link(fields.job));
    add("job", `SHA-256 of the block is that of job ${link(fields.job)}`);
    if (fields.output instanceof Link && fields.output.bytes[1] === 0x55) {
      const output = await block(link(fields.output));
      add("output", `${output.length} bytes hash to ${link(fields.output)}`);
    }
  } catch (error) {
    add("failed check", (error as Error).message, false);
  }
  return checks;
}

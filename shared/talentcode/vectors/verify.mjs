// A second verifier of talent codes, from the format's description alone; Node.js 20, no packages.
// Runs the vectors beside it (or in the folder given) and fails when any answer differs.

import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

class Refusal extends Error {}
const refuse = (code) => {
  throw new Refusal(code);
};
const demand = (condition, code = "malformed") => condition || refuse(code);

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function base45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => BASE45.indexOf(character));
    demand(digits.length > 1 && !digits.includes(-1));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    demand(value < (digits.length === 3 ? 65536 : 256));
    if (digits.length === 3) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Buffer.from(bytes);
}

// Deterministic CBOR (RFC 8949, 4.2.1) of the types that a code needs; anything else is malformed.
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  static whole(bytes) {
    const reader = new Reader(bytes);
    const value = reader.item(0);
    demand(reader.at === bytes.length);
    return value;
  }

  take(length) {
    demand(this.at + length <= this.bytes.length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  argument(info) {
    if (info < 24) return info;
    demand(info <= 27);
    const width = 1 << (info - 24);
    const value = Number(BigInt("0x" + this.take(width).toString("hex")));
    demand(value >= (width === 1 ? 24 : 2 ** (width * 4)) && Number.isSafeInteger(value));
    return value;
  }

  item(depth) {
    demand(depth < 4);
    const [head] = this.take(1);
    const argument = this.argument(head & 31);
    switch (head >> 5) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument);
      case 3:
        return this.text(argument);
      case 4:
        return this.times(argument, () => this.item(depth + 1));
      case 5:
        return this.map(argument, depth);
      case 6:
        return { tag: argument, value: this.item(depth + 1) };
      default:
        return refuse("malformed");
    }
  }

  text(length) {
    const bytes = this.take(length);
    const text = bytes.toString("utf8");
    demand(Buffer.from(text).equals(bytes));
    return text;
  }

  times(count, read) {
    demand(count <= this.bytes.length);
    return Array.from({ length: count }, read);
  }

  map(count, depth) {
    let previous = Buffer.alloc(0);
    return new Map(
      this.times(count, () => {
        const start = this.at;
        const key = this.item(depth + 1);
        const written = this.bytes.subarray(start, this.at);
        demand(Buffer.compare(previous, written) < 0);
        previous = written;
        return [key, this.item(depth + 1)];
      }),
    );
  }
}

function cborHead(major, length) {
  return Buffer.from(length < 24 ? [major * 32 + length] : [major * 32 + 24, length]);
}

const cborBytes = (bytes) => Buffer.concat([cborHead(2, bytes.length), bytes]);

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function parseNumber(typed) {
  demand([...typed].length <= 64, "number-malformed");
  const number = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[ \-‐‑–—]/g, "")
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0");
  const values = [...number].map((character) => ALPHABET.indexOf(character));
  demand(values.length === 17 && !values.includes(-1), "number-malformed");
  const double = (value) => (value & 16 ? (value << 1) ^ 0b100101 : value << 1);
  demand(values.reduce((sum, value) => double(sum) ^ value, 0) === 0, "number-mistyped");
  return number;
}

function isNumber(text) {
  try {
    return parseNumber(text) === text;
  } catch {
    return false;
  }
}

function parts(text) {
  demand([...text].length <= 221, "too-long");
  demand(!/^TC[02-9]:/.test(text), "unsupported-version");
  demand(text.startsWith("TC1:"));
  const message = Reader.whole(base45(text.slice(4)));
  demand(message.tag === 18 && Array.isArray(message.value) && message.value.length === 4);
  const [header, unprotected, payload, signature] = message.value;
  demand(unprotected instanceof Map && unprotected.size === 0);
  demand([header, payload, signature].every(Buffer.isBuffer) && signature.length === 64);
  const protectedHeader = Reader.whole(header);
  demand(protectedHeader instanceof Map && protectedHeader.size === 2);
  demand(protectedHeader.get(1) === -8);
  const kid = protectedHeader.get(4);
  demand(Buffer.isBuffer(kid) && kid.length === 8);
  return { header, kid: kid.toString("base64url"), payload, signature };
}

function claimsOf(payload) {
  const claims = Reader.whole(payload);
  demand(claims instanceof Map);
  demand(isDeepStrictEqual([...claims.keys()], [1, 2, 4, 6, -65537, -65538]));
  const [issuer, number, expiresAt, issuedAt, form, serial] = claims.values();
  demand([issuer, number].every((value) => typeof value === "string"));
  demand([expiresAt, issuedAt, form, serial].every(Number.isSafeInteger));
  demand(form === 1 || form === 2, "unsupported-form");
  demand(/^[A-Z0-9-]{2,8}$/.test(issuer) && isNumber(number));
  demand(serial >= 1 && serial < 2 ** 32);
  demand(issuedAt >= 0 && issuedAt < expiresAt && expiresAt < 2 ** 32);
  demand(form === 1 || expiresAt - issuedAt === 120);
  return {
    issuer,
    number,
    serial,
    form: form === 1 ? "static" : "dynamic",
    issued_at: issuedAt,
    expires_at: expiresAt,
  };
}

function decode(text, keys, at) {
  const { header, kid, payload, signature } = parts(text);
  const key = keys.find((candidate) => candidate.kid === kid);
  demand(key, "unknown-key");
  const context = Buffer.from("Signature1");
  const signed = Buffer.concat([
    cborHead(4, 4),
    cborHead(3, context.length),
    context,
    cborBytes(header),
    cborBytes(Buffer.alloc(0)),
    cborBytes(payload),
  ]);
  const publicKey = createPublicKey({ key, format: "jwk" });
  demand(verify(null, signed, publicKey, signature), "bad-signature");
  const claims = claimsOf(payload);
  demand(claims.issuer === key.iss, "wrong-issuer");
  demand(key.nbf <= claims.issued_at && claims.issued_at < key.exp, "key-not-valid");
  demand(at >= claims.issued_at - 30, "not-yet-valid");
  demand(at < claims.expires_at + 30, "expired");
  return claims;
}

function answer(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
const load = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));

const codes = load("codes.json");
const keys = Object.entries(codes.jwks).flatMap(([issuer, jwks]) =>
  jwks.keys.filter((key) => key.iss === issuer),
);
const results = [
  ...codes.cases.map((each) => ({
    name: each.name,
    expected: each.claims ?? each.error,
    actual: answer(() => decode(each.text, keys, each.at)),
  })),
  ...load("numbers.json").cases.map((each) => ({
    name: each.name ?? each.text,
    expected: each.number ?? each.error,
    actual: answer(() => parseNumber(each.text)),
  })),
];
const wrong = results.filter(({ expected, actual }) => !isDeepStrictEqual(actual, expected));
for (const { name, expected, actual } of wrong) {
  console.error(`${name}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
console.log(`${results.length - wrong.length} of ${results.length} vectors agree`);
process.exitCode = wrong.length || results.length === 0 ? 1 : 0;

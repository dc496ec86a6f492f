// Keys and signatures of the foreign side, as its libraries ask for them: made with jose and node's own cryptography.
import * as jose from "jose"
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  ECDH,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from "node:crypto"

export const bytes = (length) => new Uint8Array(randomBytes(length))
export const hash = (data, alg = "sha-256") => {
  const given = typeof data === "string" ? data : new Uint8Array(data)
  return new Uint8Array(createHash(alg.toLowerCase().replace("-", "")).update(given).digest())
}

/** A key pair of P-256, with its private members. */
export const newKey = async () => {
  const { privateKey } = await jose.generateKeyPair("ES256", { extractable: true })
  return jose.exportJWK(privateKey)
}
export const publicOf = ({ kty, crv, x, y }) => ({ kty, crv, x, y })
export const jwkSigner = (key) => ({ method: "jwk", alg: "ES256", publicJwk: publicOf(key) })

/** The signature of a text by a key of P-256 (ES256), and whether one holds. */
export const signed = (text, key) =>
  sign("sha256", Buffer.from(text), {
    key: createPrivateKey({ key, format: "jwk" }),
    dsaEncoding: "ieee-p1363",
  }).toString("base64url")
export const holds = (text, signature, jwk) =>
  verify(
    "sha256",
    Buffer.from(text),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  )

/** Everything the libraries call back for; `held` are the private keys this side has. */
export const callbacksOf = (held) => ({
  hash,
  generateRandom: bytes,
  fetch,
  signJwt: async (signer, { header, payload }) => {
    const key = await heldKey(held, signer)
    const jwt = await new jose.SignJWT(payload).setProtectedHeader(header).sign(await jose.importJWK(key, signer.alg))
    return { jwt, signerJwk: publicOf(key) }
  },
  verifyJwt: async (signer, { compact, header }) => {
    const key = await keyOf(signer)
    try {
      await jose.compactVerify(compact, await jose.importJWK(key, header.alg))
      return { verified: true, signerJwk: key }
    } catch {
      return { verified: false }
    }
  },
  encryptJwe: async ({ publicJwk, alg, enc, apu, apv }, data) => {
    const made = new jose.CompactEncrypt(new TextEncoder().encode(data))
    made.setProtectedHeader({ alg, enc, ...(publicJwk.kid ? { kid: publicJwk.kid } : {}) })
    if (apu || apv) {
      const told = (text) => (text ? jose.base64url.decode(text) : undefined)
      made.setKeyManagementParameters({ apu: told(apu), apv: told(apv) })
    }
    return { encryptionJwk: publicJwk, jwe: await made.encrypt(await jose.importJWK(publicJwk, alg)) }
  },
  decryptJwe: async (jwe, given) => {
    const key = given?.jwk?.d ? given.jwk : held.find((each) => each.kid === jose.decodeProtectedHeader(jwe).kid)
    if (!key) return { decrypted: false }
    const { plaintext } = await jose.compactDecrypt(jwe, await jose.importJWK(key, "ECDH-ES"))
    return { decrypted: true, decryptionJwk: publicOf(key), payload: new TextDecoder().decode(plaintext) }
  },
  getX509CertificateMetadata: (certificate) => {
    const names = (new X509Certificate(Buffer.from(certificate, "base64")).subjectAltName ?? "").split(", ")
    const those = (kind) => names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))
    return { sanDnsNames: those("DNS:"), sanUriNames: those("URI:") }
  },
})

const heldKey = async (held, signer) => {
  if (signer.method !== "jwk") return held[0]
  const asked = await jose.calculateJwkThumbprint(signer.publicJwk)
  for (const key of held) if ((await jose.calculateJwkThumbprint(publicOf(key))) === asked) return key
  throw new Error("This key is not held here.")
}

/** The public key of whoever signed, however they name it. */
export const keyOf = async (signer) => {
  if (signer.method === "jwk") return signer.publicJwk
  if (signer.method === "x5c") return certified(signer.x5c[0])
  if (signer.method === "did") return ofDid(signer.didUrl)
  throw new Error(`Nobody is known here by ${signer.method}.`)
}

export const certified = (certificate) =>
  new X509Certificate(Buffer.from(certificate, "base64")).publicKey.export({ format: "jwk" })

/** Whether each certificate of a chain was given by the next one, and the last by the anchor. */
export const isGivenBy = (chain, anchor) => {
  const read = [...chain, anchor].map((each) => new X509Certificate(Buffer.from(each, "base64")))
  return read.slice(0, -1).every((each, at) => each.checkIssued(read[at + 1]) && each.verify(read[at + 1].publicKey))
}

export const ofDid = async (url) => {
  const [did] = url.split("#")
  if (did.startsWith("did:key:z")) return ofMultikey(did.slice("did:key:z".length))
  const [host, ...path] = did.slice("did:web:".length).split(":").map(decodeURIComponent)
  const document = await (
    await fetch(`http://${[host, ...(path.length ? path : [".well-known"])].join("/")}/did.json`)
  ).json()
  const found = document.verificationMethod.find((each) => each.id === url || `${did}${each.id}` === url)
  if (!found?.publicKeyJwk) throw new Error(`${url} is not in the document of its DID.`)
  return found.publicKeyJwk
}

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

/** A did:key of P-256 (multicodec 0x1200, written 80 24): its point, uncompressed. */
const ofMultikey = (text) => {
  let number = 0n
  for (const letter of text) number = number * 58n + BigInt(LETTERS.indexOf(letter))
  const found = Buffer.from(number.toString(16).padStart(70, "0"), "hex")
  if (found.length !== 35 || found[0] !== 0x80 || found[1] !== 0x24) throw new Error("No did:key of P-256.")
  const point = ECDH.convertKey(found.subarray(2), "prime256v1", undefined, undefined, "uncompressed")
  const part = (from) => Buffer.from(point.subarray(from, from + 32)).toString("base64url")
  return { kty: "EC", crv: "P-256", x: part(1), y: part(33) }
}

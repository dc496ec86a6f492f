// SD-JWT VC as the foreign side makes, shows and checks it.
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc"
import { bytes, certified, hash, holds, ofDid, signed } from "./keys.mjs"

/** Who signed: by the certificate that came along, or by a key of the issuer's DID. */
const verifier = async (data, signature) => {
  const header = JSON.parse(Buffer.from(data.split(".")[0], "base64url").toString())
  return holds(data, signature, header.x5c ? certified(header.x5c[0]) : await ofDid(header.kid))
}

/** The library, with `key` for who issues or shows. */
export const selective = (key) => {
  const signer = async (data) => signed(data, key)
  return new SDJwtVcInstance({
    hasher: hash,
    hashAlg: "sha-256",
    saltGenerator: async (length) => Buffer.from(bytes(length ?? 16)).toString("base64url"),
    verifier,
    statusVerifier: verifier,
    kbVerifier: async (data, signature, claims) => holds(data, signature, claims.cnf.jwk),
    ...(key ? { signer, signAlg: "ES256", kbSigner: signer, kbSignAlg: "ES256" } : {}),
  })
}

// SD-JWT VC as the foreign side makes, shows and checks it.
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc"
import { bytes, certified, hash, holds, isGivenBy, ofDid, signed } from "./keys.mjs"

/** Who signed: by the certificate that came along, given by `anchor` if one is relied on, or by a key of a DID. */
const verifierOf = (anchor) => async (data, signature) => {
  const header = JSON.parse(Buffer.from(data.split(".")[0], "base64url").toString())
  if (header.x5c && anchor && !isGivenBy(header.x5c, anchor)) throw new Error("No authority of ours gave this certificate.")
  return holds(data, signature, header.x5c ? certified(header.x5c[0]) : await ofDid(header.kid))
}

/** The library, with `key` for who issues or shows, and `anchor` for the authority that is relied on. */
export const selective = (key, anchor) => {
  const verifier = verifierOf(anchor)
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

// The foreign verifier: asks wallets, and judges what they show.
import { Openid4vpVerifier } from "@openid4vc/openid4vp"
import { DcqlPresentationResult, DcqlQuery } from "dcql"
import * as jose from "jose"
import { bytes, hash, newKey, publicOf } from "./keys.mjs"
import { opening, pages, us } from "./office.mjs"
import { selective } from "./sd_jwt.mjs"

const WALLET = "https://self-issued.me/v2"
const secret = () => jose.base64url.encode(bytes(24))

const requests = new Map()

opening.push(() => {
  us.verifier = new Openid4vpVerifier({ callbacks: us.callbacks })
})

/** Ask a wallet for something (DCQL): known by `did`, by the certificate's `hash` or `host`, or by the `address`. */
export const ask = async ({ query, by }) => {
  DcqlQuery.validate(DcqlQuery.parse(query))
  const name = secret()
  const response_uri = `${us.address}/response/${name}`
  const answer_key = { ...(await newKey()), kid: secret(), alg: "ECDH-ES", use: "enc" }
  us.held.push(answer_key)
  const client_id = {
    did: `decentralized_identifier:${us.did}`,
    hash: `x509_hash:${jose.base64url.encode(hash(Buffer.from(us.chain[0], "base64")))}`,
    host: "x509_san_dns:127.0.0.1",
    address: `redirect_uri:${response_uri}`,
  }[by]
  const is_signed = by !== "address"
  const payload = {
    response_type: "vp_token",
    client_id,
    response_uri,
    nonce: secret(),
    state: secret(),
    dcql_query: query,
    response_mode: is_signed ? "direct_post.jwt" : "direct_post",
    client_metadata: {
      client_name: "Foreign Yard",
      vp_formats_supported: { "dc+sd-jwt": { "sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"] } },
      ...(is_signed
        ? { jwks: { keys: [{ ...publicOf(answer_key), kid: answer_key.kid, alg: "ECDH-ES", use: "enc" }] } }
        : {}),
      ...(is_signed ? { encrypted_response_enc_values_supported: ["A128GCM"] } : {}),
    },
  }
  const jwtSigner =
    by === "did"
      ? { method: "did", alg: "ES256", didUrl: `${us.did}#key-1` }
      : { method: "x5c", alg: "ES256", x5c: us.chain }
  const made = await us.verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: payload,
    ...(is_signed
      ? {
          jar: {
            jwtSigner,
            requestUri: `${us.address}/request/${name}`,
            expiresInSeconds: 600,
            additionalJwtPayload: { aud: WALLET },
          },
        }
      : {}),
  })
  requests.set(name, { payload, object: made.jar?.authorizationRequestJwt })
  return { link: made.authorizationRequest, name }
}

/** What was shown in answer to a request: the claims, or the wallet's error. */
export const shown = ({ name }) => {
  const { shown, answer } = requests.get(name)
  return { shown: shown ?? null, encrypted: Boolean(answer?.response), error: answer?.error ?? null }
}

const judged = async ({ dcql_query, client_id, nonce }, presentations) => {
  const [[id, [presentation]]] = Object.entries(presentations)
  const { payload, kb } = await selective().verify(presentation, { keyBindingNonce: nonce })
  if (kb.payload.aud !== client_id) throw new Error("This was shown to somebody else.")
  const described = {
    credential_format: "dc+sd-jwt",
    vct: payload.vct,
    claims: payload,
    cryptographic_holder_binding: true,
  }
  const found = DcqlPresentationResult.fromDcqlPresentation(
    { [id]: [described] },
    { dcqlQuery: DcqlQuery.parse(dcql_query) },
  )
  if (!found.can_be_satisfied) throw new Error("This is not what was asked for.")
  return payload
}

Object.assign(pages, {
  request: ({ name }) => ({ type: "application/oauth-authz-req+jwt", content: requests.get(name).object }),
  response: async ({ name, body }) => {
    const asked = requests.get(name)
    asked.answer = Object.fromEntries(new URLSearchParams(body))
    if (asked.answer.error) return {}
    const read = await us.verifier.parseOpenid4vpAuthorizationResponse({
      authorizationResponse: asked.answer,
      authorizationRequestPayload: asked.payload,
      callbacks: us.callbacks,
    })
    asked.shown = await judged(asked.payload, read.dcql.presentations)
    return {}
  },
})

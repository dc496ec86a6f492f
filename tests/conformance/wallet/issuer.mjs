// The foreign issuer: its metadata, its authorization server, and what it gives.
import { Oauth2AuthorizationServer, Oauth2ResourceServer } from "@openid4vc/oauth2"
import { Openid4vciIssuer } from "@openid4vc/openid4vci"
import { createHeaderAndPayload, StatusList } from "@sd-jwt/jwt-status-list"
import * as jose from "jose"
import { bytes, publicOf } from "./keys.mjs"
import { opening, pages, us } from "./office.mjs"
import { selective } from "./sd_jwt.mjs"

const GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
const SKILLS = [
  { label: "Pipe welding", level: "5" },
  { label: "Brazing", level: "2" },
]
const secret = () => jose.base64url.encode(bytes(24))
const fieldsOf = (body) => Object.fromEntries(new URLSearchParams(body))

const offers = new Map()
let given_so_far = 0

opening.push(() => {
  const callbacks = us.callbacks
  us.authorization = new Oauth2AuthorizationServer({ callbacks })
  us.resource = new Oauth2ResourceServer({ callbacks })
  us.issuer = new Openid4vciIssuer({ callbacks })
  const base = {
    scope: "certificate",
    cryptographic_binding_methods_supported: ["jwk", "did:key"],
    credential_signing_alg_values_supported: ["ES256"],
  }
  const proof_types_supported = { jwt: { proof_signing_alg_values_supported: ["ES256"] } }
  const credential_metadata = { display: [{ name: "Certificate of welding", locale: "en" }] }
  us.credentialIssuer = us.issuer.createCredentialIssuerMetadata({
    credential_issuer: us.address,
    credential_endpoint: `${us.address}/credential`,
    deferred_credential_endpoint: `${us.address}/deferred`,
    notification_endpoint: `${us.address}/notification`,
    nonce_endpoint: `${us.address}/nonce`,
    display: [{ name: "Foreign Office", locale: "en" }],
    credential_configurations_supported: {
      certificate: {
        ...base,
        format: "dc+sd-jwt",
        vct: "https://foreign.example/certificate",
        proof_types_supported,
        credential_metadata,
      },
      plain: {
        ...base,
        format: "jwt_vc_json",
        proof_types_supported,
        credential_metadata,
        credential_definition: { type: ["VerifiableCredential", "ForeignCertificate"] },
      },
    },
  })
  us.authorizationServer = us.authorization.createAuthorizationServerMetadata({
    issuer: us.address,
    jwks_uri: `${us.address}/jwks`,
    token_endpoint: `${us.address}/token`,
    authorization_endpoint: `${us.address}/authorize`,
    pushed_authorization_request_endpoint: `${us.address}/par`,
    require_pushed_authorization_requests: true,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ["S256"],
    dpop_signing_alg_values_supported: ["ES256"],
    "pre-authorized_grant_anonymous_access_supported": true,
  })
  us.metadata = {
    credentialIssuer: us.credentialIssuer,
    authorizationServers: [us.authorizationServer],
    originalDraftVersion: "V1",
    knownCredentialConfigurations: us.issuer.getKnownCredentialConfigurationsSupported(us.credentialIssuer),
  }
})

/** Offer a certificate: ready, or `deferred` for so many askings; `named` says by what the issuer is known. */
export const offer = async ({ configuration = "certificate", pin, deferred = 0, signs_in = false, named = "did" }) => {
  const [code, state] = [secret(), secret()]
  const made = await us.issuer.createCredentialOffer({
    issuerMetadata: us.metadata,
    credentialConfigurationIds: [configuration],
    grants: signs_in
      ? { authorization_code: { issuer_state: state } }
      : {
          [GRANT]: {
            "pre-authorized_code": code,
            ...(pin ? { tx_code: { input_mode: "numeric", length: pin.length } } : {}),
          },
        },
  })
  offers.set(code, { code, state, pin, deferred, configuration, named, told: [] })
  return { link: made.credentialOffer, name: code }
}

/** What is known of an offer: how tokens were asked for, and what the wallet told afterwards. */
export const offered = ({ name }) => {
  const { told, bound } = offers.get(name)
  return { told, bound }
}

Object.assign(pages, {
  "/.well-known/openid-credential-issuer": () => ({ content: us.credentialIssuer }),
  "/.well-known/oauth-authorization-server": () => ({ content: us.authorizationServer }),
  par: async ({ like, body }) => {
    const asked = await us.authorization.parsePushedAuthorizationRequest({
      request: like,
      authorizationRequest: fieldsOf(body),
    })
    const proven = await us.authorization.verifyPushedAuthorizationRequest({
      authorizationServerMetadata: us.authorizationServer,
      authorizationRequest: asked.authorizationRequest,
      request: like,
      dpop: asked.dpop,
    })
    const found = [...offers.values()].find((each) => each.state === asked.authorizationRequest.issuer_state)
    if (!found) throw new Error("The issuer_state is of no offer.")
    Object.assign(found, {
      asked: asked.authorizationRequest,
      bound: proven.dpop?.jwkThumbprint ?? asked.authorizationRequest.dpop_jkt,
    })
    const { pushedAuthorizationResponse } = us.authorization.createPushedAuthorizationResponse({
      requestUri: `urn:ietf:params:oauth:request_uri:${found.state}`,
      expiresInSeconds: 60,
    })
    return { status: 201, content: pushedAuthorizationResponse }
  },
  // Whoever comes here is let in.
  authorize: ({ query }) => {
    const found = [...offers.values()].find((each) => query.get("request_uri").endsWith(each.state))
    const { redirect_uri, state, client_id } = found.asked
    if (client_id !== query.get("client_id")) throw new Error("This is another wallet's request.")
    return {
      status: 302,
      headers: { Location: `${redirect_uri}?${new URLSearchParams({ code: found.code, state, iss: us.address })}` },
    }
  },
  token: async ({ like, body }) => {
    const read = us.authorization.parseAccessTokenRequest({ request: like, accessTokenRequest: fieldsOf(body) })
    const found = offers.get(read.grant.preAuthorizedCode ?? read.grant.code)
    if (!found) throw new Error("Nothing is known of this code.")
    const common = {
      authorizationServerMetadata: us.authorizationServer,
      grant: read.grant,
      accessTokenRequest: read.accessTokenRequest,
      request: like,
    }
    const dpop = {
      jwt: read.dpop?.jwt,
      required: true,
      allowedSigningAlgs: ["ES256"],
      expectedJwkThumbprint: found.bound,
    }
    const proven = found.asked
      ? await us.authorization.verifyAuthorizationCodeAccessTokenRequest({
          ...common,
          dpop,
          expectedCode: found.code,
          pkce: {
            codeVerifier: read.pkceCodeVerifier,
            codeChallenge: found.asked.code_challenge,
            codeChallengeMethod: found.asked.code_challenge_method,
          },
        })
      : await us.authorization.verifyPreAuthorizedCodeAccessTokenRequest({
          ...common,
          dpop,
          expectedPreAuthorizedCode: found.code,
          expectedTxCode: found.pin,
        })
    found.bound = proven.dpop.jwkThumbprint
    return {
      content: await us.authorization.createAccessTokenResponse({
        authorizationServer: us.address,
        audience: us.address,
        subject: found.code,
        expiresInSeconds: 600,
        signer: { method: "jwk", alg: "ES256", publicJwk: publicOf(us.key) },
        dpop: { jwk: proven.dpop.jwk },
      }),
    }
  },
  nonce: () => {
    us.nonce = secret()
    return { content: us.issuer.createNonceResponse({ cNonce: us.nonce }) }
  },
  credential: async ({ like, body }) => {
    const found = await opened(like)
    const asked = us.issuer.parseCredentialRequest({ issuerMetadata: us.metadata, credentialRequest: JSON.parse(body) })
    if (asked.credentialConfigurationId !== found.configuration) throw new Error("This was not offered.")
    const [jwt] = asked.proofs.jwt
    const { signer } = await us.issuer.verifyCredentialRequestJwtProof({
      issuerMetadata: us.metadata,
      jwt,
      expectedNonce: us.nonce,
    })
    found.holder = { jwk: signer.publicJwk, did: signer.didUrl?.split("#")[0] }
    if (!found.deferred)
      return { content: us.issuer.createCredentialResponse({ credentialRequest: asked, ...(await given(found)) }) }
    return {
      status: 202,
      content: us.issuer.createCredentialResponse({ credentialRequest: asked, transactionId: found.code, interval: 1 }),
    }
  },
  deferred: async ({ like, body }) => {
    const found = await opened(like)
    const { deferredCredentialRequest } = us.issuer.parseDeferredCredentialRequest({
      deferredCredentialRequest: JSON.parse(body),
    })
    if (deferredCredentialRequest.transaction_id !== found.code) throw new Error("Nothing waits under this name.")
    found.deferred -= 1
    if (found.deferred > 0)
      return {
        status: 202,
        content: us.issuer.createDeferredCredentialResponse({ transactionId: found.code, interval: 1 }),
      }
    const { credentials } = await given(found)
    return { content: us.issuer.createDeferredCredentialResponse({ credentials }) }
  },
  notification: async ({ like, body }) => {
    const found = await opened(like)
    const told = JSON.parse(body)
    if (told.notification_id !== `notice of ${found.code}`) throw new Error("Nothing was given under this name.")
    found.told.push(told.event)
    return { status: 204, content: "" }
  },
  status: async () => {
    const list = new StatusList(Array(given_so_far).fill(0), 1)
    const claims = { iss: us.did, sub: `${us.address}/status`, iat: Math.floor(Date.now() / 1000) }
    const { header, payload } = createHeaderAndPayload(list, claims, {
      alg: "ES256",
      typ: "statuslist+jwt",
      kid: `${us.did}#key-1`,
    })
    const signed = await new jose.SignJWT(payload)
      .setProtectedHeader(header)
      .sign(await jose.importJWK(us.key, "ES256"))
    return { type: "application/statuslist+jwt", content: signed }
  },
})

const opened = async (like) => {
  const { tokenPayload } = await us.resource.verifyResourceRequest({
    request: like,
    resourceServer: us.address,
    authorizationServers: [us.authorizationServer],
  })
  return offers.get(tokenPayload.sub)
}

const given = async (found) => ({
  credentials: [{ credential: found.configuration === "plain" ? await plain(found) : await concealed(found) }],
  notificationId: `notice of ${found.code}`,
})

const concealed = async ({ holder, named }) => {
  const index = given_so_far++
  const header = named === "certificate" ? { x5c: us.chain } : { kid: `${us.did}#key-1` }
  const claims = {
    iss: named === "certificate" ? `https://${us.host}` : us.did,
    iat: Math.floor(Date.now() / 1000),
    vct: "https://foreign.example/certificate",
    cnf: { jwk: holder.jwk },
    status: { status_list: { idx: index, uri: `${us.address}/status` } },
    title: "Certificate of welding",
    family_name: "Invented",
    skills: SKILLS,
  }
  return selective(us.key).issue(claims, { _sd: ["title", "family_name"], skills: { _sd: [0, 1] } }, { header })
}

const plain = async ({ holder }) => {
  const vc = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    type: ["VerifiableCredential", "ForeignCertificate"],
    issuer: us.did,
    issuanceDate: new Date().toISOString(),
    credentialSubject: { id: holder.did, title: "Certificate of welding" },
  }
  return new jose.SignJWT({ vc })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: `${us.did}#key-1` })
    .setIssuer(us.did)
    .setSubject(holder.did)
    .setNotBefore("0s")
    .setIssuedAt()
    .setJti(`urn:uuid:${crypto.randomUUID()}`)
    .setExpirationTime("1y")
    .sign(await jose.importJWK(us.key, "ES256"))
}

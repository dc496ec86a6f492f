// The foreign wallet: takes what our issuer offers, checks it, and answers our verifier.
import { clientAuthenticationAnonymous, clientAuthenticationNone, Oauth2Client } from "@openid4vc/oauth2"
import { Openid4vciClient } from "@openid4vc/openid4vci"
import { Openid4vpClient } from "@openid4vc/openid4vp"
import { DcqlQuery } from "dcql"
import * as jose from "jose"
import { bytes, callbacksOf, jwkSigner, newKey, ofDid } from "./keys.mjs"
import { selective } from "./sd_jwt.mjs"

const CLIENT = "foreign-wallet"
const BACK = "foreign-wallet://back"

/** What is held, by the name of the taking: keys, tokens and credentials. */
const taken = new Map()

const clientOf = (held, clientId) => new Openid4vciClient({ callbacks: calledBackOf(held, clientId) })
const calledBackOf = (held, clientId) => ({
  ...callbacksOf(held),
  clientAuthentication: clientId ? clientAuthenticationNone({ clientId }) : clientAuthenticationAnonymous(),
})

/** What the library reads of an offer and of the metadata behind it: it refuses what its schemas refuse. */
export const look = async ({ link }) => {
  const client = clientOf([])
  const offer = await client.resolveCredentialOffer(link)
  const metadata = await client.resolveIssuerMetadata(offer.credential_issuer)
  return {
    offer,
    version: metadata.originalDraftVersion,
    issuer: metadata.credentialIssuer,
    servers: metadata.authorizationServers,
    known: Object.keys(metadata.knownCredentialConfigurations),
  }
}

/** Give the offer's code for a token: `pin` where one is wanted, bound to a key unless `bound` is false. */
export const redeem = async ({ name, link, pin, bound = true }) => {
  const [key, possession] = [await newKey(), await newKey()]
  const client = clientOf([key, possession])
  const credentialOffer = await client.resolveCredentialOffer(link)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const dpop = bound ? { signer: jwkSigner(possession) } : undefined
  const found = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    txCode: pin,
    dpop,
  })
  taken.set(name, {
    key,
    held: [key, possession],
    client,
    issuerMetadata,
    accessToken: found.accessTokenResponse.access_token,
    dpop: found.dpop,
  })
  return found.accessTokenResponse
}

/** Ask for a code by signing in: the request is pushed, and its page is the person's to open. */
export const signIn = async ({ name, link, scope }) => {
  const [key, possession] = [await newKey(), await newKey()]
  const client = clientOf([key, possession], CLIENT)
  const credentialOffer = await client.resolveCredentialOffer(link)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  // The wallet's own way to do this forgets the state.
  const begun = await new Oauth2Client({
    callbacks: calledBackOf([key, possession], CLIENT),
  }).createAuthorizationRequestUrl({
    authorizationServerMetadata: issuerMetadata.authorizationServers[0],
    clientId: CLIENT,
    redirectUri: BACK,
    scope,
    state: name,
    dpop: { signer: jwkSigner(possession) },
    additionalRequestPayload: { issuer_state: credentialOffer.grants.authorization_code.issuer_state },
  })
  taken.set(name, { key, held: [key, possession], client, issuerMetadata, credentialOffer, ...begun })
  return { address: begun.authorizationRequestUrl }
}

/** Come back from signing in, and give the code for a token. */
export const signedIn = async ({ name, address }) => {
  const away = taken.get(name)
  const told = away.client.parseAndVerifyAuthorizationResponseRedirectUrl({
    url: address,
    authorizationServerMetadata: away.issuerMetadata.authorizationServers[0],
  })
  if (told.error || told.state !== name) throw new Error(`Not let in: ${JSON.stringify(told)}`)
  const found = await away.client.retrieveAuthorizationCodeAccessTokenFromOffer({
    ...away,
    authorizationCode: told.code,
    pkceCodeVerifier: away.pkce.codeVerifier,
    redirectUri: BACK,
  })
  taken.set(name, { ...away, accessToken: found.accessTokenResponse.access_token, dpop: found.dpop })
  return found.accessTokenResponse
}

/** Ask for the credential with `proofs` key proofs; another key's possession is proven where `thief` is set. */
export const request = async ({ name, configuration, proofs = 1, thief = false }) => {
  const held = taken.get(name)
  const { client, issuerMetadata } = held
  const nonce = (await client.requestNonce({ issuerMetadata })).c_nonce
  const keys = [held.key]
  while (keys.length < proofs) keys.push(await newKey())
  const jwt = []
  for (const key of keys) {
    const signing = clientOf([key])
    jwt.push(
      (
        await signing.createCredentialRequestJwtProof({
          issuerMetadata,
          credentialConfigurationId: configuration,
          nonce,
          signer: jwkSigner(key),
        })
      ).jwt,
    )
  }
  const other = thief ? await newKey() : undefined
  const asking = thief ? clientOf([other]) : client
  const found = await asking.retrieveCredentials({
    issuerMetadata,
    accessToken: held.accessToken,
    credentialConfigurationId: configuration,
    proofs: { jwt },
    dpop: thief ? { signer: jwkSigner(other) } : held.dpop,
  })
  return received(name, found)
}

/** Ask again for what was not ready. */
export const again = async ({ name }) => {
  const held = taken.get(name)
  const { issuerMetadata, accessToken, dpop, transaction } = held
  // The library refuses a notification_id beside the credentials of a deferred answer, against the standard (§9.2) and
  // its own words; so it does not get to see it.
  let notice
  const withoutNotice = async (...given) => {
    const reply = await fetch(...given)
    const { notification_id, ...told } = await reply.json()
    notice = notification_id
    return new Response(JSON.stringify(told), reply)
  }
  const client = new Openid4vciClient({ callbacks: { ...calledBackOf(held.held), fetch: withoutNotice } })
  const found = await client.retrieveDeferredCredentials({
    issuerMetadata,
    accessToken,
    dpop,
    transactionId: transaction,
  })
  const told = received(name, found)
  held.notice = notice
  return told
}

const received = (name, found) => {
  const held = taken.get(name)
  const told = found.credentialResponse ?? found.deferredCredentialResponse
  if (found.dpop) held.dpop = found.dpop
  held.transaction = told.transaction_id
  held.credentials = told.credentials?.map((each) => each.credential ?? each)
  held.notice = told.notification_id
  return { ...told, status: found.response.status }
}

/** Tell the issuer that it is kept. */
export const tell = async ({ name, event = "credential_accepted" }) => {
  const { client, issuerMetadata, accessToken, dpop, notice } = taken.get(name)
  const notification = { notificationId: notice, event }
  const found = await client.sendNotification({ issuerMetadata, accessToken, dpop, notification })
  return { status: found.response.status }
}

/** Check a credential as a careful wallet does: signature, times, status, and the key that it is bound to. */
export const check = async ({ name, anchor }) => {
  const {
    credentials: [credential],
    key,
  } = taken.get(name)
  if (!credential.includes("~")) return plain(credential)
  const { payload, header } = await selective(undefined, anchor).verify(credential)
  if (header.x5c && !namesOf(header.x5c[0]).includes(payload.iss)) throw new Error("The certificate names another.")
  if (payload.cnf?.jwk?.x !== key.x) throw new Error("The credential is bound to another key.")
  return { header, claims: payload }
}

const namesOf = (certificate) => callbacksOf([]).getX509CertificateMetadata(certificate).sanUriNames

const plain = async (credential) => {
  const header = jose.decodeProtectedHeader(credential)
  const key = await jose.importJWK(await ofDid(header.kid), header.alg)
  const { payload } = await jose.jwtVerify(credential, key)
  return { header, claims: payload }
}

/** What the library makes of a request of our verifier: who asks, by what they are known, and what for. */
const resolved = async (link, held = []) => {
  const callbacks = callbacksOf(held)
  const client = new Openid4vpClient({ callbacks })
  const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
  return { client, found: await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params }) }
}

export const lookAtRequest = async ({ link }) => {
  const { found } = await resolved(link)
  const query = DcqlQuery.parse(found.dcql.query)
  DcqlQuery.validate(query)
  return {
    client: found.client.prefix,
    version: found.version,
    request: found.authorizationRequestPayload,
    signer: found.jar?.signer?.method,
  }
}

/** The frame that shows one skill and its level: it is found by its words, for its place is among decoys. */
const frameOf = async (credential, label) => {
  const library = selective()
  for (const place of (await library.presentableKeys(credential)).filter((each) => /^skills\.\d+$/.test(each))) {
    const frame = { skills: { [place.slice("skills.".length)]: { level: true, level_scheme: true } } }
    const { skills } = await library.getClaims(await library.present(credential, frame))
    if (skills[0]?.label === label) return frame
  }
  throw new Error(`No skill is called ${label}.`)
}

/** Answer with one credential: of an SD-JWT only a `skill`, or what `shown` frames; `changes` spoil the binding. */
export const answer = async ({ name, link, skill, shown, changes = {} }) => {
  const {
    key,
    credentials: [credential],
  } = taken.get(name)
  const { client, found } = await resolved(link, [key])
  const asked = found.authorizationRequestPayload
  const [wanted] = found.dcql.query.credentials
  const matched = DcqlQuery.query(DcqlQuery.parse(found.dcql.query), [await described(credential)])
  if (!matched.can_be_satisfied) throw new Error("The credential is not what is asked for.")
  const binding = { aud: asked.client_id, nonce: asked.nonce, ...changes.binding }
  const presentation = credential.includes("~")
    ? await presented(credential, key, shown ?? (await frameOf(credential, skill)), binding)
    : await enveloped(credential, key, binding)
  return sent(client, asked, { vp_token: { [wanted.id]: [presentation] } })
}

/** Say no. */
export const refuse = async ({ link }) => {
  const { found } = await resolved(link)
  const { response_uri, state } = found.authorizationRequestPayload
  const body = new URLSearchParams({ error: "access_denied", state })
  const reply = await fetch(response_uri, { method: "POST", body })
  return { status: reply.status, body: await reply.json() }
}

const sent = async (client, asked, payload) => {
  const jarm = asked.response_mode === "direct_post.jwt" && {
    encryption: { nonce: jose.base64url.encode(bytes(12)) },
    serverMetadata: {
      authorization_signing_alg_values_supported: [],
      authorization_encryption_alg_values_supported: ["ECDH-ES"],
      authorization_encryption_enc_values_supported: ["A256GCM", "A128GCM"],
    },
  }
  const made = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: asked,
    authorizationResponsePayload: payload,
    ...(jarm ? { jarm } : {}),
  })
  const { response } = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: asked,
    ...made,
  })
  return { status: response.status, body: await response.json() }
}

const presented = async (credential, key, shown, binding) => {
  const payload = { iat: Math.floor(Date.now() / 1000), ...binding }
  return selective(key).present(credential, shown, { kb: { payload } })
}

const enveloped = async (credential, key, { aud, nonce }) => {
  const { sub, vc } = jose.decodeJwt(credential)
  const holder = sub ?? vc?.credentialSubject?.id
  const vp = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    type: ["VerifiablePresentation"],
    holder,
    verifiableCredential: [credential],
  }
  return new jose.SignJWT({ nonce, vp })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: `${holder}#${holder.slice("did:key:".length)}` })
    .setIssuer(holder)
    .setAudience(aud)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(await jose.importJWK(key, "ES256"))
}

const described = async (credential) => {
  const bound = { cryptographic_holder_binding: true }
  if (credential.includes("~")) {
    const claims = await selective().getClaims(credential)
    return { ...bound, credential_format: "dc+sd-jwt", vct: claims.vct, claims }
  }
  const claims = jose.decodeJwt(credential)
  const vc = claims.vc ?? claims
  return { ...bound, credential_format: "jwt_vc_json", type: vc.type, claims: vc }
}

// Where the foreign issuer and the foreign verifier are reached: one address on this machine, and one key.
import { createServer } from "node:http"
import { callbacksOf, publicOf } from "./keys.mjs"

/** Who the organisation is, once it is open. */
export const us = {}
/** What stands at its addresses, and what is done once it opens: those who belong to it add theirs. */
export const pages = {}
export const opening = []

/** Open for business: `key` is a private JWK whose certificates `chain` are (x5c), for `host` and this machine. */
export const open = async ({ key, chain, host }) => {
  const held = [key]
  const server = createServer((request, response) => answered(request, response))
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready))
  const address = `http://127.0.0.1:${server.address().port}`
  const did = `did:web:127.0.0.1%3A${server.address().port}`
  Object.assign(us, { address, did, host, key, chain, held, callbacks: callbacksOf(held) })
  for (const begin of opening) begin()
  return { address, did }
}

const answered = async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const { pathname, searchParams } = new URL(request.url, us.address)
  const like = { method: request.method, url: `${us.address}${pathname}`, headers: new Headers(request.headers) }
  try {
    const found = await pages[pathname.startsWith("/.well-known/") ? pathname : pathname.split("/")[1]]?.({
      like,
      body,
      query: searchParams,
      name: pathname.split("/")[2],
    })
    if (!found) throw Object.assign(new Error(`Nothing is at ${pathname}.`), { status: 404 })
    const { status = 200, type = "application/json", headers = {}, content = {} } = found
    response
      .writeHead(status, { "Content-Type": type, ...headers })
      .end(typeof content === "string" ? content : JSON.stringify(content))
  } catch (fault) {
    console.error(pathname, fault.message)
    const told = fault.errorResponse ?? { error: "invalid_request", error_description: fault.message }
    response.writeHead(fault.status ?? 400, { "Content-Type": "application/json" }).end(JSON.stringify(told))
  }
}

Object.assign(pages, {
  "/.well-known/did.json": () => ({
    content: {
      "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
      id: us.did,
      verificationMethod: [
        { id: `${us.did}#key-1`, type: "JsonWebKey2020", controller: us.did, publicKeyJwk: publicOf(us.key) },
      ],
      assertionMethod: [`${us.did}#key-1`],
      authentication: [`${us.did}#key-1`],
    },
  }),
  jwks: () => ({ content: { keys: [{ ...publicOf(us.key), kid: "key-1", alg: "ES256", use: "sig" }] } }),
})

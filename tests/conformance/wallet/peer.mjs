// One call a line, one answer a line: `{"call": name, "given": {…}}` gives `{"told": …}` or `{"fault": {…}}`.
import { webcrypto } from "node:crypto"
import { createInterface } from "node:readline"
import { setGlobalConfig } from "@openid4vc/oauth2"

globalThis.crypto ??= webcrypto
// The nodes of a test speak plain HTTP on this machine.
setGlobalConfig({ allowInsecureUrls: true })
const known = Object.assign(
  {},
  ...(await Promise.all(["holder", "office", "issuer", "verifier"].map((part) => import(`./${part}.mjs`)))),
)

const faultOf = (fault) => ({
  kind: fault.constructor.name,
  message: fault.message,
  response: fault.errorResponse ?? fault.response?.credentialErrorResponseResult?.data ?? null,
})

for await (const line of createInterface({ input: process.stdin })) {
  const { call, given } = JSON.parse(line)
  let told
  try {
    told = { told: (await known[call](given)) ?? null }
  } catch (fault) {
    told = { fault: faultOf(fault) }
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}
process.exit(0)

// An OpenID provider for the tests: npm's oidc-provider, with the client and the people given as JSON.
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, given] = process.argv.slice(2);
const { issuer, client, people } = JSON.parse(given);
const entry = createRequire(`${folder}/package.json`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(entry));

const provider = new Provider(issuer, {
  clients: [client],
  claims: { openid: ["sub"], profile: ["preferred_username", "groups", "unit"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
const { hostname, port } = new URL(issuer);
http.createServer(provider.callback()).listen(Number(port), hostname, () => console.log("ready"));

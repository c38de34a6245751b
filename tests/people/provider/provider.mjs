// A real OpenID provider on the loopback address, for the tests of single sign-on: any name signs in as itself.
// Its first line says where it is; it ends with whoever started it.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const back = process.argv[2];
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = (id) => ({
    client_id: id,
    client_secret: `${id}-only-for-tests`,
    redirect_uris: [back],
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
  });
  const provider = new Provider(issuer, {
    clients: [client("miaopu"), client("other")],
    claims: { openid: ["sub"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["only for tests"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of the university`, email: "same@example.org" }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

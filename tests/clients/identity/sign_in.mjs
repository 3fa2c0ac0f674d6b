// amazon-cognito-identity-js signs in by SRP, aws-jwt-verify checks what it was given.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import identity from 'amazon-cognito-identity-js';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

const { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } = identity;
const base = process.argv[2].replace(/\/$/, '');
const config = await (await fetch(`${base}/config`)).json();
const pool = new CognitoUserPool({
  UserPoolId: config.userPoolId,
  ClientId: config.userPoolClientId,
  endpoint: config.cognitoEndpoint,
});
let checks = 0;
const check = (condition, words) => {
  assert.ok(condition, words);
  checks += 1;
};
const called = (start) =>
  new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));
const refused = async (promise, code) => {
  const error = await promise.then(() => null, (e) => e);
  check(error && (error.code ?? error.name) === code, `wanted ${code}, got ${error?.code ?? error?.name}`);
};
const userNamed = (Username) => new CognitoUser({ Username, Pool: pool });
const signIn = (user, Password) =>
  new Promise((onSuccess, onFailure) =>
    user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password }), { onSuccess, onFailure }),
  );

const email = `js-${randomBytes(6).toString('hex')}@example.test`;
const attributes = [new CognitoUserAttribute({ Name: 'name', Value: 'Ada' })];
const signUp = (name, password, list = attributes) => called((done) => pool.signUp(name, password, list, [], done));

const made = await signUp(email, 'correct horse');
check(made.userConfirmed, 'without mail a sign-up is confirmed');
await refused(signUp(email, 'correct horse'), 'UsernameExistsException');
await refused(signUp(`x${email}`, 'short'), 'InvalidPasswordException');
const tenant = [new CognitoUserAttribute({ Name: 'custom:tenant_id', Value: 'co_1' })];
await refused(signUp(`x${email}`, 'correct horse', tenant), 'NotAuthorizedException');

await refused(signIn(userNamed(email), 'wrong horse'), 'NotAuthorizedException');
await refused(signIn(userNamed(`nobody-${email}`), 'correct horse'), 'NotAuthorizedException');
const user = userNamed(email);
const session = await signIn(user, 'correct horse');
check(session.isValid(), 'SRP gives a session');
check(session.getIdToken().payload.sub === made.userSub, 'of the user who signed up');

const verifier = (tokenUse) =>
  JwtRsaVerifier.create(
    {
      issuer: config.issuer,
      audience: tokenUse === 'id' ? config.userPoolClientId : null,
      jwksUri: config.jwksUri,
      customJwtCheck: ({ payload }) => assert.equal(payload.token_use, tokenUse),
    },
    {
      jwksCache: new SimpleJwksCache({
        fetcher: { fetch: async (uri) => (await fetch(uri)).arrayBuffer() },
      }),
    },
  );
const claims = await verifier('id').verify(session.getIdToken().getJwtToken());
check(claims.email === email, 'the ID token verifies');
const access = await verifier('access').verify(session.getAccessToken().getJwtToken());
check(access.client_id === config.userPoolClientId, 'the access token verifies');
await verifier('id').verify(session.getAccessToken().getJwtToken()).then(
  () => check(false, 'an access token is no ID token'),
  () => check(true),
);
const discovery = await (await fetch(`${config.issuer}/.well-known/openid-configuration`)).json();
check(discovery.issuer === config.issuer && discovery.jwks_uri === config.jwksUri, 'discovery agrees with /config');

const read = await called((done) => user.getUserAttributes(done));
check(read.some((a) => a.getName() === 'email' && a.getValue() === email), 'attributes are read');
const renamed = [new CognitoUserAttribute({ Name: 'name', Value: 'Ada L.' })];
check((await called((done) => user.updateAttributes(renamed, done))) === 'SUCCESS', 'the name is written');
await refused(called((done) => user.updateAttributes(tenant, done)), 'NotAuthorizedException');
check((await called((done) => user.changePassword('correct horse', 'battery staple', done))) === 'SUCCESS', 'changed');

const token = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() });
const again = await called((done) => user.refreshSession(token, done));
check(again.getIdToken().payload.name === 'Ada L.', 'a refresh shows the new name');
await new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));
await refused(called((done) => userNamed(email).refreshSession(token, done)), 'NotAuthorizedException');
check((await signIn(userNamed(email), 'battery staple')).isValid(), 'the new password signs in');
console.log(`javascript: ${checks} checks`);

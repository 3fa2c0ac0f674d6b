// The identity provider's JSON protocol, as far as the dashboard speaks it.
import type { PublicConfig } from '../../../shared/api.ts';
import { base } from '../base.ts';
import { keyPair, passwordClaim, timestamp, toHex, type Challenge } from './srp.ts';

export interface Tokens {
  idToken: string;
  accessToken: string;
  refreshToken: string;
  expiresAt: number; // ms since 1970
}

export class IdentityError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface AuthenticationResult {
  IdToken: string;
  AccessToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
}
interface AuthAnswer {
  AuthenticationResult?: AuthenticationResult;
  ChallengeName?: string;
  ChallengeParameters?: Record<string, string>;
  Session?: string;
}

// What a sign-in leads to: tokens, or the demand for a password of one's own (invited users).
export type SignIn = { tokens: Tokens } | { newPassword: (password: string) => Promise<Tokens> };

let config: Promise<PublicConfig> | undefined;
export function serverConfig(): Promise<PublicConfig> {
  config ??= fetch(`${base}/config`).then((answer) => {
    if (!answer.ok) throw new Error('The server is not reachable');
    return answer.json() as Promise<PublicConfig>;
  });
  config.catch(() => (config = undefined));
  return config;
}

async function call<T>(operation: string, parameters: Record<string, unknown>, withClient = true): Promise<T> {
  const { cognitoEndpoint, userPoolClientId } = await serverConfig();
  const answer = await fetch(cognitoEndpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(withClient ? { ClientId: userPoolClientId, ...parameters } : parameters),
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body as T;
  const code = String(body.__type ?? body.code ?? 'InternalErrorException').replace(/^.*#/, '');
  throw new IdentityError(code, body.message ?? body.Message ?? 'The identity provider did not answer');
}

function tokensOf(result: AuthenticationResult, refreshToken = ''): Tokens {
  return {
    idToken: result.IdToken,
    accessToken: result.AccessToken,
    refreshToken: result.RefreshToken ?? refreshToken,
    expiresAt: Date.now() + result.ExpiresIn * 1000,
  };
}

export async function signIn(email: string, password: string): Promise<SignIn> {
  if (!globalThis.crypto?.subtle) {
    throw new IdentityError('InsecureContext', 'Sign-in needs https, or this machine’s own address (localhost).');
  }
  const { userPoolId } = await serverConfig();
  const pair = keyPair();
  const first = await call<AuthAnswer>('InitiateAuth', {
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: email, SRP_A: toHex(pair.A) },
  });
  const challenge = first.ChallengeParameters as unknown as Challenge;
  const time = timestamp(new Date());
  const claim = await passwordClaim(userPoolId.split('_')[1]!, password, challenge, pair, time);
  const second = await call<AuthAnswer>('RespondToAuthChallenge', {
    ChallengeName: 'PASSWORD_VERIFIER',
    Session: first.Session,
    ChallengeResponses: {
      USERNAME: challenge.USER_ID_FOR_SRP,
      PASSWORD_CLAIM_SECRET_BLOCK: challenge.SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: claim,
      TIMESTAMP: time,
    },
  });
  if (second.AuthenticationResult) return { tokens: tokensOf(second.AuthenticationResult) };
  if (second.ChallengeName !== 'NEW_PASSWORD_REQUIRED') {
    throw new IdentityError('UnsupportedChallenge', `This sign-in asks for ${second.ChallengeName}, which the dashboard cannot answer.`);
  }
  return {
    newPassword: async (chosen) => {
      const third = await call<AuthAnswer>('RespondToAuthChallenge', {
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: second.Session,
        ChallengeResponses: { USERNAME: challenge.USER_ID_FOR_SRP, NEW_PASSWORD: chosen },
      });
      return tokensOf(third.AuthenticationResult!);
    },
  };
}

export async function refresh(refreshToken: string): Promise<Tokens> {
  const answer = await call<AuthAnswer>('InitiateAuth', {
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  return tokensOf(answer.AuthenticationResult!, refreshToken);
}

export const revoke = (refreshToken: string) => call<object>('RevokeToken', { Token: refreshToken });

export const signUp = (email: string, password: string, name: string, inviteToken?: string) =>
  call<{ UserConfirmed: boolean }>('SignUp', {
    Username: email,
    Password: password,
    UserAttributes: [
      { Name: 'email', Value: email },
      ...(name ? [{ Name: 'name', Value: name }] : []),
    ],
    ...(inviteToken ? { ClientMetadata: { inviteToken } } : {}),
  });

export const confirmSignUp = (email: string, code: string) =>
  call<object>('ConfirmSignUp', { Username: email, ConfirmationCode: code });
export const resendCode = (email: string) => call<object>('ResendConfirmationCode', { Username: email });
export const forgotPassword = (email: string) => call<object>('ForgotPassword', { Username: email });
export const resetPassword = (email: string, code: string, password: string) =>
  call<object>('ConfirmForgotPassword', { Username: email, ConfirmationCode: code, Password: password });
export const changePassword = (accessToken: string, previous: string, proposed: string) =>
  call<object>('ChangePassword', { AccessToken: accessToken, PreviousPassword: previous, ProposedPassword: proposed }, false);
export const signOutEverywhere = (accessToken: string) =>
  call<object>('GlobalSignOut', { AccessToken: accessToken }, false);

import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';

export const AUDIENCE = 'https://shop.example/mcp';

// Stands for the check of a JWT: customer|audience|scope+scope.
export const verifier = {
  async verifyAccessToken(token) {
    const [customer, audience, scopes = ''] = token.split('|');
    if (audience !== AUDIENCE) throw new OAuthError(OAuthErrorCode.InvalidToken, 'token for another service');
    return { token, clientId: 'assistant', scopes: scopes.split('+'), expiresAt: Date.now() / 1000 + 300, extra: { customer } };
  },
};

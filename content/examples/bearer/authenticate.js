import { createRemoteJWKSet, jwtVerify, errors } from 'jose';

const jwks = createRemoteJWKSet(new URL('https://id.example.com/.well-known/jwks.json'));

export async function authenticate(req, res, next) {
  const [scheme, token] = (req.get('authorization') ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || !token) {
    return res.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'unauthenticated' });
  }
  try {
    const { payload } = await jwtVerify(token, jwks, {
      issuer: 'https://id.example.com',
      audience: 'https://api.example.com',
      algorithms: ['Ed25519'], // ['EdDSA'] for an issuer that still writes the old name
      requiredClaims: ['sub', 'exp'],
      clockTolerance: 5,
    });
    req.user = { id: payload.sub, roles: [payload.roles ?? []].flat() }; // text or list
  } catch (err) {
    const ours = !(err instanceof errors.JOSEError) // fetch failed
      || err instanceof errors.JWKSTimeout
      || err instanceof errors.JWKSInvalid // JSON, but no key set
      || err.code === 'ERR_JOSE_GENERIC'; // the JWKS endpoint answered with an error or no JSON
    if (ours) throw err; // 500: do not blame the token
    return res.status(401)
      .set('WWW-Authenticate', 'Bearer error="invalid_token"')
      .json({ error: 'invalid_token' });
  }
  next();
}

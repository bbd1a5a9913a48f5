import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { randomUUID } from 'node:crypto';

const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
const refused = (what) => Object.assign(new Error(`${what} not allowed`), { status: 422, expose: true });   // Express would answer 500

export async function startUpload({ uploads, userId, type, size }) {
  if (!['image/jpeg', 'image/png', 'application/pdf'].includes(type)) throw refused('type');
  if (!Number.isInteger(size) || size < 1 || size > 20_000_000) throw refused('size');
  const key = `incoming/${userId}/${randomUUID()}`;
  await uploads.insert({ key, userId, type, size, state: 'pending' });
  const url = await getSignedUrl(s3, new PutObjectCommand({
    Bucket: process.env.UPLOAD_BUCKET, Key: key, ContentType: type, ContentLength: size,
  }), { expiresIn: 300, signableHeaders: new Set(['content-type']) });
  return { key, url };
}

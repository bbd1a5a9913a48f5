import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';

const s3 = new S3Client({});

export async function uploadTicket(user) {
  const key = `incoming/${user.id}/${randomUUID()}`;
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: process.env.UPLOAD_BUCKET,
    Key: key,
    Conditions: [['content-length-range', 1, 20 * 1024 * 1024], ['starts-with', '$Content-Type', 'image/']],
    Expires: 300,
  });
  return { key, url, fields };
}

import { open, unlink } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import express from 'express';
import multer from 'multer';
import { sniff } from './sniff.js';

const ALLOWED = new Set(['image/png', 'image/jpeg', 'image/webp']);

const upload = multer({
  storage: multer.diskStorage({
    destination: process.env.UPLOAD_TMP ?? '/var/lib/app/incoming',
    filename: (req, file, cb) => cb(null, randomUUID()),
  }),
  defParamCharset: 'utf8',
  limits: {
    fileSize: 5 * 1024 * 1024, files: 1, fields: 5, parts: 6, fieldSize: 10_000,
    fieldNestingDepth: 1, fieldArrayIndexLimit: 10,
  },
  fileFilter: (req, file, cb) => {
    if (ALLOWED.has(file.mimetype)) return cb(null, true);
    cb(Object.assign(new Error('only PNG, JPEG or WebP'), { status: 415, expose: true }));
  },
});

async function firstBytes(path, length = 16) {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function avatarRouter({ requireUser, avatars }) {
  const router = express.Router();
  router.post('/avatar', requireUser, upload.single('avatar'), async (req, res) => {
    if (!req.file) return res.status(400).json({ error: 'field "avatar" is missing' });
    const { path } = req.file;
    let avatar;
    try {
      const type = sniff(await firstBytes(path));
      if (!ALLOWED.has(type)) throw Object.assign(new Error('not an image'), { status: 415, expose: true });
      avatar = await avatars.replace(req.user.id, { path, type });
    } finally {
      await unlink(path).catch(() => {});
    }
    res.status(201).json(avatar);
  });
  return router;
}

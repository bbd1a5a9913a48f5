// server.js
import express from 'express';
import { connect, disconnect } from './db.js';
import { User } from './user.model.js';
import { mongoErrors } from './mongo-errors.js';

const app = express();
app.use(express.json({ limit: '100kb' }));

app.get('/users/:id', async (req, res) => {
  const user = await User.findById(req.params.id).select('name email').lean();
  if (!user) return res.status(404).json({ error: 'not_found' });
  res.json(user);
});

app.put('/users/:id/roles', async (req, res) => { // behind your permission check
  const user = await User.findById(req.params.id);
  if (!user) return res.status(404).json({ error: 'not_found' });
  user.roles = req.body?.roles;
  await user.save(); // no or unknown role: 422, somebody else saved or deleted first: 409
  res.json({ roles: user.roles });
});

app.use(mongoErrors);

await connect(process.env.MONGODB_URI);
const server = app.listen(3000);
process.on('SIGTERM', () => {
  if (!server.listening) return; // a second signal: after once it would end all at once
  // behind a balancer: first fail /readyz and wait until it has noticed
  server.prependListener('request', (req, res) => res.setHeader('connection', 'close')); // or busy clients hold it open
  server.close(disconnect);
});

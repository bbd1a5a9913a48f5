import { createMcpExpressApp, requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer, createMcpHandler, requireScopes } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { orders } from './orders.js';
import { verifier } from './tokens.js';

function createServer({ authInfo }) {
  const server = new McpServer({ name: 'orders', version: '1.0.0' });
  const customer = authInfo.extra.customer;                // of the token, never an argument of the model

  server.registerTool('find_orders', {
    description: 'The twenty newest orders of the customer who is logged in',
    inputSchema: z.strictObject({ status: z.enum(['open', 'shipped', 'cancelled']).optional() }),
    annotations: { readOnlyHint: true },
  }, safely(async ({ status }) => ({
    content: [{ type: 'text', text: JSON.stringify(await orders.find(customer, status, 20)) }],
  })));

  server.registerTool('cancel_order', {
    description: 'Cancels an open order. It cannot be undone.',
    inputSchema: z.strictObject({ id: z.int().positive() }),
    annotations: { destructiveHint: true },
    scopeChallenge: requireScopes('orders:write'),         // 403 before the tool runs: the client can ask for it
  }, safely(async ({ id }) => {
    const order = await orders.cancel(customer, id);       // one statement with the owner in it
    return order ? { content: [{ type: 'text', text: JSON.stringify(order) }] } : failed('no open order with this id');
  }));
  return server;
}
const failed = (text) => ({ content: [{ type: 'text', text }], isError: true });
const safely = (tool) => (args) => tool(args).catch((err) => {
  console.error(err);                                      // the SDK would tell its message, say of the database
  return failed('internal error');
});

export const app = createMcpExpressApp({ allowedHosts: ['shop.example', '127.0.0.1'] });   // any other Host: 403
const handler = toNodeHandler(createMcpHandler(createServer));
app.all('/mcp', requireBearerAuth({ verifier, requiredScopes: ['orders:read'] }), (req, res) => handler(req, res, req.body));   // GET and DELETE: 405

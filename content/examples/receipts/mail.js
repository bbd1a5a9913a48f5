import nodemailer from 'nodemailer';

const transport = nodemailer.createTransport({
  host: process.env.SMTP_HOST, port: 465, secure: true, pool: true, maxConnections: 5,
  connectionTimeout: 10_000, socketTimeout: 30_000,
  auth: { user: process.env.SMTP_USER, pass: process.env.SMTP_PASSWORD },
});

export function sendReceipt(order, { text, html }) {
  return transport.sendMail({
    from: 'Shop <orders@example.com>', to: { name: '', address: order.email },   // as text, a comma makes two recipients
    subject: `Your order ${order.id}`,
    messageId: `<order-${order.id}-receipt@mail.example.com>`, text, html,
  });
}

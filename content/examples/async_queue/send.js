export const sent = [];
export const send = async ({ id }) => { sent.push(id); };

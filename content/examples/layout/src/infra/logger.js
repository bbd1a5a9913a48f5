export function createLogger({ level }) {
  const write = (name) => (message, fields) => console.log(JSON.stringify({ level: name, message, ...fields }));
  return { info: level === 'silent' ? () => {} : write('info'), error: write('error') };
}

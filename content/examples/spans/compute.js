export async function computePrice({ lines }) {
  if (lines.length === 0) throw new Error('nothing to price');
  return lines.length * 100;
}

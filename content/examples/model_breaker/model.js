export const model = { answer: async (text) => ({ summary: text.slice(0, 10) }), calls: 0 };

// Stands for the call of a provider.
export async function callModel(text, signal) {
  model.calls += 1;
  signal.throwIfAborted();
  return model.answer(text, signal);
}

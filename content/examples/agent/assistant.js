// The loop of every agent: the model chooses a tool, code runs it, the result goes back to the model.
export async function run(model, tools, task, { maxSteps = 5 } = {}) {
  const turns = [{ from: 'user', text: task }];
  for (let step = 0; step < maxSteps; step += 1) {
    const { tool, args, text } = await model(turns);
    if (!tool) return text;
    turns.push({ from: tool, text: await tools(tool, args, turns) });
  }
  return 'gave up';
}

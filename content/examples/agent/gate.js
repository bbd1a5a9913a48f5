// Decides in code what a tool may do now. The model cannot argue with it.
const READS_STRANGERS = new Set(['read_mail', 'fetch_page']);      // text that anybody may have written
const SENDS_OUT = new Set(['send_mail', 'fetch_page']);            // ways for data to leave

export function gated(tools, { user, confirm }) {
  let tainted = false, secret = false;
  return async (name, args) => {
    if (!Object.hasOwn(tools, name)) return `no tool ${name}`;     // "constructor" is none
    const tool = tools[name];
    if (SENDS_OUT.has(name) && tainted && secret && !(await confirm(name, args))) return 'refused: a person said no';
    if (READS_STRANGERS.has(name)) tainted = true;
    if (tool.private) secret = true;
    return tool.call(args, user);                                  // whose data: from the session, not from args
  };
}

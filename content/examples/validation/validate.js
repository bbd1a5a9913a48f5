export const validate = (schemas) => (req, res, next) => {
  const found = {};
  for (const [part, schema] of Object.entries(schemas)) {           // { body: OrderSchema, query: PageSchema }
    const result = schema.safeParse(req[part]);
    if (!result.success) return next(Object.assign(new Error('invalid ' + part), { status: 422, expose: true, issues: result.error.issues }));
    found[part] = result.data;
  }
  res.locals.input = found;                                         // req.query cannot be assigned in Express 5
  next();
};

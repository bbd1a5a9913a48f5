import assert from 'node:assert/strict';
// --8<-- [start:shown]
import sinon from 'sinon';

const gateway = { charge: async () => ({ id: 'real' }) };
const mock = sinon.mock(gateway);
mock.expects('charge').once().withArgs('order-1', 4200).resolves({ id: 'ch_1' });

await gateway.charge('order-1', 4200);
mock.verify();                       // throws ExpectationError when something is missing
mock.restore();
// --8<-- [end:shown]

const again = sinon.mock(gateway);
again.expects('charge').once();
assert.throws(() => again.verify(), { name: 'ExpectationError' });

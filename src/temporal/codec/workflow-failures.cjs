/*
 * The failure converter inside of workflows. One bundle serves workers with a key and without; one with a key says so in front
 * of the bundle (`hideFailures`).
 */
const plain = require('./fit-failures.cjs').failureConverter;
const hidden = require('./hidden-failures.cjs').failureConverter;

exports.failureConverter = {
  errorToFailure: (...given) => (globalThis.fairleadHidesFailures ? hidden : plain).errorToFailure(...given),
  failureToError: (...given) => plain.failureToError(...given),
};

/*
 * The failure converter inside of workflows. One bundle serves workers with a key and without; one with a key says so in front
 * of the bundle (`hideFailures`).
 */
const { DefaultFailureConverter } = require('@temporalio/common');
const hidden = require('./hidden-failures.cjs').failureConverter;

const plain = new DefaultFailureConverter();

exports.failureConverter = {
  errorToFailure: (...given) => (globalThis.fairleadHidesFailures ? hidden : plain).errorToFailure(...given),
  failureToError: (...given) => plain.failureToError(...given),
};

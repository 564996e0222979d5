/*
 * The failure converter of workers and workflows without a key. What a failure says goes below the SDK as text, not as JSON:
 * half a character in it ends the worker's process, and one that is too long fails the task again and again.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

const plain = new DefaultFailureConverter();
const longest = 16_000;

function fitText(text) {
  if (typeof text !== 'string') return text;
  const short = text.length <= longest ? text : `${text.slice(0, longest / 2)}…${text.slice(-longest / 2)}`;
  return short.replace(/\p{Cs}/gu, '\ufffd');
}

/** Makes the texts of a failure and of its causes fit. */
function fitFailure(failure) {
  const { message, stackTrace, cause } = failure;
  return {
    ...failure,
    message: fitText(message),
    stackTrace: fitText(stackTrace),
    ...(cause && { cause: fitFailure(cause) }),
  };
}

exports.fitFailure = fitFailure;
exports.failureConverter = {
  errorToFailure: (...given) => fitFailure(plain.errorToFailure(...given)),
  failureToError: (...given) => plain.failureToError(...given),
};

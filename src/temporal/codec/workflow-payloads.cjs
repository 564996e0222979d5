/*
 * The payload converter inside of workflows. Whoever may send a message may send bytes that are no JSON, or of an encoding that
 * nobody knows. The SDK's own converter would fail the workflow's task for that, again and again. Here a workflow gets a text that
 * says so, which it refuses as it refuses any text. What its own steps answer is still read strictly.
 */
const { defaultPayloadConverter } = require('@temporalio/common');

exports.payloadConverter = {
  toPayload: (...given) => defaultPayloadConverter.toPayload(...given),
  fromPayload(payload, context, ...more) {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, ...more);
    } catch (error) {
      if (context?.type !== 'workflow') throw error;
      return `(a payload that cannot be read: ${String(error.message).slice(0, 200)})`;
    }
  },
};

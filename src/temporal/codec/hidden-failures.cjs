/*
 * The failure converter of a worker that encrypts: message and stack of a failure become a payload. It is CommonJS, because the
 * SDK loads it by its path, with `require`.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

class HiddenFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  /** Copies a failure that came from elsewhere: hiding changes it, and it may be written twice. */
  errorToFailureInner(...given) {
    return { ...super.errorToFailureInner(...given) };
  }
}

exports.failureConverter = new HiddenFailureConverter();

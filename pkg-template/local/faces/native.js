// How the native upstream of the binding dresses an outcome: values bare, errors as `{ internalCode, name, description }`.

export const nativeFace = {
  json: (value) => value,

  error(error, call) {
    const description = `${error.message}${error.isFrontDoor ? "" : ` (${call.requestId})`}`;
    // The binding's wording of the daily quota has its own number.
    const internalCode = error.code === 4006 ? 3036 : error.code;
    const body = {
      internalCode,
      name: error.kind,
      httpCode: error.status,
      message: `${error.kind}: ${description}`,
      description,
    };
    return new Response(JSON.stringify(body), {
      status: error.status,
      headers: { "content-type": "application/json" },
    });
  },
};

// Which way a call takes, as far as it decides about the form of a body. See `Way` in src/tasks/request.rs.

/** @returns {string} `binding`, `rest` or `proxy`, behind it `+gateway` and `+json` */
export function wayOf(client, options) {
  const own = options?.gateway;
  const gateway = own === undefined ? JSON.parse(client.outline).gateway : own;
  const through = gateway === undefined || gateway === null ? "" : "+gateway";
  // Over HTTP this option is a member of a JSON body.
  const json = client.door !== "binding" && options?.rejectIfBusy === true ? "+json" : "";
  return client.door + through + json;
}

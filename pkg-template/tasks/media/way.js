// Which way a call takes, as far as it decides about the form of a body. See `Way` in src/tasks/request.rs.

/** @returns {string} `binding`, `rest` or `proxy`, behind it `+gateway`, `+json` and `+page` */
export function wayOf(client, options) {
  const { gateway: clients, $environment } = JSON.parse(client.outline);
  const gateway = options?.gateway === undefined ? clients : options.gateway;
  const through = gateway === undefined || gateway === null ? "" : "+gateway";
  // Over HTTP this option is a member of a JSON body.
  const json = client.door !== "binding" && options?.rejectIfBusy === true ? "+json" : "";
  const page = $environment?.browser === true ? "+page" : "";
  return client.door + through + json + page;
}

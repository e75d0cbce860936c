// Distinguishes the service's own models from those of other providers behind a gateway, by the id.

export const isOwn = (model) => /^@(?:cf|hf)\//.test(model);

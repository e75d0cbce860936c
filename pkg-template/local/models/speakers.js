// Voices of the Aura models; the first is the default.

const list = (text) => text.split(" ");

export const SPEAKERS = {
  "voice.aura1": list("angus asteria arcas orion orpheus athena luna zeus perseus helios hera stella"),
  "voice.aura2-en": list(
    "luna amalthea andromeda apollo arcas aries asteria athena atlas aurora callista cora cordelia delia draco electra harmonia helena hera hermes hyperion iris janus juno jupiter mars minerva neptune odysseus ophelia orion orpheus pandora phoebe pluto saturn thalia theia vesta zeus",
  ),
  "voice.aura2-es": list("aquila sirio nestor carina celeste alvaro diana selena estrella javier"),
};

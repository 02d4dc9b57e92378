"use strict";
// What the judgements mean, in plain words. All of the page's vocabulary that is not in the graph itself is here.
const words = {
  commitment: {
    Asserted: "Said outright",
    Hedged: "Said with reserve (“I think”, “kind of”)",
    Reported: "Reported as somebody’s view, not vouched for",
    Hypothetical: "Only supposed (might, would, if)",
  },
  short: { Asserted: "asserted", Hedged: "hedged", Reported: "reported", Hypothetical: "hypothetical" },
  polarity: { Affirmed: "Affirmed", Negated: "Denied" },
  reading: { Literal: "Meant literally", Figurative: "A figure of speech" },
  frame: {
    StoryWorld: "What happens in the story",
    Production: "How the show was made",
    Interpretation: "What it means",
  },
  kind: {
    InterviewStatement: "Said in an interview",
    BackgroundStatement: "Known from public pages",
    InferredStatement: "Follows from other statements",
  },
  weight: { Major: "chiefly about it", Minor: "touches it" },
  form: { Name: "A name", Pronoun: "A pronoun", Description: "A description" },
  whyNot: {
    hedged: "it is only said with reserve",
    reported: "it is somebody’s view that the speaker reports and does not vouch for",
    hypothetical: "it is only supposed",
    negated: "it says what is not so",
    figurative: "it is a figure of speech",
  },
  relation: {
    ratherThan: ["Rather than this", "Preferred to this"],
    inOrderThat: ["To this end", "Done to this end"],
    because: ["Because of this", "The reason for this"],
    onCondition: ["On this condition", "The condition of this"],
    inTensionWith: ["In tension with", "In tension with"],
    agreesWith: ["Agrees with", "Agrees with"],
    revises: ["Revises", "Revised by"],
  },
  where: {
    InterviewStatement: "Where it is said",
    BackgroundStatement: "Where it is known from",
    other: "Where it comes from",
  },
  proof: "The passage is found again in any copy of the text by its first and last words; that it is the same, word for word, "
    + "is proved by its digest over the normalised text: letter case, line breaks and the forms of quotes and dashes do not count.",
  shapes: "Shape and colour: the kind of thing",
  lines: "Line: how firmly it is said",
  marks: "Marks on a line",
};

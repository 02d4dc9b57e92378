// The worker's own part. It stands behind the script of Oxigraph's package, in one file with it.
{
  const STRING = "http://www.w3.org/2001/XMLSchema#string";
  let store = null;

  async function unpacked(packed) {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function start({ module, graph }) {
    const [compiled, lines] = await Promise.all([unpacked(module).then((bytes) => WebAssembly.compile(bytes)), unpacked(graph)]);
    await __wbg_init({ module_or_path: compiled });
    store = new Store();
    // Lenient means that no IRI is looked at twice, which took a third of the time: they were when the graph was built.
    store.load(lines, { format: "application/n-triples", lenient: true });
  }

  function term({ termType, value, language, datatype }) {
    if (termType === "NamedNode") return { type: "uri", value };
    if (termType === "BlankNode") return { type: "bnode", value };
    if (language) return { type: "literal", value, "xml:lang": language };
    return datatype.value === STRING ? { type: "literal", value } : { type: "literal", value, datatype: datatype.value };
  }

  // Each once, and sorted by how N-Triples writes them; no more than are asked for leave the worker.
  function triples(quads, most) {
    const found = new Map(quads.map((quad) => [String(quad), quad]));
    return [...found.keys()].sort().slice(0, most).map((line) => {
      const { subject, predicate, object } = found.get(line);
      return { line: `${line} .\n`, terms: [subject, predicate, object].map(term) };
    });
  }

  function query({ text, ofTriples, most }) {
    return ofTriples ? { triples: triples(store.query(text), most) } : { json: store.query(text, { results_format: "json" }) };
  }

  const jobs = { start, query };

  onmessage = async ({ data: { id, job, given } }) => {
    try {
      postMessage({ id, found: await jobs[job](given) });
    } catch (error) {
      // What the engine throws on purpose is an Error; anything else has broken it.
      const broken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
      postMessage({ id, error: { message: String(error?.message ?? error), broken } });
    }
  };
}

package io.omnigraph;

import io.omnigraph.model.GraphUri;

/** Opens the engine behind a handle, or joins the one that this process has already. */
final class GraphOpening {

  private GraphOpening() {}

  static Engines.Share create(
      GraphUri root, String schemaSource, boolean force, OpenOptions options) {
    return Engines.init(
        root,
        () ->
            GraphEngine.init(
                EngineSettings.production(root, options),
                GraphEngine.Reading.of(options),
                graphName(root, options),
                schemaSource,
                force,
                options.waitForLease()));
  }

  static Engines.Share open(GraphUri root, OpenOptions options) {
    return switch (options.mode()) {
      case READ_WRITE ->
          Engines.openReadWrite(
              root,
              () ->
                  GraphEngine.openReadWrite(
                      EngineSettings.production(root, options),
                      GraphEngine.Reading.of(options),
                      graphName(root, options),
                      options.waitForLease()));
      case READ_ONLY ->
          Engines.openReadOnly(
              root,
              () ->
                  GraphEngine.openReadOnly(
                      EngineSettings.production(root, options), GraphEngine.Reading.of(options)));
    };
  }

  /** The name in events: the last segment of the root if none is given. */
  static String graphName(GraphUri root, OpenOptions options) {
    if (options.graphName() != null) {
      return options.graphName();
    }
    String location = root.location();
    return location.substring(location.lastIndexOf('/') + 1);
  }
}

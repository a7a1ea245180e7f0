package io.omnigraph.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** One server for all tests of a class, over a cluster in a folder of its own. */
abstract class ServedTestBase {

  @TempDir static Path folder;
  static OmniGraphServer server;
  static Http http;

  static void serve(String... graphs) {
    Fixture.cluster(folder, graphs);
    server = OmniGraphServer.start(Fixture.openServer(folder));
    http = Http.to(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }
}

package io.omnigraph.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server in a process of its own, with its address. */
record ServerChild(Process process, String address) implements AutoCloseable {

  /** The program with arguments, not yet started. */
  static ProcessBuilder program(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    for (String property : List.of("omnigraph.native.dir", "omnigraph.home")) {
      if (System.getProperty(property) != null) {
        command.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("io.omnigraph.server.Main");
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("OMNIGRAPH_DURABILITY", "os");
    return builder;
  }

  /** Starts it on a cluster, on a port of its own. */
  static ServerChild start(Path folder) throws IOException {
    Process process =
        program("--cluster", folder.toString(), "--bind", "127.0.0.1:0", "--unauthenticated")
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("OMNIGRAPH_LISTEN_ADDR=")) {
      process.destroyForcibly();
      throw new AssertionError(
          "the server did not start: "
              + line
              + "\n"
              + Files.readString(folder.resolve("server.log")));
    }
    return new ServerChild(process, line.substring("OMNIGRAPH_LISTEN_ADDR=".length()));
  }

  /** Kills it at once. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.omnigraph.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The programs of the package that the build has laid out, run as a user runs them. */
final class PackagedProgram {

  private PackagedProgram() {}

  /** How a program ended, and what it printed. */
  record Result(int exitCode, String output, String errors) {}

  /** Runs {@code bin/omnigraph} to its end. */
  static Result omnigraph(Path folder, String... arguments)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    Process process =
        builder("omnigraph", List.of(arguments)).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output, Files.readString(errors));
  }

  private static ProcessBuilder builder(String program, List<String> arguments) {
    Path home = Path.of(System.getProperty("omnigraph.home"));
    if (!Files.isDirectory(home.resolve("bin"))) {
      throw new IllegalStateException(
          "no package at " + home + ": run `make test`, or Maven with -Pdist");
    }
    List<String> command =
        new ArrayList<>(List.of(home.resolve("bin").resolve(program).toString()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("OMNIGRAPH_JAVA_OPTS", "-Xmx512m");
    return builder;
  }

  /** A running {@code bin/omnigraph-server}; closing it stops it in order. */
  static final class Server implements AutoCloseable {

    private static final String ADDRESS = "OMNIGRAPH_LISTEN_ADDR=";

    private final Process process;
    private final URI base;

    private Server(Process process, URI base) {
      this.process = process;
      this.base = base;
    }

    /** Starts the server on a free port and returns when it answers. */
    static Server start(Path cluster) throws IOException {
      Process process =
          builder(
                  "omnigraph-server",
                  List.of(
                      "--cluster",
                      cluster.toString(),
                      "--bind",
                      "127.0.0.1:0",
                      "--unauthenticated"))
              .redirectError(ProcessBuilder.Redirect.appendTo(cluster.resolve("log").toFile()))
              .start();
      var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ADDRESS)) {
          return new Server(process, URI.create("http://" + line.substring(ADDRESS.length())));
        }
      }
      throw new IllegalStateException(
          "the server did not start:\n" + Files.readString(cluster.resolve("log")));
    }

    URI resolve(String path) {
      return base.resolve(path);
    }

    /** Ends the process as {@code kill -9} does. */
    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    /** Asks the process to end and returns its exit code. */
    int stop() throws InterruptedException {
      process.destroy();
      return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    }
  }
}

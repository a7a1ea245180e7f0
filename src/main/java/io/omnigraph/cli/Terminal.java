package io.omnigraph.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command reads and writes. Given as a whole, so that a test can run commands in its own
 * process.
 *
 * @param out results only
 * @param err messages, warnings, progress
 * @param directory relative paths are resolved against it
 * @param interactive somebody can be asked
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path directory,
    boolean interactive) {

  static Terminal ofProcess() {
    return new Terminal(
        System.in,
        System.out,
        System.err,
        System.getenv(),
        Path.of("").toAbsolutePath(),
        System.console() != null);
  }
}

package io.omnigraph;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs one of the tests' programs and talks by lines. */
final class ChildProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader lines;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param folder for its temporary files and what it writes to standard error
   */
  static ChildProcess start(Path folder, Class<?> program, String... arguments) throws IOException {
    return start(folder, List.of(), program, arguments);
  }

  /**
   * @param wrapper a command that runs the command that follows it
   */
  static ChildProcess start(
      Path folder, List<String> wrapper, Class<?> program, String... arguments) throws IOException {
    return start(folder, wrapper, program.getName(), arguments);
  }

  /**
   * @param source a Java file with a program, compiled when it starts
   */
  static ChildProcess start(Path folder, Path source, String... arguments) throws IOException {
    return start(folder, List.of(), source.toString(), arguments);
  }

  private static ChildProcess start(
      Path folder, List<String> wrapper, String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    // Short lives: compile little, collect simply.
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    String unpacked = System.getProperty("omnigraph.native.dir");
    if (unpacked != null) {
      command.add("-Domnigraph.native.dir=" + unpacked);
    }
    // What a killed process unpacked stays behind; keep it below the test's folder.
    command.add("-Djava.io.tmpdir=" + Files.createTempDirectory(folder, "tmp"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LANCE_CPU_THREADS", "4");
    Path log = Files.createTempFile(folder, "program", ".log");
    return new ChildProcess(builder.redirectError(log.toFile()).start(), log);
  }

  long pid() {
    return process.pid();
  }

  /** The next line; null once it has ended. */
  String line() throws IOException {
    return lines.readLine();
  }

  /** Waits for a line. */
  void await(String expected) throws IOException {
    String line = line();
    if (!expected.equals(line)) {
      throw new AssertionError(
          "expected '" + expected + "', got '" + line + "'; " + Files.readString(log));
    }
  }

  void say(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Sends a signal, such as STOP or CONT. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill -" + name + " failed");
    }
  }

  /** Kills it at once; the lines it had written can still be read. */
  void kill() {
    // Through its handle, which leaves the pipe open.
    process.toHandle().destroyForcibly();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the process does not end");
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
  }
}

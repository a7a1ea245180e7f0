package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: killed in the middle of a burst, and two that want one graph. */
class ProcessDeathTest {

  @TempDir Path folder;

  @Test
  void every_acknowledged_write_is_there_after_the_process_was_killed() throws Exception {
    Path root = folder.resolve("graph");
    OmniGraph.init(root.toString(), TestGraphs.SCHEMA, false, OpenOptions.readWrite()).close();
    int kills = 3 * Integer.getInteger("soak.factor", 1);
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, Set<String>> acknowledged =
        new TreeMap<>(Map.of("main", new TreeSet<>(), "dev", new TreeSet<>()));
    for (int kill = 0; kill < kills; kill++) {
      burst(root, "k" + kill, 5 + random.nextInt(40), acknowledged);
      try (OmniGraph graph = OmniGraph.open(root.toString(), OpenOptions.readWrite())) {
        for (Map.Entry<String, Set<String>> of : acknowledged.entrySet()) {
          Set<String> people = TestGraphs.people(graph, ReadTarget.branch(of.getKey())).keySet();
          assertThat(people).as("on %s, seed %s", of.getKey(), seed).containsAll(of.getValue());
          Set<String> cities = TestGraphs.ids(graph, of.getKey(), TestGraphs.CITY);
          assertThat(cities)
              .as("half-visible writes on %s, seed %s", of.getKey(), seed)
              .isEqualTo(cityNames(people));
        }
        TestGraphs.settle(graph, "main", "after-" + kill, "city-after-" + kill);
        acknowledged.get("main").add("after-" + kill);
      }
      GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    }
  }

  @Test
  void a_second_process_is_refused_until_the_first_is_dead() throws Exception {
    Path root = folder.resolve("graph");
    TestGraphs.init(root).close();
    Process owner = start(root, "owner", 1);
    try (BufferedReader lines = output(owner)) {
      assertThat(lines.readLine()).isEqualTo("ready");
      assertThatThrownBy(() -> TestGraphs.open(root))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("is being written by process " + owner.pid());
      try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
        assertThat(reader.snapshot(ReadTarget.MAIN).tables()).isNotEmpty();
      }
    } finally {
      owner.destroyForcibly().waitFor();
    }
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  private static Set<String> cityNames(Set<String> people) {
    Set<String> cities = new TreeSet<>();
    people.forEach(p -> cities.add("city-" + p));
    return cities;
  }

  private void burst(
      Path root, String prefix, int acknowledgements, Map<String, Set<String>> acknowledged)
      throws Exception {
    Process writer = start(root, prefix, 3);
    try (BufferedReader lines = output(writer)) {
      assertThat(lines.readLine()).isEqualTo("ready");
      for (int i = 0; i < acknowledgements; i++) {
        remember(lines.readLine(), acknowledged);
      }
      // Through its handle, which leaves the pipe open: what it had written still counts.
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        remember(line, acknowledged);
      }
    } finally {
      writer.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
  }

  private static void remember(String line, Map<String, Set<String>> acknowledged) {
    int space = line.indexOf(' ');
    // A line that the kill cut off was never seen by anybody as acknowledged.
    if (space > 0 && line.matches("(main|dev) k\\d+-\\d+-\\d+")) {
      acknowledged.get(line.substring(0, space)).add(line.substring(space + 1));
    }
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private Process start(Path root, String prefix, int threads) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Xmx256m");
    // What a killed process unpacked stays behind; keep it below the test's folder.
    command.add("-Djava.io.tmpdir=" + Files.createTempDirectory(folder, "tmp"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BurstWriter.class.getName());
    command.addAll(List.of(root.toString(), prefix, Integer.toString(threads)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LANCE_CPU_THREADS", "4");
    return builder.redirectError(folder.resolve(prefix + ".log").toFile()).start();
  }
}

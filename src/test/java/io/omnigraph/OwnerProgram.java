package io.omnigraph;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.S3Access;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.ManualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A process that owns a graph, wants to own it, or reads it. What it has to say it prints, one line
 * each.
 */
public final class OwnerProgram {

  /** Of the owner that is paused. */
  static final Duration TERM = Duration.ofSeconds(30);

  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final BufferedReader IN =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private OwnerProgram() {}

  /**
   * @param args what to do; URL of the S3 endpoint or {@code -}; root; then by what to do: a name
   *     and a number of terms ({@code fight}), a name, a step and whether time passes while it
   *     stands there ({@code pause}), nothing ({@code read}, {@code take})
   */
  public static void main(String[] args) throws IOException {
    GraphUri root = GraphUri.parse(args[2]);
    StorageOptions options = options(args[1]);
    EngineSettings settings = TestEngine.settings(root, options);
    switch (args[0]) {
      case "fight" -> fight(root, options, args[3], Integer.parseInt(args[4]));
      case "pause" ->
          pause(settings, args[3], FaultPoint.valueOf(args[4]), Boolean.parseBoolean(args[5]));
      case "take" -> take(settings);
      case "read" -> read(settings);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  static StorageOptions options(String endpoint) {
    return endpoint.equals("-")
        ? TestEngine.FAST
        : StorageOptions.defaults()
            .withS3(new S3Access(endpoint, "us-east-1", "key", "secret", null, true, true));
  }

  /** Takes the lease, writes a little, gives it back, and wants it again. */
  private static void fight(GraphUri root, StorageOptions options, String name, int terms)
      throws IOException {
    OUT.println("ready");
    IN.readLine();
    for (int term = 0; term < terms; term++) {
      // With the standard terms: whoever is slow does not lose the lease, it is given back.
      EngineSettings settings = TestEngine.settings(root, options);
      try (OmniGraph graph = TestEngine.openWaiting(settings)) {
        for (int i = 0; i < 3; i++) {
          String person = name + "-" + term + "-" + i;
          TestGraphs.settle(graph, "main", person, "city-" + person);
          OUT.println("wrote " + person);
        }
      }
    }
    OUT.println("done");
  }

  private static void take(EngineSettings settings) {
    try {
      TestEngine.open(settings, TestGraphs.fast()).close();
      OUT.println("taken");
    } catch (GraphException e) {
      OUT.println("refused " + e.code());
    }
  }

  /**
   * Stops at a step of its second write until it is told to go on.
   *
   * @param notices whether its clocks tell it then that its term is long over
   */
  private static void pause(EngineSettings settings, String name, FaultPoint at, boolean notices) {
    ManualTime time = ManualTime.now();
    WriterLeases.Timing timing =
        new WriterLeases.Timing(
            TERM, notices ? Duration.ofMillis(100) : Duration.ofHours(1), Duration.ZERO);
    AtomicBoolean armed = new AtomicBoolean();
    FaultInjector injector =
        new FaultInjector() {
          @Override
          public <T> T around(FaultPoint point, Supplier<T> step) {
            if (point == at && armed.compareAndSet(true, false)) {
              OUT.println("at " + at);
              try {
                IN.readLine();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              if (notices) {
                time.pass(TERM.multipliedBy(2));
              }
            }
            return step.get();
          }
        };
    OmniGraph graph =
        TestEngine.open(
            TestEngine.timed(settings.withFaults(injector).withLeaseTiming(timing), time),
            TestGraphs.fast());
    TestGraphs.settle(graph, "main", name + "-first", "city-" + name + "-first");
    OUT.println("ready");
    armed.set(true);
    try {
      TestGraphs.settle(graph, "main", name, "city-" + name);
      OUT.println("acknowledged");
    } catch (GraphException e) {
      OUT.println("refused " + e.code());
    }
    graph.close();
  }

  /**
   * Looks again and again until it is told to stop: nothing is there by half, nothing goes away.
   */
  private static void read(EngineSettings settings) throws IOException {
    Set<String> seen = new TreeSet<>();
    long looks = 0;
    try (OmniGraph graph = TestEngine.openReadOnly(settings)) {
      OUT.println("ready");
      while (!IN.ready()) {
        var snapshot = graph.snapshot(ReadTarget.MAIN);
        ReadTarget at =
            new ReadTarget.ManifestVersion(snapshot.branch(), snapshot.manifestVersion());
        Set<String> people = new TreeSet<>(TestGraphs.people(graph, at).keySet());
        Set<String> cities = new TreeSet<>();
        TestGraphs.scan(
            graph,
            at,
            TestGraphs.CITY,
            java.util.List.of("id"),
            (row, values) ->
                cities.add(((io.omnigraph.model.Value.Text) values.get(0)).value().substring(5)));
        if (!people.equals(cities) || !people.containsAll(seen)) {
          OUT.println("bad: people " + people + ", cities " + cities + ", seen before " + seen);
          return;
        }
        seen = people;
        looks++;
      }
    }
    OUT.println("looked " + looks + " times, saw " + seen.size());
  }
}

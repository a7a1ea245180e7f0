package io.omnigraph;

import io.omnigraph.model.BranchName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Closed graphs that many tests start from, made once per JVM and copied: a copy takes a tenth of
 * the time of a creation. Thread-safe.
 */
final class GraphTemplates {

  private static final Map<String, Path> MADE = new ConcurrentHashMap<>();
  private static final AtomicInteger COPIES = new AtomicInteger();
  private static final Path FOLDER = folder();

  private GraphTemplates() {}

  /** A copy of a graph with one person, Ada. */
  static Path withAda(Path folder) {
    return copy(folder, "ada", graph -> TestGraphs.addPerson(graph, "main", "Ada", 1));
  }

  /** A copy of a graph with Ada on main and the branch dev, to which nothing was written. */
  static Path withBranch(Path folder) {
    return copy(
        folder,
        "branch",
        graph -> {
          TestGraphs.addPerson(graph, "main", "Ada", 1);
          graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
        });
  }

  /**
   * A fresh copy of a graph that is arranged once, at the first call with its name.
   *
   * @param folder of the test, where the copy goes
   */
  static Path copy(Path folder, String name, Consumer<OmniGraph> arrange) {
    return copy(folder, name, TestGraphs.SCHEMA, arrange);
  }

  static Path copy(Path folder, String name, String schema, Consumer<OmniGraph> arrange) {
    Path template =
        MADE.computeIfAbsent(
            name,
            n -> {
              Path root = FOLDER.resolve(n);
              try (OmniGraph graph =
                  OmniGraph.init(root.toString(), schema, false, TestGraphs.fast())) {
                arrange.accept(graph);
              }
              return root;
            });
    Path target = folder.resolve(name + "-" + COPIES.incrementAndGet());
    copyTree(template, target);
    return target;
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("omnigraph-templates-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteTree(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteTree(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void copyTree(Path from, Path to) {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectories(to.resolve(from.relativize(directory).toString()));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

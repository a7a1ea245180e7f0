package io.omnigraph;

import io.omnigraph.model.BranchName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Closed graphs that many tests start from, made once and copied: a copy takes a tenth of the time
 * of a creation. Call it with the static temporary folder of the test class.
 */
final class GraphTemplates {

  private final Path folder;
  private final Map<String, Path> made = new ConcurrentHashMap<>();
  private int copies;

  GraphTemplates(Path folder) {
    this.folder = folder;
  }

  /** A fresh copy of a graph with one person, Ada. */
  Path withAda() {
    return copy("ada", graph -> TestGraphs.addPerson(graph, "main", "Ada", 1));
  }

  /** A fresh copy of a graph with Ada on main and the empty branch dev. */
  Path withBranch() {
    return copy(
        "branch",
        graph -> {
          TestGraphs.addPerson(graph, "main", "Ada", 1);
          graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
        });
  }

  /** A fresh copy of a graph that was arranged once, at the first call with its name. */
  synchronized Path copy(String name, Consumer<OmniGraph> arrange) {
    Path template =
        made.computeIfAbsent(
            name,
            n -> {
              Path root = folder.resolve("template-" + n);
              try (OmniGraph graph = TestGraphs.init(root)) {
                arrange.accept(graph);
              }
              return root;
            });
    Path target = folder.resolve("graph-" + name + "-" + ++copies);
    copyTree(template, target);
    return target;
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

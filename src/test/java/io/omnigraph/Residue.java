package io.omnigraph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What interrupted writes leave in the folder of a graph: looking at it, and arranging it. */
final class Residue {

  /** An operation id that no real operation has. */
  static final String OPERATION = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  private static final BigInteger LARGEST = new BigInteger("18446744073709551615");

  private Residue() {}

  static List<Path> sidecars(Path root) {
    Path recovery = root.resolve("__recovery");
    if (!Files.exists(recovery)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(recovery)) {
      return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rewrites the only sidecar. */
  static void changeSidecar(Path root, UnaryOperator<String> change) {
    List<Path> all = sidecars(root);
    if (all.size() != 1) {
      throw new AssertionError("expected one sidecar, found " + all);
    }
    write(all.get(0), change.apply(read(all.get(0))));
  }

  /** Writes a sidecar as some writer would. */
  static Path sidecar(Path root, String operationId, String json) {
    Path file = root.resolve("__recovery").resolve(operationId + ".json");
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(file, json);
    return file;
  }

  /** Puts a torn manifest above the newest version of a dataset. */
  static Path tornManifest(Path dataset, long newest, int bytes) {
    Path torn =
        dataset
            .resolve("_versions")
            .resolve("%020d.manifest".formatted(LARGEST.subtract(BigInteger.valueOf(newest + 1))));
    try {
      Files.write(torn, new byte[bytes]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return torn;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

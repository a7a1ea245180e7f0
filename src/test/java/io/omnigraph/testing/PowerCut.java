package io.omnigraph.testing;

import io.omnigraph.storage.FileForcer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A disk that remembers only what was forced: of a file the bytes, of a folder the names, as they
 * were when it was last forced. Of everything else a power cut leaves something arbitrary: a new
 * name may be there or not, a removed one may come back, an unforced file may be empty, cut short
 * or whole. Files are held open, so that their identities are not given to new ones. Thread-safe.
 */
public final class PowerCut implements FileForcer, AutoCloseable {

  private final Map<Object, byte[]> contents = new HashMap<>();
  private final Map<Object, Map<String, Object>> names = new HashMap<>();
  private final Map<Object, FileChannel> held = new HashMap<>();
  private int forces;

  @Override
  public synchronized void force(Path path) throws IOException {
    forces++;
    remember(path);
  }

  /** How often something was forced. */
  public synchronized int forces() {
    return forces;
  }

  /** Takes everything below a folder as being on the disk. */
  public synchronized void settle(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
              remember(directory);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              remember(file);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remember(Path path) throws IOException {
    Object identity = identity(path);
    if (!held.containsKey(identity)) {
      held.put(identity, FileChannel.open(path, StandardOpenOption.READ));
    }
    if (Files.isDirectory(path)) {
      names.put(identity, live(path));
    } else {
      contents.put(identity, Files.readAllBytes(path));
    }
  }

  private static Object identity(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    if (key == null) {
      throw new IllegalStateException("the file system does not tell files apart");
    }
    return key;
  }

  private static Map<String, Object> live(Path folder) throws IOException {
    Map<String, Object> live = new HashMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        live.put(entry.getFileName().toString(), identity(entry));
      }
    }
    return live;
  }

  /**
   * Writes to another place what a power cut now may leave of a folder, whose own name is safe.
   *
   * @return what was lost, for the message of a test that fails
   */
  public synchronized List<String> cut(Path folder, Path into, Random chance) {
    List<String> lost = new ArrayList<>();
    try {
      cut(identity(folder), folder, into, "", chance, lost);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lost;
  }

  private void cut(
      Object identity, Path now, Path into, String name, Random chance, List<String> lost)
      throws IOException {
    Files.createDirectories(into);
    Map<String, Object> safe = names.getOrDefault(identity, Map.of());
    Map<String, Object> live =
        Files.isDirectory(now) && identity(now).equals(identity) ? live(now) : safe;
    TreeSet<String> all = new TreeSet<>(safe.keySet());
    all.addAll(live.keySet());
    for (String entry : all) {
      Object before = safe.get(entry);
      Object after = live.get(entry);
      boolean same = after != null && after.equals(before);
      Object kept = same || chance.nextBoolean() ? after : before;
      String path = name + "/" + entry;
      if (!same) {
        lost.add((kept == after ? "kept " : "lost ") + path);
      }
      if (kept != null) {
        leave(kept, now.resolve(entry), into.resolve(entry), path, chance, lost);
      }
    }
  }

  private void leave(
      Object identity, Path now, Path into, String name, Random chance, List<String> lost)
      throws IOException {
    boolean present = Files.exists(now) && identity(now).equals(identity);
    if (names.containsKey(identity) || present && Files.isDirectory(now)) {
      cut(identity, now, into, name, chance, lost);
      return;
    }
    byte[] safe = contents.get(identity);
    if (safe != null) {
      Files.write(into, safe);
      return;
    }
    byte[] bytes = present ? Files.readAllBytes(now) : new byte[0];
    int length = new int[] {0, bytes.length / 2, bytes.length}[chance.nextInt(3)];
    lost.add(length + " of " + bytes.length + " bytes of " + name);
    Files.write(into, Arrays.copyOf(bytes, length));
  }

  @Override
  public synchronized void close() {
    for (@Nullable FileChannel channel : held.values()) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    held.clear();
  }
}

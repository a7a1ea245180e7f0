package io.omnigraph.storage.lance;

import io.omnigraph.storage.TableAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Finds newest manifests that a power cut left empty or torn. A complete manifest ends with the
 * library's magic; the library writes it under another name and links it into place, so a missing
 * end means that the disk lost it.
 */
final class LanceTornHeads {

  private static final String SUFFIX = ".manifest";
  private static final byte[] MAGIC = "LANC".getBytes(StandardCharsets.US_ASCII);

  private LanceTornHeads() {}

  static boolean delete(LanceContext context, TableAddress address, long above) {
    if (!context.root.isLocal()) {
      return false;
    }
    boolean removed = false;
    Path versions = context.root.path().resolve(context.key(address)).resolve("_versions");
    try {
      for (Map.Entry<Long, Path> newest : manifests(versions).descendingMap().entrySet()) {
        if (newest.getKey() <= above || isComplete(newest.getValue())) {
          return removed;
        }
        Files.deleteIfExists(newest.getValue());
        removed = true;
        context.runtime.forget(context.uri(address));
      }
      return removed;
    } catch (IOException e) {
      throw LanceErrors.translate(e, "look for torn manifests of", address);
    }
  }

  /** The newest complete version if there is a torn one above it; empty if nothing is torn. */
  static OptionalLong newestComplete(LanceContext context, TableAddress address) {
    if (!context.root.isLocal()) {
      return OptionalLong.empty();
    }
    Path versions = context.root.path().resolve(context.key(address)).resolve("_versions");
    boolean torn = false;
    try {
      for (Map.Entry<Long, Path> newest : manifests(versions).descendingMap().entrySet()) {
        if (isComplete(newest.getValue())) {
          return torn ? OptionalLong.of(newest.getKey()) : OptionalLong.empty();
        }
        torn = true;
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      throw LanceErrors.translate(e, "look for torn manifests of", address);
    }
  }

  private static NavigableMap<Long, Path> manifests(Path versions) throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(versions, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String digits = name.substring(0, name.length() - SUFFIX.length());
        if (digits.length() == 20 && digits.chars().allMatch(Character::isDigit)) {
          found.put(-1L - Long.parseUnsignedLong(digits), file);
        } else if (!digits.isEmpty() && digits.chars().allMatch(Character::isDigit)) {
          found.put(Long.parseLong(digits), file);
        }
      }
    } catch (NoSuchFileException e) {
      return found;
    }
    return found;
  }

  private static boolean isComplete(Path manifest) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(manifest.toFile(), "r")) {
      if (file.length() < MAGIC.length) {
        return false;
      }
      byte[] end = new byte[MAGIC.length];
      file.seek(file.length() - end.length);
      file.readFully(end);
      return Arrays.equals(end, MAGIC);
    }
  }
}

package io.omnigraph.storage.object;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.FileForcer;
import io.omnigraph.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Objects as files below a directory. A new object is written to a hidden temporary file, forced,
 * and then renamed (replace) or hard-linked (create if absent) into place, so that no reader ever
 * sees half of it. Every change of a name happens under one lock file per store, which makes
 * compare-and-swap hold between processes too. A tag is the hash of the content.
 */
final class LocalObjectStore implements ObjectStore {

  private static final String TEMPORARY = ".omnigraph-tmp-";
  private static final String LOCK_FILE = ".omnigraph-objects.lock";

  /** File locks exclude processes; these exclude the threads of this one. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path root;
  private final boolean force;
  private final FileForcer forcer;
  private final ReentrantLock nameChanges;

  LocalObjectStore(Path root, Durability durability, FileForcer forcer) {
    this.root = root.toAbsolutePath().normalize();
    this.force = durability == Durability.FSYNC;
    this.forcer = forcer;
    this.nameChanges = LOCKS.computeIfAbsent(this.root, r -> new ReentrantLock());
  }

  @Override
  public Optional<StoredObject> get(String key) {
    Path file = file(key);
    try {
      byte[] bytes = Files.readAllBytes(file);
      return Optional.of(new StoredObject(bytes, tag(bytes)));
    } catch (IOException e) {
      return absentOr(file, failed("read", key, e));
    }
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    Path file = file(key);
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.isRegularFile()
          ? Optional.of(new ObjectInfo(key, found.size(), found.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (IOException e) {
      return absentOr(file, failed("look at", key, e));
    }
  }

  /** Nothing is there, unless the root is no folder at all: then nobody meant this store. */
  private <T> Optional<T> absentOr(Path file, StorageException failure) {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw failed("use", ".", new FileAlreadyExistsException(root.toString()));
    }
    if (Files.isRegularFile(file)) {
      throw failure;
    }
    return Optional.empty();
  }

  @Override
  public Etag put(String key, byte[] bytes) {
    Path target = file(key);
    Path temporary = writeTemporary(key, target, bytes);
    try {
      underLock(() -> Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE));
      forceFolder(target.getParent());
      return tag(bytes);
    } catch (IOException e) {
      throw failed("write", key, e);
    } finally {
      discard(temporary);
    }
  }

  @Override
  public Optional<Etag> putIfAbsent(String key, byte[] bytes) {
    Path target = file(key);
    if (Files.exists(target)) {
      return Optional.empty();
    }
    Path temporary = writeTemporary(key, target, bytes);
    try {
      underLock(() -> Files.createLink(target, temporary));
      forceFolder(target.getParent());
      return Optional.of(tag(bytes));
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (UnsupportedOperationException e) {
      throw new StorageException(
          "hard_links_unsupported",
          "the file system of " + root + " has no hard links, which atomic creation needs",
          Map.of("key", key),
          e);
    } catch (IOException e) {
      throw failed("create", key, e);
    } finally {
      discard(temporary);
    }
  }

  @Override
  public Optional<Etag> putIfMatch(String key, byte[] bytes, Etag expected) {
    Path target = file(key);
    Path temporary = writeTemporary(key, target, bytes);
    try {
      boolean[] swapped = {false};
      underLock(
          () -> {
            if (get(key).map(StoredObject::etag).filter(expected::equals).isPresent()) {
              Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
              swapped[0] = true;
            }
          });
      if (!swapped[0]) {
        return Optional.empty();
      }
      forceFolder(target.getParent());
      return Optional.of(tag(bytes));
    } catch (IOException e) {
      throw failed("replace", key, e);
    } finally {
      discard(temporary);
    }
  }

  @Override
  public void delete(String key) {
    Path file = file(key);
    if (Files.isDirectory(file) || !Files.exists(file)) {
      return;
    }
    try {
      underLock(() -> Files.deleteIfExists(file));
    } catch (IOException e) {
      throw failed("delete", key, e);
    }
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    ObjectKeys.requirePrefix(prefix);
    List<ObjectInfo> found = new ArrayList<>();
    walk(
        prefix,
        (key, file, attributes) -> {
          if (key.startsWith(prefix) && !isHidden(file)) {
            found.add(
                new ObjectInfo(key, attributes.size(), attributes.lastModifiedTime().toInstant()));
          }
        });
    found.sort(Comparator.comparing(ObjectInfo::key));
    return found;
  }

  @Override
  public void deleteTorn(String prefix) {
    ObjectKeys.requireFolder(prefix);
    walk(
        prefix,
        (key, file, attributes) -> {
          if (key.startsWith(prefix) && file.getFileName().toString().startsWith(TEMPORARY)) {
            Files.deleteIfExists(file);
          }
        });
  }

  @Override
  public void deletePrefix(String prefix) {
    Path folder = root.resolve(ObjectKeys.requireFolder(prefix)).normalize();
    if (!Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return skipVanished(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException e)
                throws IOException {
              if (e != null) {
                return skipVanished(e);
              }
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
      forceFolder(folder.getParent());
    } catch (IOException e) {
      throw failed("delete", prefix, e);
    }
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is held between calls.
  }

  private Path file(String key) {
    return root.resolve(ObjectKeys.requireKey(key));
  }

  private Path writeTemporary(String key, Path target, byte[] bytes) {
    Path folder = target.getParent();
    Path temporary = folder.resolve(TEMPORARY + UUID.randomUUID());
    try {
      createFolders(folder);
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      if (force) {
        forcer.force(temporary);
      }
      return temporary;
    } catch (IOException e) {
      discard(temporary);
      throw failed("write", key, e);
    }
  }

  /** Makes missing folders and forces the entry of each new one. */
  private void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolders(parent);
    }
    Files.createDirectories(folder);
    if (parent != null) {
      forceFolder(parent);
    }
  }

  private void forceFolder(Path folder) throws IOException {
    if (force) {
      forcer.force(folder);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // Hidden from every operation; deleteTorn removes it.
    }
  }

  private interface NameChange {
    void run() throws IOException;
  }

  private void underLock(NameChange change) throws IOException {
    nameChanges.lock();
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      change.run();
    } finally {
      nameChanges.unlock();
    }
  }

  private interface FileAction {
    void on(String key, Path file, BasicFileAttributes attributes) throws IOException;
  }

  private void walk(String prefix, FileAction action) {
    int slash = prefix.lastIndexOf('/');
    Path start = slash < 0 ? root : root.resolve(prefix.substring(0, slash));
    if (!Files.isDirectory(start)) {
      return;
    }
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              action.on(root.relativize(file).toString().replace('\\', '/'), file, attributes);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return skipVanished(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException e)
                throws IOException {
              return e == null ? FileVisitResult.CONTINUE : skipVanished(e);
            }
          });
    } catch (IOException e) {
      throw failed("list", prefix, e);
    }
  }

  /** A file that another thread removed while we looked is no error. */
  private static FileVisitResult skipVanished(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  private static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(TEMPORARY) || name.equals(LOCK_FILE);
  }

  private static Etag tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Etag(HexFormat.of().formatHex(digest, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private StorageException failed(String doing, String key, IOException cause) {
    return new StorageException(
        "storage_io",
        "cannot " + doing + " '" + key + "' below " + root + ": " + reason(cause),
        Map.of("key", key, "root", root.toString()),
        cause);
  }

  /** In the words of the operating system: the names of the exceptions say nothing to a user. */
  private static String reason(IOException cause) {
    return switch (cause) {
      case AccessDeniedException e -> "permission denied: " + e.getFile();
      case NoSuchFileException e -> "no such file or folder: " + e.getFile();
      case FileAlreadyExistsException e -> "a file is in the way: " + e.getFile();
      default -> String.valueOf(cause.getMessage());
    };
  }
}

package io.omnigraph.publish;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's lock on a file of a local root. It dies with its process. A lock on a file
 * that was removed or replaced excludes nobody any more, so it counts only as long as its file is
 * the one at the path. Thread-safe.
 */
final class LockFile implements AutoCloseable {

  /**
   * What this process has locked. Such a file may not even be opened again: closing any descriptor
   * of a file gives up every lock that the process has on it.
   */
  private static final Set<Object> OURS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Object identity;
  private final FileChannel channel;
  private final FileLock lock;

  private LockFile(Path path, Object identity, FileChannel channel, FileLock lock) {
    this.path = path;
    this.identity = identity;
    this.channel = channel;
    this.lock = lock;
  }

  /** Locks a file, which is made if it is missing; empty if somebody else holds it. */
  static Optional<LockFile> tryLock(Path path) throws IOException {
    try {
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      // As it should be: an earlier owner left it.
    }
    Object identity = identity(path);
    if (!OURS.add(identity)) {
      return Optional.empty();
    }
    @Nullable LockFile locked = null;
    try {
      locked = lock(path, identity);
      return Optional.ofNullable(locked);
    } finally {
      if (locked == null) {
        OURS.remove(identity);
      }
    }
  }

  private static @Nullable LockFile lock(Path path, Object identity) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
    @Nullable LockFile locked = null;
    try {
      @Nullable FileLock lock = lockOrNull(channel);
      // The same before and after: the channel is open on the file that is there.
      if (lock != null && identity(path).equals(identity)) {
        locked = new LockFile(path, identity, channel, lock);
      }
      return locked;
    } finally {
      if (locked == null) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock lockOrNull(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Where the file system numbers no files, the path must do. */
  private static Object identity(Path path) throws IOException {
    @Nullable Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? path.toRealPath() : key;
  }

  boolean isHeld() {
    if (!lock.isValid()) {
      return false;
    }
    try {
      return identity(path).equals(identity);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      // That says nothing about the file, and the lock itself is valid.
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      OURS.remove(identity);
    }
  }
}

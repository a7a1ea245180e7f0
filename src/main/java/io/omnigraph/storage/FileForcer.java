package io.omnigraph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the content of a file, or the names in a folder, survive a power cut. Nothing else does: a
 * new file needs its folder forced too. Thread-safe.
 */
@FunctionalInterface
public interface FileForcer {

  /** Asks the operating system. */
  FileForcer DISK =
      path -> {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
          channel.force(true);
        }
      };

  /**
   * Returns once the file or the folder is on the disk.
   *
   * @param path a file or folder that exists
   */
  void force(Path path) throws IOException;
}

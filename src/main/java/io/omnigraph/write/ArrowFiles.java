package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.InvalidArrowFileException;

/** Looks at Arrow files before they are read. */
final class ArrowFiles {

  private ArrowFiles() {}

  /**
   * True if a file can be read without a codec.
   *
   * @throws BadRequestException if it is no Arrow file
   */
  static boolean isPlain(Path file) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      return loads(reader);
    } catch (InvalidArrowFileException e) {
      throw unreadable(file, FileFormat.ARROW_IPC, e);
    }
  }

  private static boolean loads(ArrowFileReader reader) throws IOException {
    try {
      // Reads the dictionaries as well, which may be compressed like any batch.
      reader.getVectorSchemaRoot();
      return reader.getDictionaryVectors().isEmpty()
          && (reader.getRecordBlocks().isEmpty() || reader.loadNextBatch());
    } catch (IllegalArgumentException e) {
      // That is how the library asks for a codec.
      return false;
    }
  }

  /** The library names the whole path; where uploads lie is nobody's business. */
  static BadRequestException unreadable(Path file, FileFormat format, Throwable cause) {
    String name = String.valueOf(file.getFileName());
    String reason =
        String.valueOf(cause.getMessage())
            .replace(file.toUri().toString(), name)
            .replace(file.toAbsolutePath().toString(), name);
    return new BadRequestException(
        "unreadable_file",
        "cannot read "
            + name
            + " as "
            + (format == FileFormat.PARQUET ? "Parquet" : "an Arrow file")
            + ": "
            + reason,
        Map.of("file", name),
        cause);
  }
}

package io.omnigraph.write;

import io.omnigraph.model.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps large payloads of blobs out of the heap while JSON is read. The input goes through {@link
 * #filter}, which moves the base64 text of such a payload to a temporary file and puts a short
 * token in its place; whoever meets the token reads the payload in pieces. Not thread-safe.
 */
final class SpooledTexts implements AutoCloseable {

  /** Shorter texts stay where they are. */
  static final int LEAST_CHARS = 1 << 15;

  /** A multiple of four, so that every piece of base64 stands for whole bytes. */
  private static final int PIECE_CHARS = 1 << 16;

  private final Set<String> fields;
  private final String nonce;
  private final List<Text> texts = new ArrayList<>();
  private @Nullable Path file;
  private @Nullable FileChannel channel;
  private long written;
  private long readOfRecord;

  /** Where a text stands in the file. */
  record Text(long start, long length) {}

  /** Takes the bytes of a payload, piece by piece. */
  interface PieceConsumer {
    void accept(long at, byte[] piece);
  }

  /**
   * @param fields names that stand for blobs wherever they occur
   * @param nonce cannot be guessed by whoever makes the input
   */
  SpooledTexts(Set<String> fields, String nonce) {
    this.fields = Set.copyOf(fields);
    this.nonce = nonce + ":";
  }

  /** The input with tokens for large payloads. */
  InputStream filter(InputStream input) {
    return fields.isEmpty() ? input : new SpoolingInput(input, fields, this);
  }

  /** The text that a value stands for; null if the value stands for itself. */
  @Nullable Text find(String value) {
    if (!value.startsWith(BlobText.INLINE) || !value.startsWith(nonce, BlobText.INLINE.length())) {
      return null;
    }
    int index = Integer.parseInt(value.substring(BlobText.INLINE.length() + nonce.length()));
    return texts.get(index);
  }

  /** The bytes that a base64 text stands for. */
  long size(Text text) {
    byte[] end = read(text, Math.max(0, text.length() - 2), (int) Math.min(2, text.length()));
    int padding = 0;
    for (byte b : end) {
      padding += b == '=' ? 1 : 0;
    }
    return (text.length() - padding) * 3 / 4;
  }

  /**
   * Decodes a text.
   *
   * @throws io.omnigraph.model.BadRequestException if it is not base64
   */
  void decode(Text text, PieceConsumer consumer) {
    readOfRecord += text.length();
    long at = 0;
    for (long from = 0; from < text.length(); from += PIECE_CHARS) {
      byte[] piece = read(text, from, (int) Math.min(PIECE_CHARS, text.length() - from));
      if (from + piece.length < text.length() && piece[piece.length - 1] == '=') {
        throw BlobText.malformed(
            new IllegalArgumentException("Input byte array has incorrect ending byte"));
      }
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(piece);
      } catch (IllegalArgumentException e) {
        throw BlobText.malformed(e);
      }
      consumer.accept(at, bytes);
      at += bytes.length;
    }
  }

  private byte[] read(Text text, long from, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try {
      FileChannel open = Objects.requireNonNull(channel, "a text has a file");
      while (buffer.hasRemaining()) {
        if (open.read(buffer, text.start() + from + buffer.position()) < 0) {
          throw new IOException("the file ends early");
        }
      }
      return buffer.array();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Characters of spooled texts taken since the last call. */
  long takenOfRecord() {
    long taken = readOfRecord;
    readOfRecord = 0;
    return taken;
  }

  /** Appends to the text that is being spooled. */
  void append(byte[] bytes, int length) {
    try {
      FileChannel open = channel;
      if (open == null) {
        Path made = Files.createTempFile("omnigraph-blobs-", ".base64");
        file = made;
        open = FileChannel.open(made, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel = open;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      while (buffer.hasRemaining()) {
        written += open.write(buffer, written);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  long position() {
    return written;
  }

  /** Ends the text that began at a position; answers what takes its place behind the prefix. */
  byte[] token(long start) {
    texts.add(new Text(start, written - start));
    return (nonce + (texts.size() - 1)).getBytes(StandardCharsets.US_ASCII);
  }

  private StorageException failed(IOException cause) {
    return new StorageException(
        "spill_failed",
        "cannot keep blobs in the temporary file "
            + file
            + ": "
            + cause.getMessage()
            + " (java.io.tmpdir decides where it lives)",
        Map.of("file", String.valueOf(file)),
        cause);
  }

  @Override
  public void close() {
    FileChannel open = channel;
    Path made = file;
    channel = null;
    file = null;
    try {
      if (open != null) {
        open.close();
      }
      if (made != null) {
        Files.deleteIfExists(made);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }
}

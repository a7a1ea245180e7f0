package io.omnigraph.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes a Parquet file without rows out of one with rows: the same footer, except that it counts no
 * rows and names no row groups. The library that writes Parquet writes no file at all for no rows.
 * The footer is a Thrift struct in the compact protocol; only its outermost fields are looked at.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">The Parquet file format</a>
 */
final class ParquetFooter {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** The fields of {@code FileMetaData} that tell of rows. */
  private static final int NUM_ROWS = 3;

  private static final int ROW_GROUPS = 4;

  private static final byte NO_STRUCTS = 12;

  private final ByteBuffer from;

  private ParquetFooter(ByteBuffer from) {
    this.from = from;
  }

  /** Takes the rows out of a small file. */
  static void dropRows(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int end = all.length - MAGIC.length - Integer.BYTES;
    int length = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    byte[] footer = new ParquetFooter(ByteBuffer.wrap(all, end - length, length)).withoutRows();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(MAGIC);
    out.write(footer);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(footer.length)
            .array());
    out.write(MAGIC);
    Files.write(file, out.toByteArray());
  }

  private byte[] withoutRows() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int field = 0;
    while (true) {
      int start = from.position();
      int header = from.get() & 0xFF;
      if (header == 0) {
        out.write(0);
        return out.toByteArray();
      }
      field = header >>> 4 == 0 ? (int) zigzag() : field + (header >>> 4);
      int value = from.position();
      skip(header & 0x0F);
      int end = field == NUM_ROWS || field == ROW_GROUPS ? value : from.position();
      out.write(from.array(), from.arrayOffset() + start, end - start);
      if (field == NUM_ROWS) {
        out.write(0);
      } else if (field == ROW_GROUPS) {
        out.write(NO_STRUCTS);
      }
    }
  }

  private void skip(int type) {
    switch (type) {
      case 1, 2 -> {
        // The value of a boolean is its type.
      }
      case 3 -> from.get();
      case 4, 5, 6 -> varint();
      case 7 -> advance(Double.BYTES);
      case 8 -> advance((int) varint());
      case 9, 10 -> list();
      case 11 -> map();
      case 12 -> struct();
      default -> throw new IllegalStateException("no such type in a footer: " + type);
    }
  }

  private void list() {
    int header = from.get() & 0xFF;
    long size = header >>> 4 == 15 ? varint() : header >>> 4;
    for (long i = 0; i < size; i++) {
      item(header & 0x0F);
    }
  }

  private void map() {
    long size = varint();
    if (size > 0) {
      int types = from.get() & 0xFF;
      for (long i = 0; i < size; i++) {
        item(types >>> 4);
        item(types & 0x0F);
      }
    }
  }

  /** In collections a boolean takes a byte. */
  private void item(int type) {
    if (type == 1 || type == 2) {
      from.get();
    } else {
      skip(type);
    }
  }

  private void struct() {
    for (int header = from.get() & 0xFF; header != 0; header = from.get() & 0xFF) {
      if (header >>> 4 == 0) {
        varint();
      }
      skip(header & 0x0F);
    }
  }

  private void advance(int bytes) {
    from.position(from.position() + bytes);
  }

  private long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = from.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}

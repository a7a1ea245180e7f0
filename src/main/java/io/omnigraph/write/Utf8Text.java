package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import io.omnigraph.model.BadRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.vector.VarCharVector;

/** A reusable buffer of UTF-8 bytes, filled from the current text of a parser. Not thread-safe. */
final class Utf8Text {

  private static final int SHORT_CHARS = 1 << 14;

  private byte[] bytes = new byte[64];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void set(JsonParser parser) throws IOException {
    set(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  void set(String text) {
    set(text.toCharArray(), 0, text.length());
  }

  void set(byte[] source, int sourceLength) {
    reserve(sourceLength);
    System.arraycopy(source, 0, bytes, 0, sourceLength);
    length = sourceLength;
  }

  /**
   * Takes the text of a cell that is not null.
   *
   * @throws BadRequestException if its bytes are not UTF-8
   */
  void set(VarCharVector cells, int row) {
    int start = cells.getStartOffset(row);
    int size = cells.getEndOffset(row) - start;
    reserve(size);
    cells.getDataBuffer().getBytes(start, bytes, 0, size);
    length = size;
    for (int i = 0; i < size; i++) {
      if (bytes[i] < 0) {
        requireUtf8(i);
        return;
      }
    }
  }

  private void requireUtf8(int from) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length - from));
    } catch (CharacterCodingException e) {
      throw new BadRequestException("invalid_text", "text is not UTF-8", Map.of(), e);
    }
  }

  /**
   * Encodes text.
   *
   * @throws BadRequestException on an unpaired surrogate, which UTF-8 cannot express
   */
  void set(char[] chars, int offset, int count) {
    reserve(count <= SHORT_CHARS ? count * 3 : encodedLength(chars, offset, count));
    byte[] out = bytes;
    int at = 0;
    for (int i = offset; i < offset + count; i++) {
      char c = chars[i];
      if (c < 0x80) {
        out[at++] = (byte) c;
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | c >> 6);
        out[at++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        out[at++] = (byte) (0xE0 | c >> 12);
        out[at++] = (byte) (0x80 | c >> 6 & 0x3F);
        out[at++] = (byte) (0x80 | c & 0x3F);
      } else {
        if (Character.isLowSurrogate(c)
            || i + 1 == offset + count
            || !Character.isLowSurrogate(chars[i + 1])) {
          throw new BadRequestException("invalid_text", "text holds an unpaired surrogate");
        }
        int point = Character.toCodePoint(c, chars[++i]);
        out[at++] = (byte) (0xF0 | point >> 18);
        out[at++] = (byte) (0x80 | point >> 12 & 0x3F);
        out[at++] = (byte) (0x80 | point >> 6 & 0x3F);
        out[at++] = (byte) (0x80 | point & 0x3F);
      }
    }
    length = at;
  }

  /** The bytes that long text takes: three for every character would be far too many. */
  private static int encodedLength(char[] chars, int offset, int count) {
    long size = 0;
    for (int i = offset; i < offset + count; i++) {
      char c = chars[i];
      // Each half of a pair stands for two of its four bytes.
      size += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return Math.toIntExact(size);
  }

  private void reserve(int size) {
    if (size > bytes.length) {
      bytes = new byte[Math.max(size, bytes.length * 2)];
    }
  }

  boolean sameAs(byte[] other, int otherLength) {
    return Arrays.equals(bytes, 0, length, other, 0, otherLength);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}

package io.omnigraph.write;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * JSON in which the base64 texts of large blobs have given way to tokens. Reads bytes, not
 * characters: what matters is ASCII in every encoding that can hold such a text. What is not well
 * formed passes through as it is.
 */
final class SpoolingInput extends InputStream {

  private enum State {
    OUTSIDE,
    /** In a string that stays. */
    STRING,
    STRING_ESCAPE,
    /** In a string that begins like a payload so far. */
    PREFIX,
    /** In a payload that is not large so far. */
    HEAD,
    /** In a large payload. */
    SPOOL
  }

  private static final byte[] PREFIX = BlobText.INLINE.getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MOST_NAME_BYTES = 256;

  private final InputStream input;
  private final Set<String> fields;
  private final SpooledTexts texts;
  private final byte[] in = new byte[BUFFER_BYTES];
  private int inStart;
  private int inEnd;
  private byte[] out = new byte[BUFFER_BYTES * 2];
  private int outStart;
  private int outEnd;
  private State state = State.OUTSIDE;
  private final byte[] name = new byte[MOST_NAME_BYTES];
  private int nameLength;

  /** True between the colon behind a name and its value. */
  private boolean afterColon;

  private int matched;

  /** What a payload has shown before it proved large, still escaped. */
  private final byte[] head = new byte[SpooledTexts.LEAST_CHARS];

  private int headLength;
  private final Unescaper unescaper = new Unescaper();
  private long start;

  SpoolingInput(InputStream input, Set<String> fields, SpooledTexts texts) {
    this.input = input;
    this.fields = fields;
    this.texts = texts;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (outStart == outEnd) {
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, outEnd - outStart);
    System.arraycopy(out, outStart, target, offset, count);
    outStart += count;
    return count;
  }

  /** Reads some input; false at its end. */
  private boolean fill() throws IOException {
    outStart = 0;
    outEnd = 0;
    inStart = 0;
    inEnd = input.read(in);
    if (inEnd <= 0) {
      inEnd = 0;
      boolean cut = state == State.HEAD && headLength > 0;
      if (cut) {
        emit(head, headLength);
        headLength = 0;
      }
      return cut;
    }
    while (inStart < inEnd) {
      step(in[inStart++]);
    }
    if (state == State.SPOOL) {
      unescaper.flush();
    }
    return true;
  }

  private void step(byte b) {
    switch (state) {
      case OUTSIDE -> {
        emit(b);
        if (b == '"') {
          state = afterColon && fields.contains(lastName()) ? State.PREFIX : State.STRING;
          matched = 0;
          nameLength = 0;
          afterColon = false;
        } else if (b > ' ') {
          afterColon = b == ':';
        }
      }
      case STRING -> string(b);
      case STRING_ESCAPE -> {
        emit(b);
        state = State.STRING;
      }
      case PREFIX -> {
        if (b == PREFIX[matched]) {
          emit(b);
          if (++matched == PREFIX.length) {
            state = State.HEAD;
            headLength = 0;
          }
        } else {
          state = State.STRING;
          nameLength = MOST_NAME_BYTES;
          string(b);
        }
      }
      case HEAD -> head(b);
      case SPOOL -> spool(b);
    }
  }

  private void string(byte b) {
    emit(b);
    if (b == '"') {
      state = State.OUTSIDE;
    } else if (b == '\\') {
      state = State.STRING_ESCAPE;
      nameLength = MOST_NAME_BYTES;
    } else if (nameLength < MOST_NAME_BYTES) {
      name[nameLength++] = b;
    }
  }

  /** The string before this one; empty if it was too long to be a name. */
  private String lastName() {
    return nameLength == MOST_NAME_BYTES
        ? ""
        : new String(name, 0, nameLength, StandardCharsets.UTF_8);
  }

  private void head(byte b) {
    boolean escaped = headLength > 0 && isEscape();
    if (b == '"' && !escaped) {
      emit(head, headLength);
      emit(b);
      nameLength = MOST_NAME_BYTES;
      state = State.OUTSIDE;
      return;
    }
    head[headLength++] = b;
    if (headLength == head.length) {
      start = texts.position();
      unescaper.reset();
      for (int i = 0; i < headLength; i++) {
        unescaper.take(head[i]);
      }
      state = State.SPOOL;
    }
  }

  /** Whether the next character of the head is escaped: behind an odd number of backslashes. */
  private boolean isEscape() {
    int at = headLength;
    while (at > 0 && head[at - 1] == '\\') {
      at--;
    }
    return (headLength - at) % 2 == 1;
  }

  private void spool(byte b) {
    if (b != '"' || unescaper.inEscape()) {
      unescaper.take(b);
      return;
    }
    unescaper.flush();
    byte[] token = texts.token(start);
    emit(token, token.length);
    emit(b);
    nameLength = MOST_NAME_BYTES;
    state = State.OUTSIDE;
  }

  private void emit(byte b) {
    if (outEnd == out.length) {
      out = Arrays.copyOf(out, out.length * 2);
    }
    out[outEnd++] = b;
  }

  private void emit(byte[] bytes, int length) {
    if (outEnd + length > out.length) {
      out = Arrays.copyOf(out, Math.max(outEnd + length, out.length * 2));
    }
    System.arraycopy(bytes, 0, out, outEnd, length);
    outEnd += length;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  /** Resolves the escapes of a JSON string that should hold base64. */
  private final class Unescaper {
    private final byte[] plain = new byte[1 << 13];
    private int length;

    /** Characters of an escape seen so far, the backslash included; 0 outside. */
    private int seen;

    private int code;

    void reset() {
      length = 0;
      seen = 0;
    }

    /** True directly behind a backslash. */
    boolean inEscape() {
      return seen == 1;
    }

    void take(byte b) {
      if (seen == 0) {
        if (b == '\\') {
          seen = 1;
        } else {
          put(b);
        }
      } else if (seen == 1 && b != 'u') {
        seen = 0;
        // No other escape stands for a character of base64.
        put(b == '/' ? b : (byte) '\\');
      } else if (seen == 1) {
        seen = 2;
        code = 0;
      } else {
        int digit = Character.digit(b, 16);
        code = digit < 0 ? -1 : code < 0 ? -1 : code << 4 | digit;
        if (++seen == 6) {
          seen = 0;
          put(code < 0 || code > 0x7F ? (byte) '\\' : (byte) code);
        }
      }
    }

    private void put(byte b) {
      if (length == plain.length) {
        flush();
      }
      plain[length++] = b;
    }

    void flush() {
      texts.append(plain, length);
      length = 0;
    }
  }
}

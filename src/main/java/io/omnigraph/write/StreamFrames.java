package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;

/** JSON values one after another, separated by any whitespace. */
final class StreamFrames implements RecordFrames {

  private final JsonFactory factory = RecordFrames.jsonFactory(false);
  private final RetainedInput input;
  private final JsonParser parser;
  private long number;
  private long start;

  StreamFrames(InputStream input) throws IOException {
    this.input = new RetainedInput(input);
    this.parser = factory.createParser(this.input);
  }

  @Override
  public boolean next() throws IOException {
    number++;
    boolean there = parser.nextToken() != null;
    start = parser.currentTokenLocation().getByteOffset();
    if (there && start >= 0) {
      input.discardBefore(start);
    }
    return there;
  }

  @Override
  public boolean canReplay() {
    // Where bytes are not counted (UTF-16), they cannot be found again.
    return start >= 0;
  }

  @Override
  public JsonParser replay() throws IOException {
    return factory.createParser(input.bytes(start, parser.currentLocation().getByteOffset()));
  }

  @Override
  public JsonParser parser() {
    return parser;
  }

  @Override
  public void endRecord() {
    // The next value simply follows.
  }

  @Override
  public String word() {
    return "record";
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public String malformed() {
    return "invalid JSON at record " + number + ": ";
  }

  @Override
  public long bytesRead() {
    return position();
  }

  @Override
  public long position() {
    return parser.currentLocation().getByteOffset();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}

package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;

/** JSON values one after another, separated by any whitespace. */
final class StreamFrames implements RecordFrames {

  private final JsonParser parser;
  private long number;

  StreamFrames(InputStream input) throws IOException {
    this.parser = RecordFrames.jsonFactory(false).createParser(input);
  }

  @Override
  public boolean next() throws IOException {
    number++;
    return parser.nextToken() != null;
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
  public String label() {
    return "record " + number;
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

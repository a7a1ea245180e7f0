package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * The records of an input, one after another, each as a parser that stands on its first token. Not
 * thread-safe.
 */
interface RecordFrames extends AutoCloseable {

  /** Moves to the next record; false at the end. */
  boolean next() throws IOException;

  /** The parser of the current record, on its first token. */
  JsonParser parser();

  /** Verifies that nothing follows where the framing allows only one value. */
  void endRecord() throws IOException;

  /** Whether the current record can be read once more after it was read. */
  boolean canReplay();

  /** A parser for the current record, which was read to its end, before its first token. */
  JsonParser replay() throws IOException;

  /** Told how many bytes of the current record do not stand in what the parser read. */
  default void spooled(long bytes) {
    // Only where records have a limit.
  }

  /** What messages call a record: {@code record}, {@code line} or {@code row}. */
  String word();

  /** How messages name the current record: {@code record 3} or {@code line 7}. */
  default String label() {
    return word() + " " + number();
  }

  /** The 1-based number in the label. */
  long number();

  /** Words what a malformed record is: the text before the parser's own. */
  String malformed();

  /** Bytes of input taken so far. */
  long bytesRead();

  /** The end of the record just read, in bytes from the start of the input. */
  long position();

  @Override
  void close() throws IOException;

  /**
   * A factory whose limits suit bulk data: payloads of blobs come as one long string.
   *
   * @param refuseDuplicates repeated fields are malformed
   */
  static JsonFactory jsonFactory(boolean refuseDuplicates) {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(200)
                    .build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, refuseDuplicates)
            .configure(StreamReadFeature.AUTO_CLOSE_SOURCE, false)
            .build();
    factory.setCodec(new ObjectMapper(factory));
    return factory;
  }
}

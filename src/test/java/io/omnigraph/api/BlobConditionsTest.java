package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.api.BlobConditions.NotModified;
import io.omnigraph.api.BlobConditions.Part;
import io.omnigraph.api.BlobConditions.Whole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the conditions and ranges of RFC 9110 come to for a blob of 100 bytes. */
class BlobConditionsTest {

  private static final String TAG = "\"abc\"";

  private static BlobConditions.Decision range(String range) {
    return new BlobConditions(null, null, null, range, false).decide(TAG, 100);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-3, 0, 4",
    "bytes=10-, 10, 90",
    "bytes=99-99, 99, 1",
    "bytes=90-1000, 90, 10",
    "bytes=-1, 99, 1",
    "bytes=-500, 0, 100",
    "BYTES = 5 - 6, 5, 2",
    "bytes=0-99999999999999999999999, 0, 100"
  })
  void oneRangeIsAPart(String range, long from, long length) {
    assertThat(range(range)).isEqualTo(new Part(from, length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,5-6",
        "bytes=5-4",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes=1--2",
        "0-1",
        ""
      })
  void severalAndMalformedRangesAreIgnored(String range) {
    assertThat(range(range)).isEqualTo(new Whole());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"})
  void rangesOutsideAreRefused(String range) {
    assertThatThrownBy(() -> range(range))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> {
              assertThat(e.status()).isEqualTo(416);
              assertThat(e.code()).isEqualTo("blob_range");
              assertThat(e.headers()).containsEntry("Content-Range", "bytes */100");
              assertThat(e.context()).containsKeys("start", "end").containsEntry("length", 100L);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"abc\"", "W/\"abc\"", "\"x,y\", \"abc\"", " W/\"q\" , W/\"abc\" "})
  void aTagThatTheClientHasNeedsNoAnswer(String tags) {
    assertThat(new BlobConditions(null, tags, null, "bytes=0-1", false).decide(TAG, 100))
        .isEqualTo(new NotModified());
    assertThat(new BlobConditions(null, tags, null, null, true).decide(TAG, 100))
        .isEqualTo(new NotModified());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"other\"", "abc", "\"ab\", \"bc\"", "\"x,\"abc\"\""})
  void otherTagsDoNot(String tags) {
    assertThat(new BlobConditions(null, tags, null, null, false).decide(TAG, 100))
        .isEqualTo(new Whole());
  }

  @Test
  void ifMatchComesFirstAndComparesStrongly() {
    assertThat(new BlobConditions("\"x\", \"abc\"", null, null, null, false).decide(TAG, 100))
        .isEqualTo(new Whole());
    assertThat(new BlobConditions("*", null, null, null, false).decide(TAG, 100))
        .isEqualTo(new Whole());
    for (String tags : new String[] {"W/\"abc\"", "\"x\""}) {
      assertThatThrownBy(
              () -> new BlobConditions(tags, TAG, null, "bytes=500-", false).decide(TAG, 100))
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(412));
    }
  }

  @Test
  void aRangeOfAnotherVersionOrOfADateIsTheWhole() {
    assertThat(new BlobConditions(null, null, TAG, "bytes=0-1", false).decide(TAG, 100))
        .isEqualTo(new Part(0, 2));
    for (String condition :
        new String[] {"\"old\"", "W/\"abc\"", "Sun, 06 Nov 1994 08:49:37 GMT"}) {
      assertThat(new BlobConditions(null, null, condition, "bytes=500-", false).decide(TAG, 100))
          .isEqualTo(new Whole());
    }
  }

  @Test
  void headIgnoresRanges() {
    assertThat(new BlobConditions(null, null, null, "bytes=0-1", true).decide(TAG, 100))
        .isEqualTo(new Whole());
  }
}

package io.omnigraph.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.Diagnostic.Span;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTextTest {

  @Test
  void aSpanCountsBytesAndItsColumnCodePoints() {
    SourceText source = SourceText.of("aé\n𝄞x y");
    assertThat(source.span(1, 2)).isEqualTo(new Span(1, 3, 1, 2));
    assertThat(source.span(3, 4)).isEqualTo(new Span(4, 8, 2, 1));
    assertThat(source.span(4, 7)).isEqualTo(new Span(8, 11, 2, 2));
  }

  @Test
  void anEmptyRangeIsWidenedToOneByte() {
    assertThat(SourceText.of("").span(0, 0)).isEqualTo(new Span(0, 1, 1, 1));
    assertThat(SourceText.of("ab\n").span(3, 3)).isEqualTo(new Span(3, 4, 2, 1));
  }

  @Test
  void placesOutsideTheTextMoveToItsEnds() {
    SourceText source = SourceText.of("abc");
    assertThat(source.span(-5, 2)).isEqualTo(new Span(0, 2, 1, 1));
    assertThat(source.span(9, 12)).isEqualTo(new Span(3, 4, 1, 4));
    assertThat(source.span(2, 1)).isEqualTo(new Span(2, 3, 1, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void bytesAgreeWithTheEncoderWhateverTheText(long seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append(random.nextInt(5) == 0 ? '\n' : (char) random.nextInt(0x10000));
      if (random.nextInt(4) == 0) {
        text.appendCodePoint(0x10000 + random.nextInt(0x10000));
      }
    }
    SourceText source = SourceText.of(text.toString());
    for (int i = 0; i <= source.length(); i++) {
      int bytes = source.substring(0, i).getBytes(StandardCharsets.UTF_8).length;
      assertThat(source.span(i, i).start()).as("seed %d, code point %d", seed, i).isEqualTo(bytes);
    }
  }

  @Test
  void anExcerptPutsCaretsUnderTheMarkedPlace() {
    SourceText source = SourceText.of("one\r\n\ttwo three\r\nfour");
    assertThat(source.excerpt(source.span(10, 15))).isEqualTo("2 | \ttwo three\n  | \t    ^^^^^\n");
    assertThat(source.excerpt(source.span(0, 15))).isEqualTo("1 | one\n  | ^^^\n");
    assertThat(source.excerpt(source.span(21, 21))).isEqualTo("3 | four\n  |     ^\n");
  }

  @Test
  void anExcerptOfALongLineShowsTheNeighbourhood() {
    SourceText source = SourceText.of("x".repeat(1000) + "HERE" + "y".repeat(1000));
    assertThat(source.excerpt(source.span(1000, 1004)))
        .isEqualTo(
            "1 | ..."
                + "x".repeat(60)
                + "HERE"
                + "y".repeat(56)
                + "...\n  | "
                + " ".repeat(63)
                + "^^^^\n");
  }

  @Test
  void anExcerptCannotDisturbATerminal() {
    SourceText source = SourceText.of("a\u001b[31m\u202Eb");
    assertThat(source.excerpt(source.span(0, 1))).isEqualTo("1 | a\uFFFD[31m\uFFFDb\n  | ^\n");
  }
}

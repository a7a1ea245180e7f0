package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CompactLinesTest {

  private static CompactLines of(String text) throws IOException {
    return new CompactLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String all(String text) throws IOException {
    try (CompactLines lines = of(text)) {
      return new String(lines.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void valuesOfAnyLayoutBecomeOneLineEach() throws IOException {
    assertThat(all("{\n \"a\": [1,\n 2.50] }  {\"b\":\"ü\\n\"}\n\n{}"))
        .isEqualTo("{\"a\":[1,2.50]}\n{\"b\":\"ü\\n\"}\n{}\n");
    assertThat(all(" \n ")).isEmpty();
  }

  @Test
  void singleBytesAndBlocksReadTheSame() throws IOException {
    try (CompactLines lines = of("{\"a\": 1} {\"b\": 2}")) {
      StringBuilder text = new StringBuilder();
      for (int b = lines.read(); b >= 0; b = lines.read()) {
        text.append((char) b);
      }
      assertThat(text.toString()).isEqualTo("{\"a\":1}\n{\"b\":2}\n");
    }
  }

  @Test
  void aMalformedValueIsNamedByItsRecord() throws IOException {
    try (CompactLines lines = of("{} {\"a\": }")) {
      assertThatThrownBy(lines::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("invalid JSON at record 2: ");
      assertThat(lines.failure()).hasMessageStartingWith("invalid JSON at record 2: ");
    }
  }
}

package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide for embedding the engine is a program that runs. */
class JavaGuideTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("```java\n(.*?)```\n\nIt prints\n\n```\n(.*?)```", Pattern.DOTALL);

  @Test
  void theProgramOfTheGuidePrintsWhatTheGuideSays(@TempDir Path folder) throws Exception {
    var example = EXAMPLE.matcher(Files.readString(Path.of("docs/user/java.md")));
    assertThat(example.find()).isTrue();
    Path source = Files.writeString(folder.resolve("People.java"), example.group(1));

    try (var program =
        ChildProcess.start(folder, source, folder.resolve("people.omni").toString())) {
      List<String> printed = linesOf(program);

      assertThat(program.exitCode()).as(program.log()).isZero();
      assertThat(printed).isEqualTo(example.group(2).lines().toList());
    }
  }

  private static List<String> linesOf(ChildProcess program) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = program.line(); line != null; line = program.line()) {
      lines.add(line);
    }
    return lines;
  }
}

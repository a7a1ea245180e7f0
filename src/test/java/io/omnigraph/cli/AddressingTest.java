package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command says about an address that leads nowhere. */
class AddressingTest {

  @TempDir Path directory;

  @Test
  void an_empty_uri_is_not_the_current_folder() throws IOException {
    Files.writeString(directory.resolve("a.pg"), "node A { k: String @key }");

    CliRun run = CliRun.of(directory, "init", "--schema", "a.pg", "");

    assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("the URI is empty");
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("a.pg");
    }
  }

  @Test
  void a_folder_where_a_file_is_meant_and_a_file_where_a_folder_is_meant_are_told_plainly()
      throws IOException {
    Files.writeString(directory.resolve("a.pg"), "node A { k: String @key }");

    CliRun schema = CliRun.of(directory, "init", "--schema", ".", "g");
    CliRun root = CliRun.of(directory, "init", "--schema", "a.pg", "a.pg");

    assertThat(schema.err()).startsWith("error: cannot read schema file '.'");
    assertThat(root.err()).contains("a file is in the way");
    assertThat(schema.err() + root.err()).doesNotContain("Exception");
  }
}

package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fmt}: what it prints, checks and writes, and what it leaves alone. */
class FmtCommandTest {

  private static final String PG = "node   Member{handle:String@key // the name\n}";
  private static final String GQ = "query q(){match{$p:Member /* all */}return{$p.handle}}";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void one_file_is_printed_with_its_comments() throws IOException {
    file("a.pg", PG);
    String printed = CliRun.ok(folder, "fmt", "a.pg").out();
    assertThat(printed).contains("node Member {", "// the name");
    assertThat(Files.readString(folder.resolve("a.pg"))).isEqualTo(PG);
    file("b.gq", GQ);
    assertThat(CliRun.ok(folder, "fmt", "b.gq").out()).contains("/* all */");
  }

  @Test
  void written_files_are_formatted_once_and_for_all() throws IOException {
    Path schema = file("a.pg", PG);
    Path query = file("b.gq", GQ);
    CliRun check = CliRun.of(folder, "fmt", "--check", "a.pg", "b.gq");
    assertThat(check.code()).isEqualTo(1);
    assertThat(check.out().lines()).containsExactly("a.pg", "b.gq");

    CliRun write = CliRun.ok(folder, "fmt", "--write", "a.pg", "b.gq");

    assertThat(write.err()).contains("formatted a.pg", "formatted b.gq");
    assertThat(CliRun.ok(folder, "fmt", "--check", "a.pg", "b.gq").out()).isEmpty();
    String once = Files.readString(schema) + Files.readString(query);
    assertThat(CliRun.ok(folder, "fmt", "--write", "a.pg", "b.gq").err()).isEmpty();
    assertThat(Files.readString(schema) + Files.readString(query)).isEqualTo(once);
    assertThat(folder).isDirectoryContaining(f -> !f.getFileName().toString().startsWith(".fmt"));
  }

  @Test
  void a_file_with_errors_is_left_alone_and_the_others_are_done() throws IOException {
    Path broken = file("broken.gq", "query q() { match { $p Member } return { $p } }");
    String before = Files.readString(broken);
    Path fine = file("fine.gq", GQ);
    CliRun run = CliRun.of(folder, "fmt", "--write", "broken.gq", "fine.gq");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("broken.gq:", "parse error", "^");
    assertThat(Files.readString(broken)).isEqualTo(before);
    assertThat(Files.readString(fine)).isNotEqualTo(GQ);
  }

  @Test
  void standard_input_needs_a_language() {
    assertThat(stdin(GQ, "fmt", "-", "--language", "gq").out()).startsWith("query q() {");
    assertThat(stdin(PG, "fmt", "-", "--language", "pg").out()).startsWith("node Member {");
    assertThat(stdin(GQ, "fmt", "-").err()).contains("--language");
    assertThat(stdin(GQ, "fmt", "--write", "-", "--language", "gq").code()).isEqualTo(2);
    assertThat(stdin(GQ, "fmt", "--check", "-", "--language", "gq").code()).isEqualTo(1);
    String formatted = stdin(GQ, "fmt", "-", "--language", "gq").out();
    assertThat(stdin(formatted, "fmt", "--check", "-", "--language", "gq").code()).isZero();
  }

  private CliRun stdin(String text, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("OMNIGRAPH_HOME", folder.toString()),
            folder,
            false);
    int code = Main.run(arguments, terminal);
    return new CliRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
